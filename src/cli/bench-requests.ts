/** Reads requests from a file, one per line, as strictly as the service reads them; every mistake names its line. */
import { BUNDLE_LIMITS } from "../bundle/limits.js";
import { LIMITS } from "../model/common.js";
import type { TimedRequest } from "../timing/time-requests.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { mistakeText, NO_TOKEN, parseRequest, readText } from "./request-file.js";
import type { Terminal } from "./terminal.js";

/** One request and its line. */
export interface RequestLine extends TimedRequest {
  /** From 1. */
  readonly line: number;
}

const MAX_REQUESTS = 10_000;
const MAX_REPORTED = 20;

/** Returns the requests of a file, or of standard input for `-`. Empty lines are skipped. */
export async function readRequestLines(path: string, terminal: Terminal): Promise<readonly RequestLine[]> {
  const text = path === "-" ? await terminal.stdin() : readText(path, BUNDLE_LIMITS.totalBytes);
  const requests: RequestLine[] = [];
  const mistakes: string[] = [];
  for (const [index, written] of text.split("\n").entries()) {
    if (written.trim() === "") continue;
    const line = index + 1;
    if (requests.length === MAX_REQUESTS) {
      throw new CommandFailure(`\`${path}\` contains more than ${MAX_REQUESTS} requests`);
    }
    const said = mistakesOf(written);
    if (Array.isArray(said)) mistakes.push(...said.map((mistake) => `${nameOf(path)}:${line}: ${mistake}`));
    else requests.push({ text: written, request: said, line });
  }
  if (mistakes.length > 0) throw malformedLines(path, mistakes);
  if (requests.length === 0) {
    throw new CommandFailure(
      `no request in ${quoted(path)}`,
      EXIT.usage,
      "write one body of POST /decide per line",
    );
  }
  return requests;
}

/** Throws for a request that cannot be read or decided. */
export function malformedLines(path: string, mistakes: readonly string[]): CommandFailure {
  const more = mistakes.length - MAX_REPORTED;
  const told = [...mistakes.slice(0, MAX_REPORTED), ...(more > 0 ? [`and ${more} more`] : [])];
  return new CommandFailure(
    `${quoted(path)} does not contain one request per line`,
    EXIT.usage,
    told.join("\n  "),
  );
}

/** As places in it begin. */
export function nameOf(path: string): string {
  return path === "-" ? "stdin" : path;
}

function quoted(path: string): string {
  return path === "-" ? "standard input" : `\`${path}\``;
}

function mistakesOf(written: string): TimedRequest["request"] | string[] {
  if (Buffer.byteLength(written) > LIMITS.bodyBytes)
    return [`the request has more than ${LIMITS.bodyBytes} bytes`];
  const read = parseRequest(written);
  if ("problems" in read) return read.problems.map(mistakeText);
  return read.request.token === undefined ? read.request : [`/token cannot be verified here: ${NO_TOKEN}`];
}
