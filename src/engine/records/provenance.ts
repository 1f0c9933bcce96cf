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
import { identitiesOf } from "../../provenance/identity.js";
import { observedValuesIn } from "../../provenance/observed-values.js";
import type { MapCell } from "../../state/store.js";
import type { RecordType, RecordValue, Type, Value } from "../../values/type.js";
import type { Call } from "../request/call.js";
import { keyedHash } from "../request/digest.js";

/** Values remembered for one session and those under it; an unremembered value carries everything once it is full. */
export const MAX_SEEN = 20_000;

/** Identities looked up for one call; beyond, a value counts as never seen. */
const MAX_LOOKED_UP = 512;

/** One value of the arguments that is no list or record. */
export interface Leaf {
  /** Dotted, without the indices of lists. */
  readonly path: string;
  /** The keyed hashes of its identities; none for a value that is not an identifier. */
  readonly hashes: readonly string[];
  /** `@label`s of the fields around it. */
  readonly labels: readonly string[];
}

/** The leaves of a call's arguments, or one opaque leaf for a channel, whose payload is free text. */
export function leavesOf(call: Call, tree: string, key: Uint8Array): readonly Leaf[] {
  const { target } = call;
  if (target?.args === undefined) return [{ path: "", hashes: [], labels: [] }];
  const finder = new LeafFinder((identity) => valueHash(key, call.tenant, tree, identity));
  finder.visitRecord(target.args, call.frame.args, { path: "", field: undefined, labels: [] });
  return finder.leaves;
}

/** Where a value is: its dotted path, the name of the field it is in, and the labels of the fields around it. */
interface Position {
  readonly path: string;
  readonly field: string | undefined;
  readonly labels: readonly string[];
}

/** Walks the arguments. Hashes only the first identities, because hashing is the expensive part. */
class LeafFinder {
  readonly leaves: Leaf[] = [];
  readonly #hashOf: (identity: string) => string;
  #lookups = 0;

  constructor(hashOf: (identity: string) => string) {
    this.#hashOf = hashOf;
  }

  visitRecord(type: RecordType, record: RecordValue, { path, labels }: Position): void {
    for (const field of type.fields) {
      const value = record[field.name];
      if (value === undefined) continue;
      this.#visit(field.type, value, {
        path: path === "" ? field.name : `${path}.${field.name}`,
        field: field.name,
        labels: field.labels.length === 0 ? labels : [...labels, ...field.labels],
      });
    }
  }

  #visit(type: Type, value: Value, at: Position): void {
    switch (type.kind) {
      case "record":
        this.visitRecord(type, value as RecordValue, at);
        return;
      case "list":
      case "set":
        for (const element of value as readonly Value[]) this.#visit(type.of, element, at);
        return;
      case "map":
        for (const [name, member] of value as ReadonlyMap<string, Value>) {
          this.leaves.push({ path: at.path, hashes: [], labels: at.labels });
          this.#visit(type.of, member, { ...at, field: name });
        }
        return;
      default:
        this.leaves.push({ path: at.path, hashes: this.#hashes(type, value, at.field), labels: at.labels });
    }
  }

  #hashes(type: Type, value: Value, field: string | undefined): readonly string[] {
    if (this.#lookups >= MAX_LOOKED_UP) return [];
    const identities = identitiesOf(type, value, field);
    this.#lookups += identities.length;
    return identities.map(this.#hashOf);
  }
}

/** A value is remembered by a keyed hash, so that the store holds no data. */
export function valueHash(key: Uint8Array, tenant: string, tree: string, identity: string): string {
  return keyedHash(key, tenant, tree, identity);
}

/** What is known of the values that a call names: the session's labels, what is attested, and the observed values that were read. */
export interface Observed {
  readonly leaves: readonly Leaf[];
  readonly attested: Call["attested"];
  readonly sessionLabels: readonly string[];
  readonly seen: MapCell;
  /** Whether the session could not remember everything. */
  readonly overflow: boolean;
  readonly bundle: CompiledBundle;
}

/** A label of the state, by its current name; by its stored name if it is no longer declared. */
export function heldLabel(held: string, bundle: CompiledBundle): string {
  return bundle.heldLabel(held) ?? held;
}

function isDeclared(label: string, { program }: CompiledBundle): boolean {
  return program.labels.has(label);
}

/**
 * Labels of the leaves under `path` (all of them for the empty path). Undefined if one of them is no longer declared: its
 * meaning for a rule about other labels is unknown.
 */
export function labelsOf(path: string, observed: Observed): readonly string[] | undefined {
  const labels = heldLabelsOf(path, observed);
  return labels.every((label) => isDeclared(label, observed.bundle)) ? labels : undefined;
}

function heldLabelsOf(path: string, observed: Observed): readonly string[] {
  const labels = new Set<string>();
  // The whole call carries every attested label, even if that argument is absent or the payload is opaque.
  if (path === "")
    for (const attested of observed.attested.values()) for (const label of attested) labels.add(label);
  for (const leaf of observed.leaves) if (isUnder(leaf.path, path)) addLeafLabels(leaf, observed, labels);
  return [...labels].sort();
}

function isUnder(leaf: string, path: string): boolean {
  return path === "" || leaf === path || leaf.startsWith(`${path}.`);
}

function addLeafLabels(leaf: Leaf, observed: Observed, into: Set<string>): void {
  const { bundle, sessionLabels, attested, overflow } = observed;
  for (const label of leaf.labels) into.add(label);
  for (const [path, labels] of attested) {
    if (path === "*" || isUnder(leaf.path, path)) for (const label of labels) into.add(label);
  }
  const words = wordsOf(leaf, observed);
  if (words === undefined) {
    for (const label of sessionLabels) into.add(label);
    if (overflow && leaf.hashes.length > 0) for (const label of bundle.program.labels.keys()) into.add(label);
    return;
  }
  const held = (mark: string) =>
    words.filter((word) => word.startsWith(mark)).map((word) => heldLabel(word.slice(2), bundle));
  const clean = held("c:");
  const vouches = (label: string) => words.includes("s") || clean.includes(label);
  const isIntegrity = (label: string) => bundle.integrityLabels.has(label);
  for (const label of held("l:"))
    if (!(isDeclared(label, bundle) ? isIntegrity(label) && vouches(label) : clean.includes(label)))
      into.add(label);
  // Seen, but nothing vouches for it: outsiders who could write into this session could have written this value.
  for (const held of sessionLabels) {
    // A label that is no longer declared may have been an integrity label.
    for (const label of bundle.program.labels.get(held)?.closure ?? [held])
      if ((isIntegrity(label) || !isDeclared(label, bundle)) && !vouches(label)) into.add(label);
  }
}

/** What is remembered of the value; undefined if it was never seen, or is not an identifier. */
function wordsOf({ hashes }: Leaf, { seen }: Observed): readonly string[] | undefined {
  const words = hashes.flatMap((hash) => seen.fields.get(hash)?.split(" ") ?? []);
  return words.length === 0 ? undefined : words;
}

/** Whether every value under `path` is in the user's own words; false where there is none. */
export function isStated(path: string, observed: Observed): boolean {
  const under = observed.leaves.filter((leaf) => isUnder(leaf.path, path));
  return under.length > 0 && under.every((leaf) => wordsOf(leaf, observed)?.includes("s"));
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
  tree: string,
  key: Uint8Array,
): Record<string, readonly string[]> {
  const fields: Record<string, readonly string[]> = Object.create(null);
  for (const identity of statedIn(stated)) fields[valueHash(key, tenant, tree, identity)] = ["s"];
  return fields;
}

/** A result as its outcome reports it, and the session tree that it enters. */
export interface ReportedResult {
  /** A channel declares no result. */
  readonly source: Pick<Tool, "yields" | "result">;
  readonly result: unknown;
  readonly ok: boolean;
  readonly labels: readonly string[];
  readonly tenant: string;
  readonly tree: string;
}

/** The identifiers of a result as fields of the `seen` map. Only an `ok` outcome vouches. */
export function resultFields(
  { source, result, ok, labels: reported, tenant, tree }: ReportedResult,
  bundle: CompiledBundle,
  key: Uint8Array,
): Record<string, readonly string[]> {
  const fields: Record<string, string[]> = Object.create(null);
  for (const observed of observedValuesIn(source.result, result)) {
    const labels = new Set([...observed.labels, ...source.yields, ...reported]);
    if (!observed.declared) for (const label of bundle.integrityLabels) labels.add(label);
    const words = new Set(["."]);
    for (const label of labels) words.add(`l:${label}`);
    if (observed.declared && observed.whole && ok) {
      for (const label of bundle.integrityLabels)
        if (!carries(labels, label, bundle)) words.add(`c:${label}`);
    }
    const hash = valueHash(key, tenant, tree, observed.identifier);
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
