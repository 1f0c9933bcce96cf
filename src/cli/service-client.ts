/** Calls a running service, for commands that act on its state. */
import { visibleText } from "../diagnostics/visible-text.js";
import type { Problem } from "../model/problem.js";
import { CommandFailure, EXIT } from "./exit-code.js";

const TIMEOUT = 10_000;

/** The address of the service. */
export interface ServiceOptions {
  /** `http://127.0.0.1:8181`. */
  readonly url: string;
}

/** The answer's JSON. The credential is `WRIT_TOKEN`, only from the environment, because all users of a machine can see arguments. */
export async function askService(
  { url }: ServiceOptions,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<unknown> {
  const token = process.env.WRIT_TOKEN;
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // A credential must not follow a redirect to another server.
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch((error: Error) => {
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.message || cause?.code || error.message;
    throw new CommandFailure(
      `no answer from ${url}: ${reason}`,
      EXIT.internal,
      "is `writ serve` running there?",
    );
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { title, detail, problems = [] } = (answer ?? {}) as Partial<Problem>;
  const places = problems.map(({ pointer, message }) => `${pointer} ${message}`.trim());
  const said = [title, detail ?? places.join("; ")].filter((text) => text !== undefined && text !== "");
  throw new CommandFailure(
    visibleText(`${url} answered ${[response.status, ...said].join(": ")}`),
    EXIT.internal,
  );
}
