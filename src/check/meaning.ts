/** The meaning of a part of a policy as one text, without its location and formatting. */

/**
 * A part of a checked program as text. Parts with equal texts decide every request alike, if the programs are equal in
 * everything the part refers to. The converse does not hold: policies with different texts can mean the same.
 */
export function meaningOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => {
    // A value written by an author may have fields with these names.
    if (key === "value" || key === "default") return JSON.stringify(value, (_, each) => exact(each));
    if (LOCATIONS.has(key)) return undefined;
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value].sort();
    return exact(value);
  });
}

/** Fields that only record a location or a description. */
const LOCATIONS: ReadonlySet<string> = new Set(["span", "nameSpan", "doc"]);

/** Numbers that JSON cannot represent. */
function exact(value: unknown): unknown {
  const isOdd = typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value));
  return isOdd ? `number ${value}` : value;
}
