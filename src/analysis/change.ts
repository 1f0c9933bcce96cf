/** One difference between two bundles that can change a verdict. */

/**
 * What a difference does to verdicts about the same request in the same state. `looser` and `tighter` are proved;
 * `unknown` is everything else, for it may do either.
 */
export type Direction = "looser" | "tighter" | "unknown";

/** A difference, and which way it goes. */
export interface Change {
  /** What kind of declaration it is in: `deny`, `limit`, `tool`. */
  readonly kind: string;
  /** Its qualified name; empty for what a bundle has only once. */
  readonly name: string;
  /** In a few words: `at most 5 → 8`. */
  readonly what: string;
  readonly direction: Direction;
}

/** A difference in one field of a declaration. */
export type Finding = Pick<Change, "what" | "direction">;

/** Several differences as one: `unknown` where they do not agree, undefined where there are none. */
export function joined(directions: Iterable<Direction>): Direction | undefined {
  const all = new Set(directions);
  if (all.size > 1) return "unknown";
  return [...all][0];
}

/** The other way round. */
export function reversed(direction: Direction): Direction {
  if (direction === "unknown") return "unknown";
  return direction === "looser" ? "tighter" : "looser";
}
