/** Selects tools of a list. */
import { suggest } from "../diagnostics/did-you-mean.js";
import { compileLike } from "../values/like.js";

/**
 * Whether a tool of this name is selected: by its exact name, or by a pattern in which `*` is any run of characters.
 * Throws a TypeError for a pattern that none of the names fits: a slip must not look like a tool that needs no rules.
 */
export function selectTools(
  names: readonly string[],
  only: readonly string[] | undefined,
): (name: string) => boolean {
  if (only === undefined) return () => true;
  const patterns = only.map((text) => ({ text, fits: compileLike(text.replace(/\*+/g, "**"), "/") }));
  for (const { text, fits } of patterns) {
    if (names.some(fits)) continue;
    const near = suggest(text, names);
    throw new TypeError(
      `no tool is called \`${text}\`${near === undefined ? "" : `; did you mean \`${near}\`?`}`,
    );
  }
  return (name) => patterns.some(({ fits }) => fits(name));
}
