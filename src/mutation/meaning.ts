/** What a policy means, apart from where it stands and how it is written, as one text. */
import type { Program } from "../check/program.js";

/** Equal texts decide every request alike. The other way round says nothing: policies can mean the same and differ. */
export function meaningOf({ tests, matrices, resolve, ...policy }: Program): string {
  return JSON.stringify(policy, (key, value: unknown) => {
    if (PLACES.has(key)) return undefined;
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value].sort();
    return typeof value === "bigint" ? String(value) : value;
  });
}

/** Fields that only say where something stands or what people are told of it. */
const PLACES: ReadonlySet<string> = new Set(["span", "nameSpan", "doc"]);
