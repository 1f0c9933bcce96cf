/**
 * Which labels a call and each of its arguments carry, and what of a result is remembered.
 *
 * A value escapes the session's labels only if it is, as a whole, an identifier that was seen or stated. What is
 * remembered of a value is a set of words under its keyed hash: `.` seen, `s` stated, `l:LABEL` seen with a label,
 * `c:LABEL` seen in a clean place, which vouches that it does not carry that integrity label.
 */

import type { Tool } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import { statedIn } from "../../provenance/identifiers.js";
import { identityOf } from "../../provenance/identity.js";
import { sightingsIn } from "../../provenance/sightings.js";
import type { MapCell } from "../../state/store.js";
import type { RecordType, RecordValue, Type, Value } from "../../values/type.js";
import type { Call } from "../request/call.js";
import { keyedHash } from "../request/digest.js";

/** Values remembered for one session and those under it; an unremembered value carries everything once it is full. */
export const SEEN_MAX = 20_000;

/** Identities looked up for one call; beyond, a value counts as never seen. */
const LOOKED_UP_MAX = 512;

/** One value of the arguments that is no list or record. */
export interface Leaf {
  /** Dotted, without the indices of lists. */
  readonly path: string;
  /** The keyed hash of its normal form; undefined for what is no identifier. */
  readonly hash: string | undefined;
  /** `@label`s of the fields around it. */
  readonly labels: readonly string[];
}

/** The leaves of a call's arguments, or one opaque leaf for a channel, whose payload is free text. */
export function leavesOf(call: Call, family: string, key: Uint8Array): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const { target } = call;
  if (target?.args === undefined) return [{ path: "", hash: undefined, labels: [] }];
  let lookups = 0;
  const visit = (
    type: Type,
    value: Value,
    path: string,
    field: string | undefined,
    labels: readonly string[],
  ): void => {
    switch (type.kind) {
      case "record":
        visitRecord(type, value as RecordValue, path, labels);
        return;
      case "list":
      case "set":
        for (const element of value as readonly Value[]) visit(type.of, element, path, field, labels);
        return;
      case "map":
        for (const [name, member] of value as ReadonlyMap<string, Value>) {
          leaves.push({ path, hash: undefined, labels });
          visit(type.of, member, path, name, labels);
        }
        return;
      default: {
        const identity = lookups < LOOKED_UP_MAX ? identityOf(type, value, field) : undefined;
        if (identity !== undefined) lookups++;
        leaves.push({
          path,
          hash: identity === undefined ? undefined : valueHash(key, call.tenant, family, identity),
          labels,
        });
      }
    }
  };
  const visitRecord = (
    type: RecordType,
    record: RecordValue,
    path: string,
    labels: readonly string[],
  ): void => {
    for (const field of type.fields) {
      const value = record[field.name];
      if (value === undefined) continue;
      const inner = field.labels.length === 0 ? labels : [...labels, ...field.labels];
      visit(field.type, value, path === "" ? field.name : `${path}.${field.name}`, field.name, inner);
    }
  };
  visitRecord(target.args, call.frame.args, "", []);
  return leaves;
}

/** How a value is remembered: by a keyed hash, so that the store holds no data. */
export function valueHash(key: Uint8Array, tenant: string, family: string, identity: string): string {
  return keyedHash(key, tenant, family, identity);
}

/** What is known of the values that a call names: the session's labels and the sightings that were read. */
export interface Known {
  readonly sessionLabels: readonly string[];
  readonly seen: MapCell;
  /** Whether the session could not remember everything. */
  readonly overflow: boolean;
}

/** Labels of the leaves under `path` (all of them for the empty path). */
export function labelsOf(
  path: string,
  leaves: readonly Leaf[],
  call: Call,
  known: Known,
  bundle: CompiledBundle,
): readonly string[] {
  const labels = new Set<string>();
  // The whole call carries what is attested of any of it, also where that argument is absent or the payload opaque.
  if (path === "")
    for (const attested of call.attested.values()) for (const label of attested) labels.add(label);
  for (const leaf of leaves) if (isUnder(leaf.path, path)) addLeafLabels(leaf, call, known, bundle, labels);
  return [...labels].sort();
}

function isUnder(leaf: string, path: string): boolean {
  return path === "" || leaf === path || leaf.startsWith(`${path}.`);
}

function addLeafLabels(
  leaf: Leaf,
  call: Call,
  known: Known,
  bundle: CompiledBundle,
  into: Set<string>,
): void {
  for (const label of leaf.labels) into.add(label);
  for (const [path, labels] of call.attested) {
    if (path === "*" || isUnder(leaf.path, path)) for (const label of labels) into.add(label);
  }
  const words = leaf.hash === undefined ? undefined : known.seen.fields.get(leaf.hash)?.split(" ");
  if (words === undefined) {
    for (const label of known.sessionLabels) into.add(label);
    if (known.overflow && leaf.hash !== undefined)
      for (const label of bundle.program.labels.keys()) into.add(label);
    return;
  }
  const stated = words.includes("s");
  const carried = words.filter((word) => word.startsWith("l:")).map((word) => word.slice(2));
  for (const label of carried) {
    if (!bundle.integrityLabels.has(label) || !(stated || words.includes(`c:${label}`))) into.add(label);
  }
  // Seen, but nothing vouches for it: what outsiders could have written into this session, they could have written here.
  for (const held of known.sessionLabels) {
    for (const label of bundle.program.labels.get(held)?.closure ?? [held]) {
      if (bundle.integrityLabels.has(label) && !stated && !words.includes(`c:${label}`)) into.add(label);
    }
  }
}

/** Whether every value under `path` stands in the user's own words; false where there is none. */
export function isStated(path: string, leaves: readonly Leaf[], known: Known): boolean {
  let any = false;
  for (const leaf of leaves) {
    if (!isUnder(leaf.path, path)) continue;
    any = true;
    if (leaf.hash === undefined || !known.seen.fields.get(leaf.hash)?.split(" ").includes("s")) return false;
  }
  return any;
}

/** Whether a tool or channel that `accepts` these receives a call that carries those. */
export function accepts(
  accepted: ReadonlySet<string>,
  carried: readonly string[],
  bundle: CompiledBundle,
): boolean {
  return carried.every((label) => {
    for (const each of accepted) if (bundle.program.labels.get(each)?.closure.has(label)) return true;
    return false;
  });
}

/** The user's own words as fields of the `seen` map. */
export function statedFields(
  stated: string,
  tenant: string,
  family: string,
  key: Uint8Array,
): Record<string, readonly string[]> {
  const fields: Record<string, readonly string[]> = Object.create(null);
  for (const identity of statedIn(stated)) fields[valueHash(key, tenant, family, identity)] = ["s"];
  return fields;
}

/** The identifiers of a result as fields of the `seen` map. Only an `ok` outcome vouches. */
export function resultFields(
  /** A channel declares no result. */
  source: Pick<Tool, "yields" | "result">,
  result: unknown,
  outcome: {
    readonly ok: boolean;
    readonly labels: readonly string[];
    readonly tenant: string;
    readonly family: string;
  },
  bundle: CompiledBundle,
  key: Uint8Array,
): Record<string, readonly string[]> {
  const fields: Record<string, string[]> = Object.create(null);
  for (const sighting of sightingsIn(source.result, result)) {
    const labels = new Set([...sighting.labels, ...source.yields, ...outcome.labels]);
    if (!sighting.declared) for (const label of bundle.integrityLabels) labels.add(label);
    const words = new Set(["."]);
    for (const label of labels) words.add(`l:${label}`);
    if (sighting.declared && sighting.whole && outcome.ok) {
      for (const label of bundle.integrityLabels)
        if (!carries(labels, label, bundle)) words.add(`c:${label}`);
    }
    const hash = valueHash(key, outcome.tenant, outcome.family, sighting.identifier);
    fields[hash] = [...new Set([...(fields[hash] ?? []), ...words])];
  }
  return fields;
}

function carries(labels: ReadonlySet<string>, label: string, bundle: CompiledBundle): boolean {
  for (const held of labels) if (bundle.program.labels.get(held)?.closure.has(label)) return true;
  return false;
}

const yielded = new WeakMap<Tool, readonly string[]>();

/** What enters the session's context when a tool is called: what it `yields`, and the labels of its result's fields. */
export function yieldsOf(tool: Tool): readonly string[] {
  let labels = yielded.get(tool);
  if (labels === undefined) {
    const all = new Set(tool.yields);
    if (tool.result !== undefined) addFieldLabels(tool.result, all);
    labels = [...all].sort();
    yielded.set(tool, labels);
  }
  return labels;
}

function addFieldLabels(type: Type, into: Set<string>): void {
  if (type.kind === "list" || type.kind === "set" || type.kind === "map") addFieldLabels(type.of, into);
  if (type.kind !== "record") return;
  for (const field of type.fields) {
    for (const label of field.labels) into.add(label);
    addFieldLabels(field.type, into);
  }
}
