/** Where in a result each identifier stood, so that it can carry the labels of that place. */

import { normalise } from "../values/normalise.js";
import type { FieldType, RecordType, Type, Value } from "../values/type.js";
import { Effort, IDENTIFIERS_MAX, identifiersOfLeaf } from "./identifiers.js";
import { identitiesOf } from "./identity.js";
import { writtenForms } from "./written-forms.js";

export interface Sighting {
  /** The normal form, as `identitiesOf` gives it. */
  readonly identifier: string;
  /** Labels of the declared fields around it; what the tool `yields` is not among them. */
  readonly labels: readonly string[];
  /** False for what does not fit the declared type, or where none is declared. */
  readonly declared: boolean;
  /** Whether the leaf as a whole is this identifier: what only stands in a longer text vouches for nothing. */
  readonly whole: boolean;
}

interface Place {
  readonly labels: readonly string[];
  readonly field: string | undefined;
  readonly listed: boolean;
}

const DEPTH_MAX = 64;

/**
 * The identifiers of a result with the labels of the declared fields that hold them. What does not fit is a misfit by
 * itself, not the result around it: one field too many, one element of the wrong type. An identifier that stands in two
 * places comes twice. At most some thousands are given; what is left out counts as never seen.
 */
export function sightingsIn(type: Type | undefined, json: unknown): readonly Sighting[] {
  const sightings: Sighting[] = [];
  const visit: Visit = { sightings, effort: new Effort() };
  walk(visit, type, json, { labels: [], field: undefined, listed: false }, 0);
  return sightings;
}

interface Visit {
  readonly sightings: Sighting[];
  readonly effort: Effort;
}

function walk(visit: Visit, type: Type | undefined, json: unknown, place: Place, depth: number): void {
  if (depth > DEPTH_MAX || isFull(visit) || json === null) return;
  if (Array.isArray(json)) {
    const list = type?.kind === "list" || type?.kind === "set" ? type : undefined;
    const below = { ...place, listed: true };
    for (const [index, element] of json.entries()) {
      walk(visit, list !== undefined && index < list.max ? list.of : jsonOf(type), element, below, depth + 1);
    }
  } else if (typeof json === "object") {
    if (type?.kind === "record") walkRecord(visit, type, json, place, depth);
    else {
      const of = type?.kind === "map" ? type.of : jsonOf(type);
      for (const [key, member] of Object.entries(json)) {
        addLeaf(visit, of, key, { ...place, listed: type?.kind === "map" });
        walk(visit, of, member, { ...place, field: key, listed: false }, depth + 1);
      }
    }
  } else if (typeof json === "string" || typeof json === "number") {
    addLeaf(visit, type, json, place);
  }
}

function isFull({ sightings, effort }: Visit): boolean {
  return sightings.length >= IDENTIFIERS_MAX || effort.isSpent;
}

function walkRecord(visit: Visit, type: RecordType, json: object, place: Place, depth: number): void {
  const fields = new Map<string, FieldType>(type.fields.map((field) => [field.wire, field]));
  for (const [key, member] of Object.entries(json)) {
    const field = fields.get(key);
    const labels = field === undefined ? place.labels : [...new Set([...place.labels, ...field.labels])];
    // A name that nobody declared is text like any other.
    if (field === undefined) addLeaf(visit, undefined, key, { ...place, field: undefined, listed: false });
    walk(visit, field?.type, member, { labels, field: key, listed: false }, depth + 1);
  }
}

/** What lies below a declared `json` is declared as `json`; below anything else that does not fit, nothing is. */
function jsonOf(type: Type | undefined): Type | undefined {
  return type?.kind === "json" ? type : undefined;
}

function addLeaf(visit: Visit, type: Type | undefined, leaf: string | number, place: Place): void {
  const { sightings, effort } = visit;
  const normalised = type === undefined ? undefined : normalise(type, leaf);
  const wholes = type !== undefined && normalised?.ok === true ? wholesOf(type, normalised.value, place) : [];
  const found = identifiersOfLeaf(leaf, place.field, place.listed, effort);
  for (const identifier of new Set([...wholes, ...found])) {
    if (sightings.length >= IDENTIFIERS_MAX) return;
    sightings.push({
      identifier,
      labels: place.labels,
      declared: normalised?.ok === true,
      whole: wholes.includes(identifier),
    });
  }
}

/** What a leaf as a whole is: the value of its type, and of a text whatever it is another way to write. */
function wholesOf(type: Type, value: Value, place: Place): readonly string[] {
  const identities = identitiesOf(type, value, place.field ?? (place.listed ? "name" : undefined));
  if (type.kind !== "text" || identities.length === 0) return identities;
  return [...new Set([...identities, ...writtenForms(value as string)])];
}
