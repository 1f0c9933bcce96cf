/**
 * Strong three-valued logic (Kleene 1952): true, false, unknown. Numbers, because conditions are evaluated for every
 * call and compared by identity.
 */
export type Tri = 0 | 1 | 2;
/** Certainly not. */
export const FALSE = 0;
/** Certainly. */
export const TRUE = 1;
/** Neither: it depends on something unknown. */
export const UNKNOWN = 2;

/** `not ? = ?`. */
export function negate(tri: Tri): Tri {
  return tri === UNKNOWN ? UNKNOWN : tri === TRUE ? FALSE : TRUE;
}

/** The word shown to people. */
export function triName(tri: Tri): "true" | "false" | "unknown" {
  return tri === TRUE ? "true" : tri === FALSE ? "false" : "unknown";
}
