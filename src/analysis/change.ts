/** One difference between two bundles that can change a verdict. */

/**
 * The effect of a difference on verdicts about the same request in the same state. `looser` and `tighter` are proved;
 * `unknown` is everything else, because it may do either.
 */
export type Direction = "looser" | "tighter" | "unknown";

/** A difference and its direction. */
export interface Change {
  /** The kind of declaration that changed: `deny`, `limit`, `tool`. */
  readonly kind: string;
  /** Its qualified name; empty for what a bundle has only once. */
  readonly name: string;
  /** A short description: `at most 5 → 8`. */
  readonly what: string;
  readonly direction: Direction;
}

/** A difference in one field of a declaration. */
export type Finding = Pick<Change, "what" | "direction">;

/** Combines several directions: `unknown` if they do not agree, undefined if there are none. */
export function joined(directions: Iterable<Direction>): Direction | undefined {
  const all = new Set(directions);
  if (all.size > 1) return "unknown";
  return [...all][0];
}

/** Returns the opposite direction. */
export function reversed(direction: Direction): Direction {
  if (direction === "unknown") return "unknown";
  return direction === "looser" ? "tighter" : "looser";
}
