/** Reads a decision request from a file or from standard input, as strictly as the service does. */
import { realpathSync } from "node:fs";
import { reasonOf } from "../bundle/folder.js";
import { readTextFile } from "../bundle/read-file.js";
import { LIMITS } from "../model/common.js";
import { type DecideRequest, decideRequest } from "../model/request.js";
import { shapeProblems } from "../service/shape-problems.js";
import { compileShape } from "../service/wire-schema.js";
import { readJson } from "../values/read-json.js";
import { nearName } from "./bundle-folder.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import type { Terminal } from "./terminal.js";

const requestShape = compileShape(decideRequest);

/** The two operands of commands that take a bundle and a request: `[DIR] REQUEST.json`. */
export function bundleAndRequest(operands: readonly string[]): readonly [directory: string, request: string] {
  const [first = ".", second] = operands;
  if (operands.length > 2) throw new CommandFailure("give at most one folder and one request");
  return second === undefined ? [".", first] : [first, second];
}

/** The request in a file, or on standard input for `-`. Throws CommandFailure that names every mistake and its location. */
export async function readRequest(path: string, terminal: Terminal): Promise<DecideRequest> {
  const text = path === "-" ? await terminal.stdin() : readText(path);
  const read = parseRequest(text);
  if ("problems" in read) throw malformed(path, read.problems);
  if (read.request.token === undefined) return read.request;
  throw new CommandFailure("a `token` cannot be verified here", EXIT.usage, NO_TOKEN);
}

/** The message about a token, which only a service can check. */
export const NO_TOKEN = "give the `actors` instead: only a service has issuers to verify a token";

interface RequestMistake {
  readonly pointer: string;
  readonly message: string;
}

/** Parses a request from a text, or returns everything that is wrong with it. */
export function parseRequest(
  text: string,
): { readonly request: DecideRequest } | { readonly problems: readonly RequestMistake[] } {
  const read = readJson(text, { maxDepth: LIMITS.jsonDepth, exact: true });
  if ("mistake" in read) return { problems: [read.mistake] };
  const request: unknown = read.value;
  const errors = requestShape(request);
  return errors === undefined ? { request: request as DecideRequest } : { problems: shapeProblems(errors) };
}

/** Thrown for a request that cannot be decided, with a line for each problem. */
export function malformed(path: string, problems: readonly RequestMistake[]): CommandFailure {
  const lines = problems.map(mistakeText);
  const name = path === "-" ? "standard input" : `\`${path}\``;
  return new CommandFailure(`${name} is not a valid request`, EXIT.usage, lines.join("\n  "));
}

/** Renders one mistake as one line: its location in the request, and what is wrong. */
export function mistakeText({ pointer, message }: RequestMistake): string {
  return `${pointer === "" ? "the request" : pointer} ${message}`;
}

/** The text of a file; throws CommandFailure, with the most similar name if there is none. */
export function readText(path: string, maxBytes: number = LIMITS.bodyBytes): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new CommandFailure(`cannot read \`${path}\`: ${reasonOf(error)}`, EXIT.usage, nearName(path));
  }
  const file = readTextFile(real, maxBytes);
  if (!("text" in file)) throw new CommandFailure(`cannot read \`${path}\`: ${file.message}`);
  return file.text;
}
