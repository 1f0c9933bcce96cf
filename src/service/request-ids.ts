/** Ids of a request, for its answer, for logs and for traces of other services. */
import { randomUUID } from "node:crypto";

const REQUEST_ID = /^[A-Za-z0-9._~:@/+=-]{1,128}$/;

/** Returns the caller's `X-Request-ID` if it is safe in a header and a log line, else a new id. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === "string" && REQUEST_ID.test(header) ? header : randomUUID();
}

/** W3C Trace Context section 3.2: later versions may be longer, and version `ff` is invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** Returns the trace id of a `traceparent` header, if the header is well-formed. */
export function traceIdOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" && header.length <= 512 ? TRACEPARENT.exec(header)?.[1] : undefined;
}
