/** Whether a result says anything that was not declared of it. */
import { normaliseMerging } from "../values/normalise.js";
import type { Type } from "../values/type.js";

/**
 * Whether a result is anything else than what its tool declares: it is missing, lacks a field, has one too many, or holds a
 * value that does not fit. Whatever its kind: a name of a field is text, and numbers and the lack of a field spell words as
 * well to a model that was told how to read them. `undefined` is a result that did not come or could not be read.
 */
export function holdsUndeclaredText(type: Type, json: unknown): boolean {
  return json === undefined || !normaliseMerging(type, json).ok;
}
