/** Reads an untrusted document in JSON or YAML; hostile ones fail fast with a message. */
import { Source } from "../source/source.js";
import { findJsonMistake } from "../values/json-check.js";
import { readYaml } from "./read-yaml.js";

/** What keeps a document from being read; the message is for people. */
export class DocumentProblem extends Error {
  override readonly name = "DocumentProblem";
}

/** How deeply values may lie in each other. */
const MAX_DEPTH = 128;

/**
 * The value of a text: JSON where it begins like JSON, and else YAML. Duplicate keys are refused in both, so no text
 * has two meanings. Aliases of YAML share their value, so what is read may be far larger to walk than its text.
 */
export function readDocument(text: string): unknown {
  if (text.trim() === "") throw new DocumentProblem("it is empty");
  const mistake = findJsonMistake(text, { maxDepth: MAX_DEPTH, exact: false, anyKey: true });
  if (mistake === undefined) return JSON.parse(text);
  if (/^\s*[{[]/.test(text)) {
    const { line, column } = new Source("", text).positionAt(mistake.offset);
    throw new DocumentProblem(`it is not JSON: ${line}:${column}: ${mistake.message}`);
  }
  const read = readYaml(text, MAX_DEPTH);
  if ("problem" in read) throw new DocumentProblem(`it is not YAML that can be read: ${read.problem}`);
  return read.value;
}
