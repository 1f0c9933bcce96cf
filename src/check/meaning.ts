/** What a policy means, apart from where it is and how it is written, as one text. */

/**
 * A part of a checked program as text. Equal texts decide every request alike, for programs that are equal in all that
 * the part names. The other way round says nothing: policies can mean the same and differ.
 */
export function meaningOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => {
    // A value of an author's own may have fields of these names.
    if (key === "value" || key === "default") return JSON.stringify(value, (_, each) => exact(each));
    if (PLACES.has(key)) return undefined;
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value].sort();
    return exact(value);
  });
}

/** Fields that only say where something is or what people are told of it. */
const PLACES: ReadonlySet<string> = new Set(["span", "nameSpan", "doc"]);

/** Numbers that JSON has no form for. */
function exact(value: unknown): unknown {
  const isOdd = typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value));
  return isOdd ? `number ${value}` : value;
}
