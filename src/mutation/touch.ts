/** The values in the text of a mutant near which requests may be answered differently. */
import { parseDuration } from "../values/duration.js";
import type { MutantDiff } from "./mutant.js";

/** Numbers, durations (ms) and texts on the changed lines, of both the policy and the mutant. */
export interface Touch {
  readonly numbers: readonly number[];
  readonly durations: readonly number[];
  readonly texts: readonly string[];
}

/** Reads the values from the lines themselves, so that a value in any clause counts. */
export function touchOf({ removed, added }: Pick<MutantDiff, "removed" | "added">): Touch {
  const text = [...removed, ...added].join("\n");
  const words = (pattern: RegExp) => [...new Set(text.match(pattern) ?? [])];
  return {
    numbers: words(/\b[0-9][0-9_]*(?:\.[0-9]+)?\b/g).map((word) => Number(word.replaceAll("_", ""))),
    durations: words(/\b(?:[0-9]+(?:ms|[smhdw]))+\b/g).flatMap((word) => parseDuration(word) ?? []),
    texts: words(/"(?:[^"\\\n]|\\.)*"/g).map((word) => word.slice(1, -1).replaceAll(/\*+/g, "x")),
  };
}
