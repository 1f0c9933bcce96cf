/** Sets of values. A set contains every value that is possible and may contain more. */
import type { Type, Value } from "../../values/type.js";
import { exclude, fits, type Shape } from "./shapes.js";

/** A value whose equality is decided by a primitive: the value itself, or the normal text of an address. */
export type Atom = string | number | boolean;

/** Numbers between two bounds, each included or excluded. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOut: boolean;
  readonly highOut: boolean;
  readonly whole: boolean;
}

/** The values that pass all of these constraints. */
export interface ValueSet {
  readonly only?: ReadonlySet<Atom>;
  readonly not: ReadonlySet<Atom>;
  readonly range?: Range;
  readonly shapes: readonly Shape[];
}

const NONE: ReadonlySet<Atom> = new Set();
const NO_SHAPES: readonly Shape[] = [];
/** No constraints. */
export const EVERY_VALUE: ValueSet = { not: NONE, shapes: NO_SHAPES };
const BOOLEANS: ReadonlySet<Atom> = new Set([true, false]);
/** No bound on either side. */
export const EVERY_NUMBER: Range = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  lowOut: false,
  highOut: false,
  whole: false,
};

/** The set of exactly these values. */
export function oneOf(atoms: Iterable<Atom>): ValueSet {
  return { only: new Set(atoms), not: NONE, shapes: NO_SHAPES };
}

/** All values of a type. */
export function valuesOf(type: Type): ValueSet {
  switch (type.kind) {
    case "bool":
      return { ...EVERY_VALUE, only: BOOLEANS };
    case "union":
      return { ...EVERY_VALUE, only: new Set(type.options) };
    case "int":
    case "number": {
      const { min: low = Number.NEGATIVE_INFINITY, max: high = Number.POSITIVE_INFINITY } = type;
      return { ...EVERY_VALUE, range: { ...EVERY_NUMBER, low, high, whole: type.kind === "int" } };
    }
    case "duration":
    case "time":
      return { ...EVERY_VALUE, range: EVERY_NUMBER };
    case "path":
      return type.root === undefined
        ? EVERY_VALUE
        : { ...EVERY_VALUE, shapes: [{ kind: "under", root: type.root, holds: true }] };
    default:
      return EVERY_VALUE;
  }
}

/** The primitive that decides the equality of a value, or undefined if its structure does. */
export function atomOf(value: Value | undefined): Atom | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Map)
    return undefined;
  const kind = "kind" in value ? value.kind : undefined;
  if (kind !== "email" && kind !== "url" && kind !== "ip") return undefined;
  return "text" in value && typeof value.text === "string" ? value.text : undefined;
}

/**
 * The values in both sets, or undefined if the intersection is certainly empty; the same object as `a` if all of it is
 * in both.
 */
export function meet(a: ValueSet, b: ValueSet): ValueSet | undefined {
  if (a === b) return a;
  const range = a.range && b.range ? meetRanges(a.range, b.range) : (a.range ?? b.range);
  if (range === a.range && b.only === undefined && b.not.size === 0 && b.shapes.length === 0) return a;
  const not = a.not.size === 0 ? b.not : b.not.size === 0 ? a.not : new Set([...a.not, ...b.not]);
  const shapes =
    a.shapes.length === 0 ? b.shapes : b.shapes.length === 0 ? a.shapes : [...a.shapes, ...b.shapes];
  const listed = a.only ?? b.only;
  if (listed !== undefined) {
    const other = a.only === undefined ? undefined : b.only;
    const only = new Set(
      [...listed].filter(
        (atom) =>
          (other === undefined || other.has(atom)) &&
          !not.has(atom) &&
          (range === undefined || typeof atom !== "number" || isWithin(atom, range)) &&
          (typeof atom !== "string" || shapes.every((shape) => fits(atom, shape))),
      ),
    );
    return only.size === 0 ? undefined : { only, not: NONE, shapes: [], ...(range && { range }) };
  }
  if (range !== undefined && isEmpty(range, not)) return undefined;
  for (const one of shapes) for (const other of shapes) if (exclude(one, other)) return undefined;
  return { not, shapes, ...(range && { range }) };
}

/** Bounds of a set: its own, or those of the numbers it lists. */
export function boundsOf(set: ValueSet): Range {
  if (set.only === undefined) return set.range ?? EVERY_NUMBER;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const atom of set.only) {
    if (typeof atom !== "number") continue;
    low = Math.min(low, atom);
    high = Math.max(high, atom);
  }
  if (low > high) return set.range ?? EVERY_NUMBER;
  return { low, high, lowOut: false, highOut: false, whole: false };
}

/** The numbers in both ranges. */
export function meetRanges(a: Range, b: Range): Range {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  const lowOut = (a.lowOut && a.low === low) || (b.lowOut && b.low === low);
  const highOut = (a.highOut && a.high === high) || (b.highOut && b.high === high);
  const whole = a.whole || b.whole;
  if (low === a.low && high === a.high && lowOut === a.lowOut && highOut === a.highOut && whole === a.whole)
    return a;
  return { low, high, lowOut, highOut, whole };
}

function isWithin(value: number, range: Range): boolean {
  if (value < range.low || value > range.high) return false;
  if ((range.lowOut && value === range.low) || (range.highOut && value === range.high)) return false;
  return !range.whole || Number.isInteger(value);
}

/** Up to this many integers are counted one by one. */
const COUNTED = 64;

function isEmpty(range: Range, not: ReadonlySet<Atom>): boolean {
  const { low, high, lowOut, highOut, whole } = range;
  if (low > high || (low === high && (lowOut || highOut || not.has(low)))) return true;
  if (!whole || !Number.isFinite(low) || !Number.isFinite(high)) return false;
  const first = lowOut && Number.isInteger(low) ? low + 1 : Math.ceil(low);
  const last = highOut && Number.isInteger(high) ? high - 1 : Math.floor(high);
  if (first > last) return true;
  if (last - first >= COUNTED) return false;
  for (let value = first; value <= last; value++) if (!not.has(value)) return false;
  return true;
}
