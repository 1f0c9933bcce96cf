import type { CommitMode, Operation, WindowSpec } from "../../src/state/store.js";

/**
 * The operations once more, naively: a window is the list of all that ever happened to it, replayed at each question.
 * Written from `store.ts` alone; nothing here is shared with the stores.
 */
export class Model {
  #state: State = { windows: {}, maps: {} };

  /** Whether every check held. */
  commit(operations: readonly Operation[], mode: CommitMode, now: number): boolean {
    const attempt = structuredClone(this.#state);
    const held = operations.map((operation) => apply(attempt, operation, now));
    const all = held.every(Boolean);
    if (all || mode === "each") this.#state = attempt;
    return all;
  }

  used(key: string, window: WindowSpec, now: number): number {
    return used(this.#state, key, window, now);
  }

  fields(key: string, now: number): ReadonlyMap<string, string> | undefined {
    return live(this.#state, key, now)?.fields;
  }
}

interface State {
  windows: Record<string, { at: number; by: number; when: number }[]>;
  maps: Record<string, { expires: number; fields: Map<string, string> }>;
}

/** Sums the events by sub-window, in the order they happened, never below zero; then what is still in. */
function used(state: State, key: string, window: WindowSpec, now: number): number {
  const events = state.windows[key] ?? [];
  if (window.kind === "life") {
    let sum = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (const { by, when } of events) {
      if (when >= last + window.length) sum = 0;
      const after = Math.max(0, sum + by);
      if (after !== sum) last = when;
      sum = after;
    }
    return now < last + window.length ? sum : 0;
  }
  const sums = new Map<number, number>();
  for (const { at, by } of events) {
    const part = partOf(window, at);
    sums.set(part, Math.max(0, (sums.get(part) ?? 0) + by));
  }
  let total = 0;
  for (const [part, amount] of sums) if (now < end(window, part)) total += amount;
  return total;
}

function partOf(window: WindowSpec, at: number): number {
  if (window.kind === "rolling") return Math.floor(at / (window.length / window.parts));
  const date = new Date(at);
  if (window.kind === "calendar" && window.period === "month")
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  return Math.floor(at / 3_600_000);
}

function end(window: WindowSpec, part: number): number {
  if (window.kind === "rolling") return (part + 1) * (window.length / window.parts) + window.length;
  if (window.kind === "calendar" && window.period === "month")
    return Date.UTC(Math.floor(part / 12), (part % 12) + 1);
  return (part + 1) * 3_600_000;
}

function live(state: State, key: string, now: number) {
  const map = state.maps[key];
  return map !== undefined && map.expires > now ? map : undefined;
}

function touched(state: State, key: string, now: number, ttl: number): Map<string, string> {
  const before = live(state, key, now);
  const map = {
    expires: Math.max(before?.expires ?? 0, now + ttl),
    fields: before?.fields ?? new Map<string, string>(),
  };
  state.maps[key] = map;
  return map.fields;
}

/** Whether the check held; if it did, the operation is applied. */
function apply(state: State, operation: Operation, now: number): boolean {
  const { key } = operation;
  switch (operation.op) {
    case "charge":
    case "below": {
      const { window, amount, cap } = operation;
      if (cap !== null && used(state, key, window, now) + amount > cap) return false;
      if (operation.op === "charge") happened(state, key, now, amount, now);
      return true;
    }
    case "adjust": {
      const { window, at, by } = operation;
      if (window.kind !== "life" && end(window, partOf(window, at)) <= now) return true;
      happened(state, key, at, by, now);
      return true;
    }
    case "expect": {
      const found = live(state, key, now)?.fields;
      return Object.entries(operation.fields).every(([name, value]) => (found?.get(name) ?? null) === value);
    }
    case "fresh":
      return Number(live(state, key, now)?.fields.get(operation.field) || "0") > now;
    case "put": {
      const fields = touched(state, key, now, operation.ttl);
      for (const [name, value] of Object.entries(operation.fields)) {
        if (value === null) fields.delete(name);
        else fields.set(name, typeof value === "string" ? value : value.written());
      }
      for (const name of operation.stamp ?? []) fields.set(name, String(now));
      return true;
    }
    case "increment": {
      const { field, by, min, ttl } = operation;
      const before = live(state, key, now)?.fields.get(field) ?? "0";
      const after = before === "" ? Number.NaN : Number(before) + by;
      if (Number.isNaN(after) || (min !== undefined && after < min)) return false;
      touched(state, key, now, ttl).set(field, String(after));
      return true;
    }
    case "grow": {
      const fields = touched(state, key, now, operation.ttl);
      for (const [name, words] of Object.entries(operation.fields)) {
        if (words.length === 0) continue;
        const before = fields.get(name)?.split(" ");
        const count = [...fields.keys()].filter((each) => each !== "overflow").length;
        if (before === undefined && operation.limit !== undefined && count >= operation.limit) {
          fields.set("overflow", "1");
          continue;
        }
        const stamped = operation.stamp === true ? words.map((word) => `${word}@${now}`) : words;
        fields.set(name, [...new Set([...(before ?? []), ...stamped])].filter(Boolean).sort().join(" "));
      }
      return true;
    }
    case "delete":
      delete state.maps[key];
      delete state.windows[key];
      return true;
  }
}

function happened(state: State, key: string, at: number, by: number, when: number): void {
  state.windows[key] ??= [];
  state.windows[key].push({ at, by, when });
}
