/** Finds the identifiers in a result with the labels of the fields that hold them. */

import { normalise } from "../values/normalise.js";
import type { FieldType, RecordType, Type, Value } from "../values/type.js";
import { Effort, identifiersOfLeaf, MAX_IDENTIFIERS } from "./identifiers.js";
import { identitiesOf } from "./identity.js";
import { writtenForms } from "./written-forms.js";

export interface ObservedValue {
  /** The normal form, as `identitiesOf` returns it. */
  readonly identifier: string;
  /** Labels of the declared fields around it; without those that the tool `yields`. */
  readonly labels: readonly string[];
  /** False if the value does not fit the declared type, or if none is declared. */
  readonly declared: boolean;
  /** Whether the leaf as a whole is this identifier: an identifier within a longer text vouches for nothing. */
  readonly whole: boolean;
}

interface Location {
  readonly labels: readonly string[];
  readonly field: string | undefined;
  readonly listed: boolean;
}

const MAX_DEPTH = 64;

/**
 * Returns the identifiers of a result with the labels of the declared fields that hold them. Only the part that does
 * not fit counts as undeclared, not the result around it: an undeclared field, an element of the wrong type. An
 * identifier in two fields is returned twice. At most `MAX_IDENTIFIERS` are returned; the others count as never seen.
 */
export function observedValuesIn(type: Type | undefined, json: unknown): readonly ObservedValue[] {
  const observed: ObservedValue[] = [];
  const visit: Visit = { observed, effort: new Effort() };
  walk(visit, type, json, { labels: [], field: undefined, listed: false }, 0);
  return observed;
}

interface Visit {
  readonly observed: ObservedValue[];
  readonly effort: Effort;
}

function walk(visit: Visit, type: Type | undefined, json: unknown, location: Location, depth: number): void {
  if (depth > MAX_DEPTH || isFull(visit) || json === null) return;
  if (Array.isArray(json)) {
    const list = type?.kind === "list" || type?.kind === "set" ? type : undefined;
    const below = { ...location, listed: true };
    for (const [index, element] of json.entries()) {
      walk(visit, list !== undefined && index < list.max ? list.of : jsonOf(type), element, below, depth + 1);
    }
  } else if (typeof json === "object") {
    if (type?.kind === "record") walkRecord(visit, type, json, location, depth);
    else {
      const of = type?.kind === "map" ? type.of : jsonOf(type);
      for (const [key, member] of Object.entries(json)) {
        addLeaf(visit, of, key, { ...location, listed: type?.kind === "map" });
        walk(visit, of, member, { ...location, field: key, listed: false }, depth + 1);
      }
    }
  } else if (typeof json === "string" || typeof json === "number") {
    addLeaf(visit, type, json, location);
  }
}

function isFull({ observed, effort }: Visit): boolean {
  return observed.length >= MAX_IDENTIFIERS || effort.isSpent;
}

function walkRecord(visit: Visit, type: RecordType, json: object, location: Location, depth: number): void {
  const fields = new Map<string, FieldType>(type.fields.map((field) => [field.wire, field]));
  for (const [key, member] of Object.entries(json)) {
    const field = fields.get(key);
    const labels =
      field === undefined ? location.labels : [...new Set([...location.labels, ...field.labels])];
    // An undeclared field name is text like any other.
    if (field === undefined) addLeaf(visit, undefined, key, { ...location, field: undefined, listed: false });
    walk(visit, field?.type, member, { labels, field: key, listed: false }, depth + 1);
  }
}

/** Values below a declared `json` are declared as `json`; below anything else that does not fit, nothing is declared. */
function jsonOf(type: Type | undefined): Type | undefined {
  return type?.kind === "json" ? type : undefined;
}

function addLeaf(visit: Visit, type: Type | undefined, leaf: string | number, location: Location): void {
  const { observed, effort } = visit;
  const normalised = type === undefined ? undefined : normalise(type, leaf);
  const wholes =
    type !== undefined && normalised?.ok === true ? wholesOf(type, normalised.value, location) : [];
  const found = identifiersOfLeaf(leaf, location.field, location.listed, effort);
  for (const identifier of new Set([...wholes, ...found])) {
    if (observed.length >= MAX_IDENTIFIERS) return;
    observed.push({
      identifier,
      labels: location.labels,
      declared: normalised?.ok === true,
      whole: wholes.includes(identifier),
    });
  }
}

/** Returns the identities of a leaf as a whole: the value of its type, and for a text the values it is another spelling of. */
function wholesOf(type: Type, value: Value, location: Location): readonly string[] {
  const identities = identitiesOf(type, value, location.field ?? (location.listed ? "name" : undefined));
  if (type.kind !== "text" || identities.length === 0) return identities;
  return [...new Set([...identities, ...writtenForms(value as string)])];
}
