import type { File } from "../syntax/ast.js";

/** Where trees may differ without a change of meaning: spans, comments, and the blanks in a name. */
const IGNORED: ReadonlySet<string> = new Set(["span", "operatorSpan", "comments"]);

/** Reports whether two files have the same tree, ignoring spans and comments; documentation counts. */
export function isSameTree(left: File, right: File): boolean {
  return isSame(left, right);
}

function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return Object.is(left, right);
  return (
    keysOf(left).every((key) => isSame(left[key], right[key])) && keysOf(right).every((key) => key in left)
  );
}

function keysOf(node: Readonly<Record<string, unknown>>): readonly string[] {
  const ignoresRaw = node.kind === "span";
  return Object.keys(node).filter((key) => !IGNORED.has(key) && !(ignoresRaw && key === "raw"));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
