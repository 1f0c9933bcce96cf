/** Compares two declarations of one name, field by field; every field must have a comparison. */
import { meaningOf } from "../check/meaning.js";
import type { Program } from "../check/program.js";
import { writeDuration } from "../values/duration.js";
import type { Direction, Finding } from "./change.js";

/** The two checked bundles to compare. */
export interface Pair {
  readonly before: Program;
  readonly after: Program;
}

/** Returns the differences in one field. It is called only if the two values differ in meaning. */
export type Compare<T> = (before: T, after: T, pair: Pair) => readonly Finding[];

/** One comparison per field: a new field of a declaration does not compile until it has one. */
export type Table<T> = { readonly [K in keyof Required<T>]: Compare<T[K]> };

/** Returns the differences between two declarations of a kind. */
export function compareFields<T extends object>(
  table: Table<T>,
  before: T,
  after: T,
  pair: Pair,
): readonly Finding[] {
  return (Object.keys(table) as (keyof T)[]).flatMap((key) =>
    isSame(before[key], after[key]) ? [] : table[key](before[key], after[key], pair),
  );
}

/** Reports whether two values are equal, ignoring spans and documentation. */
export function isSame(before: unknown, after: unknown): boolean {
  return meaningOf([before]) === meaningOf([after]);
}

// --- comparisons ------------------------------------------------------------------------------------------

/** For fields that do not affect verdicts, or that are compared together with others. */
export const ignored: Compare<unknown> = () => [];

/** For fields whose effect is not understood well enough. */
export function either(name: string): Compare<unknown> {
  return (before, after) => {
    const [was, is] = [before, after].map(shortText);
    return [{ what: was === is ? `${name} changed` : `${name} ${was} → ${is}`, direction: "unknown" }];
  };
}

/** For numbers: whether a larger one is looser or tighter. An absent one counts as `absent`. */
export function larger(
  direction: Direction & ("looser" | "tighter"),
  name: string,
  {
    absent = Number.POSITIVE_INFINITY,
    text = String,
  }: { absent?: number; text?: (value: number) => string } = {},
): Compare<number | undefined> {
  return (before, after) => {
    const grows = (after ?? absent) > (before ?? absent);
    const shown = (value: number | undefined) => (value === undefined ? "none" : text(value));
    const other = direction === "looser" ? "tighter" : "looser";
    return [{ what: `${name} ${shown(before)} → ${shown(after)}`, direction: grows ? direction : other }];
  };
}

/** For a duration of which more is looser; an absent one is unbounded. */
export function longer(name: string): Compare<number | undefined> {
  return larger("looser", name, { text: writeDuration });
}

/** For flags: the direction if one is set. */
export function flag(direction: "looser" | "tighter", name: string): Compare<boolean> {
  return (_, after) => [
    {
      what: after ? name : `no longer ${name}`,
      direction: after === (direction === "looser") ? "looser" : "tighter",
    },
  ];
}

type Names = "any" | ReadonlySet<string> | undefined;

/** For sets of names of which more is looser; `any` and an absent set contain every name. */
export function wider(name: string): Compare<Names> {
  return (before, after) => {
    const [was, is] = [textOf(before), textOf(after)];
    if (was === is) return [];
    const direction = holds(after, before) ? "looser" : holds(before, after) ? "tighter" : "unknown";
    return [{ what: `${name} ${was} → ${is}`, direction }];
  };
}

function holds(all: Names, some: Names): boolean {
  if (all === "any" || all === undefined) return true;
  return some !== "any" && some !== undefined && [...some].every((each) => all.has(each));
}

function textOf(names: Names): string {
  if (names === "any" || names === undefined) return "any";
  return names.size === 0 ? "nothing" : [...names].map(shortName).sort().join(", ");
}

function shortName(id: string): string {
  return id.slice(id.lastIndexOf(".") + 1);
}

const MAX_TEXT = 80;

/** Returns a value in a few characters. */
function shortText(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  const text = value instanceof Set ? [...value].sort().join(", ") : meaningOf(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
