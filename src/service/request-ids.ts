/** Names for a request that outlive it: in its answer, in logs, and in the traces of others. */
import { randomUUID } from "node:crypto";

const REQUEST_ID = /^[A-Za-z0-9._~:@/+=-]{1,128}$/;

/** The caller's own `X-Request-ID` if it is fit for a header and a log line, or a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" && REQUEST_ID.test(header) ? header : randomUUID();
}

/** W3C Trace Context section 3.2: later versions may be longer, and version `ff` is none. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The trace that a `traceparent` header names, if it is well-formed. */
export function traceIdOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" && header.length <= 512 ? TRACEPARENT.exec(header)?.[1] : undefined;
}
