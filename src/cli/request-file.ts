/** A decision request from a file or from standard input, read as strictly as the service reads it. */
import { realpathSync } from "node:fs";
import { reasonOf } from "../bundle/folder.js";
import { readTextFile } from "../bundle/read-file.js";
import { LIMITS } from "../model/common.js";
import { type DecideRequest, decideRequest } from "../model/request.js";
import { shapeProblems } from "../service/shape-problems.js";
import { compileShape, jsonSchemaOf } from "../service/wire-schema.js";
import { findJsonMistake } from "../values/json-check.js";
import { nearName } from "./bundle-folder.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import type { Terminal } from "./terminal.js";

/** The two operands of commands that take a bundle and a request: `[DIR] REQUEST.json`. */
export function bundleAndRequest(operands: readonly string[]): readonly [directory: string, request: string] {
  const [first = ".", second] = operands;
  if (operands.length > 2) throw new CommandFailure("one folder and one request at most");
  return second === undefined ? [".", first] : [first, second];
}

/** The request in a file, or on standard input for `-`. Throws CommandFailure that names every mistake and its place. */
export async function readRequest(path: string, terminal: Terminal): Promise<DecideRequest> {
  const text = path === "-" ? await terminal.stdin() : readText(path);
  const mistake = findJsonMistake(text, { maxDepth: LIMITS.jsonDepth, exact: true });
  if (mistake !== undefined) throw malformed(path, [mistake]);
  const request: unknown = JSON.parse(text);
  const errors = compileShape(jsonSchemaOf(decideRequest, "input"))(request);
  if (errors !== undefined) throw malformed(path, shapeProblems(errors));
  const { token, ...rest } = request as DecideRequest;
  if (token !== undefined) {
    const help = "name the `actors` instead: only a service has issuers to check a token with";
    throw new CommandFailure("a `token` cannot be checked here", EXIT.usage, help);
  }
  return rest;
}

/** A request that cannot be judged, with a line for each problem. */
export function malformed(
  path: string,
  problems: readonly { readonly pointer: string; readonly message: string }[],
): CommandFailure {
  const lines = problems.map(
    ({ pointer, message }) => `${pointer === "" ? "the request" : pointer} ${message}`,
  );
  const name = path === "-" ? "standard input" : `\`${path}\``;
  return new CommandFailure(`${name} is not a request that can be judged`, EXIT.usage, lines.join("\n  "));
}

function readText(path: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new CommandFailure(`cannot read \`${path}\`: ${reasonOf(error)}`, EXIT.usage, nearName(path));
  }
  const file = readTextFile(real, LIMITS.bodyBytes);
  if (!("text" in file)) throw new CommandFailure(`cannot read \`${path}\`: ${file.message}`);
  return file.text;
}
