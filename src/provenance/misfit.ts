/** Compares a result with its declaration. */
import { normaliseMerging } from "../values/normalise.js";
import type { Type } from "../values/type.js";

/**
 * Whether a result differs from what its tool declares: it is missing, lacks a field, has an undeclared field, or holds
 * a value that does not fit. Every kind counts: a field name is text, and numbers or absent fields can encode words for
 * a model that was given the code. `undefined` means that the result is absent or could not be read.
 */
export function holdsUndeclaredText(type: Type, json: unknown): boolean {
  return json === undefined || !normaliseMerging(type, json).ok;
}
