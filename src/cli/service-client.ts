/** Asks a running service, for commands that act on what it holds. */
import { CommandFailure, EXIT } from "./exit-code.js";

const TIMEOUT = 10_000;

export interface ServiceOptions {
  /** `http://127.0.0.1:8181`. */
  readonly url: string;
}

/** The answer's JSON. The credential is `WRIT_TOKEN`, from the environment alone, for arguments are seen by everybody. */
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
    // A credential must not follow to wherever somebody else points.
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message || error.message;
    throw new CommandFailure(
      `no answer from ${url}: ${reason}`,
      EXIT.internal,
      "is `writ serve` running there?",
    );
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const { title, detail } = (answer ?? {}) as { title?: string; detail?: string };
  const said = [title, detail].filter((text) => text !== undefined).join(": ");
  throw new CommandFailure(
    `${url} answered ${response.status}${said === "" ? "" : `: ${said}`}`,
    EXIT.internal,
  );
}
