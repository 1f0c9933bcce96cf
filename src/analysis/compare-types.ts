/** Reports whether a type accepts more values than before. */

import { describeType } from "../check/describe-type.js";
import type { FieldType, RecordType, Type } from "../values/type.js";
import { type Direction, type Finding, joined } from "./change.js";
import { isSame } from "./compare-fields.js";

/** Returns the differences between records, field by field, with types in the words of the language. */
export function recordFindings(before: RecordType, after: RecordType, of: string): readonly Finding[] {
  const names = new Set([...before.fields, ...after.fields].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [was, is] = [before, after].map(({ fields }) => fields.find((field) => field.name === name));
    const direction = compareField(was, is);
    if (direction === undefined) return [];
    const [old, now] = [fieldText(was), fieldText(is)];
    return [{ what: old === now ? `${of}.${name} changed` : `${of}.${name} ${old} → ${now}`, direction }];
  });
}

function fieldText(field: FieldType | undefined): string {
  if (field === undefined) return "none";
  return `${field.optional ? "optional " : ""}${describeType(field.type)}`;
}

/** Returns `looser` if every value that was valid still is and is read as before; undefined if nothing differs. */
export function compareTypes(before: Type, after: Type): Direction | undefined {
  if (isSame({ ...before, name: "" }, { ...after, name: "" })) return undefined;
  if (before.kind !== after.kind) return "unknown";
  if (before.kind === "record" && after.kind === "record") return compareRecords(before, after);
  if (before.kind === "union" && after.kind === "union") return compareOptions(before.options, after.options);
  const bounds = boundsOf(before, after);
  const of = "of" in before && "of" in after ? compareTypes(before.of, after.of) : undefined;
  const rest: Direction[] = isSame(without(before), without(after)) ? [] : ["unknown"];
  return joined([...bounds, ...(of === undefined ? [] : [of]), ...rest]);
}

function compareRecords(before: RecordType, after: RecordType): Direction | undefined {
  return joined(recordFindings(before, after, "").map(({ direction }) => direction));
}

/** An optional field accepts more; a required field rejects requests that were valid before. */
function compareField(before: FieldType | undefined, after: FieldType | undefined): Direction | undefined {
  if (before === undefined || after === undefined) {
    const only = before ?? after;
    if (only?.optional !== true) return "unknown";
    return before === undefined ? "looser" : "tighter";
  }
  const { type: was, optional: mayLack, ...rest } = before;
  const { type: is, optional: mayBeAbsent, ...others } = after;
  if (!isSame(rest, others)) return "unknown";
  const type = compareTypes(was, is);
  if (mayLack === mayBeAbsent) return type;
  return joined([mayBeAbsent ? "looser" : "tighter", ...(type === undefined ? [] : [type])]);
}

function compareOptions(before: readonly string[], after: readonly string[]): Direction | undefined {
  const gone = before.some((option) => !after.includes(option));
  const come = after.some((option) => !before.includes(option));
  if (!gone && !come) return undefined;
  return gone && come ? "unknown" : come ? "looser" : "tighter";
}

type Bounds = { readonly min?: number; readonly max?: number };

function boundsOf(before: Type, after: Type): Direction[] {
  const [was, is] = [before as Bounds, after as Bounds];
  const low = (is.min ?? Number.NEGATIVE_INFINITY) - (was.min ?? Number.NEGATIVE_INFINITY);
  const high = (was.max ?? Number.POSITIVE_INFINITY) - (is.max ?? Number.POSITIVE_INFINITY);
  // Two absent bounds differ by NaN, which is neither.
  return [low, high].flatMap((tightens) => (tightens > 0 ? "tighter" : tightens < 0 ? "looser" : []));
}

function without(type: Type): object {
  const { min: _, max: __, of: ___, ...rest } = type as Type & Bounds & { of?: Type };
  return rest;
}
