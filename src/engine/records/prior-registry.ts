/** Since when each `prior` cell is kept: an empty cell proves nothing about the time before. */
import type { CompiledBundle } from "../../compile/compile.js";
import { type PriorExpr, priorCellName } from "../../compile/prior-key.js";
import { type MapCell, type StateStore, StateUnavailable } from "../../state/store.js";
import { cellKeys } from "../request/cell-keys.js";

/** As long as the store exists. */
const FOR_EVER = 100 * 365 * 24 * 3_600_000;
/** By then, decisions that began with the previous bundle are over; they do not write the cells of the next one. */
const UNDER_WAY = 5_000;
const MAX_TRIES = 8;
/** No cell has this name: tools are named before a parenthesis. */
const VERSION = "version";

/** What is on record of one cell: for each age that is or was kept, since when. */
type Kept = ReadonlyMap<number, number>;

/** The name under which a question's cell is recorded: denials are kept only once a rule reads them. */
export function registeredName(expr: Pick<PriorExpr, "tool" | "was" | "same" | "status">): string {
  return nameOf(priorCellName(expr), expr.status === "denied");
}

function nameOf(cell: string, denials: boolean): string {
  return denials ? `${cell} denied` : cell;
}

/** Whether everything of the last `within` ms is in the cell, if this is what is on record of it. */
export function isKept(record: string | undefined, within: number, now: number): boolean {
  if (record === undefined) return false;
  for (const [age, since] of read(record)) if (age >= within && since <= now - within) return true;
  return false;
}

/** What the bundle keeps: the longest age by name. */
function keptBy(bundle: CompiledBundle): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const { priorCells } of bundle.tools.values()) {
    for (const { name, within, denials } of priorCells) {
      kept.set(nameOf(name, false), within);
      if (denials) kept.set(nameOf(name, true), within);
    }
  }
  return kept;
}

/**
 * Writes a bundle's cells into the record of a store, once. A store without a record is new, or was accepted as it is: its
 * content counts as complete. A cell that is added, or kept for longer, later counts only from then on. A cell that a bundle
 * no longer has is removed, so removing a rule and putting it back starts from zero.
 */
export class PriorRegistration {
  readonly #bundle: CompiledBundle;
  readonly #store: StateStore;
  #isDone = false;
  #trying: Promise<void> | undefined;

  constructor(bundle: CompiledBundle, store: StateStore) {
    this.#bundle = bundle;
    this.#store = store;
  }

  /** Undefined if it is done. If the store does not answer, the next call tries again, and the `prior` is unknown. */
  attempt(): Promise<void> | undefined {
    if (this.#isDone) return undefined;
    this.#trying ??= this.#register().finally(() => {
      this.#trying = undefined;
    });
    return this.#trying;
  }

  /** Another bundle has removed something in the meantime. */
  renew(): void {
    this.#isDone = false;
  }

  async #register(): Promise<void> {
    try {
      for (let tries = 0; tries < MAX_TRIES && !this.#isDone; tries++) this.#isDone = await this.#write();
    } catch (error) {
      if (!(error instanceof StateUnavailable)) throw error;
    }
  }

  async #write(): Promise<boolean> {
    const key = cellKeys.priorRegistry();
    const { cells, now } = await this.#store.read([{ kind: "map", key, fields: "all" }]);
    const { exists, fields: known } = cells[0] as MapCell;
    const fields = changes(known, keptBy(this.#bundle), exists ? now + UNDER_WAY : 0);
    if (exists && Object.keys(fields).length === 0) return true;
    const version = known.get(VERSION) ?? null;
    fields[VERSION] = String(Number(version ?? 0) + 1);
    const { outcome } = await this.#store.commit(
      [
        { op: "expect", key, fields: { [VERSION]: version } },
        { op: "put", key, fields, ttl: FOR_EVER },
      ],
      "all",
    );
    return outcome === "applied";
  }
}

/** The fields that must change for a record to state what is kept. */
function changes(
  known: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, number>,
  since: number,
): Record<string, string | null> {
  const fields: Record<string, string | null> = Object.create(null);
  for (const name of known.keys()) if (name !== VERSION && !kept.has(name)) fields[name] = null;
  for (const [name, within] of kept) {
    const before = known.get(name);
    const after = write(widened(before === undefined ? new Map() : read(before), within, since));
    if (after !== before) fields[name] = after;
  }
  return fields;
}

/** Kept for `within` from now on. A longer period so far covers the shorter one, and ends now. */
function widened(before: Kept, within: number, since: number): Kept {
  const after = new Map<number, number>();
  let earliest = since;
  for (const [age, kept] of before) {
    if (age >= within) earliest = Math.min(earliest, kept);
    else after.set(age, kept);
  }
  return after.set(within, earliest);
}

function read(record: string): Kept {
  return new Map(record.split(" ").map((each) => each.split("@").map(Number) as [number, number]));
}

function write(kept: Kept): string {
  return [...kept].map(([age, since]) => `${age}@${since}`).join(" ");
}
