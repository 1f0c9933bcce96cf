/** Pure functions on sub-windows of time: which one an amount counts in, when it leaves, and when a refused amount would fit. */

import type { Milliseconds, WindowCell, WindowSpec } from "./store.js";

/** One sub-window and its amount. */
export type WindowPart = WindowCell["parts"][number];

/** The greatest amount that is counted exactly. Sums stop there, which can only refuse more. */
export const maxAmount = Number.MAX_SAFE_INTEGER;

/** A window without amounts. */
export const emptyWindow: WindowCell = { kind: "window", used: 0, parts: [] };

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

/** Returns the length of one sub-window of a rolling window, rounded up so that the parts cover the whole. */
export function partLength(window: WindowSpec & { kind: "rolling" }): Milliseconds {
  return Math.ceil(window.length / window.parts);
}

/** Returns when the sub-window that holds the time `at` begins, inclusive. A `life` begins when it is first charged. */
export function startOf(window: WindowSpec, at: Milliseconds): Milliseconds {
  if (window.kind === "life") return at;
  if (window.kind === "rolling") {
    const part = partLength(window);
    return Math.floor(at / part) * part;
  }
  switch (window.period) {
    case "hour":
      return Math.floor(at / hour) * hour;
    case "day":
      return Math.floor(at / day) * day;
    case "week":
      // Day 0 of the epoch was a Thursday, three days after a Monday.
      return (Math.floor((Math.floor(at / day) + 3) / 7) * 7 - 3) * day;
    case "month": {
      const date = new Date(at);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
    }
  }
}

/** Returns when amounts of the sub-window that begins at `start` stop counting, exclusive. */
export function leavesAt(window: WindowSpec, start: Milliseconds): Milliseconds {
  if (window.kind === "life") return start + window.length;
  if (window.kind === "rolling") return start + partLength(window) + window.length;
  switch (window.period) {
    case "hour":
      return start + hour;
    case "day":
      return start + day;
    case "week":
      return start + 7 * day;
    case "month": {
      const date = new Date(start);
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    }
  }
}

/** Returns the window as it is at `now`: the same object if no amount has left. */
export function liveWindow(cell: WindowCell, now: Milliseconds): WindowCell {
  for (const part of cell.parts) {
    if (part.leaves <= now) return windowOf(cell.parts.filter((each) => each.leaves > now));
  }
  return cell;
}

/** Returns when the last amount leaves: from then on the window counts as absent. */
export function expiryOf(cell: WindowCell): Milliseconds {
  let last = 0;
  for (const part of cell.parts) if (part.leaves > last) last = part.leaves;
  return last;
}

/** Whether `amount` more stays within `cap`; without a cap it always does. */
export function fits(cell: WindowCell, amount: number, cap: number | null): boolean {
  return cap === null || amount <= cap - cell.used;
}

/**
 * Returns a live window after adding `by` to the sub-window that held the time `at`; the same object if nothing
 * changes.
 *
 * A negative result becomes zero. A sub-window that reached `maxAmount` is no longer exact, so nothing is refunded to
 * it.
 */
export function addToWindow(
  cell: WindowCell,
  window: WindowSpec,
  at: Milliseconds,
  by: number,
  now: Milliseconds,
): WindowCell {
  if (by === 0) return cell;
  const then = at < now ? at : now;
  if (window.kind === "life") return addToLife(cell, window.length, then, by, now);
  const start = startOf(window, then);
  const leaves = leavesAt(window, start);
  if (leaves <= now) return cell;
  let index = cell.parts.length;
  while (index > 0 && cell.parts[index - 1]!.start > start) index--;
  const part = cell.parts[index - 1];
  if (part !== undefined && part.start === start && part.leaves === leaves) {
    return replacePart(cell, index - 1, part, start, leaves, by);
  }
  if (by < 0) return cell;
  const parts = cell.parts.slice();
  parts.splice(index, 0, { start, leaves, amount: by });
  return windowOf(parts);
}

/** A life is one sub-window, from its first charge to `length` after its last change. */
function addToLife(cell: WindowCell, length: number, at: number, by: number, now: number): WindowCell {
  const part = cell.parts[0];
  if (part === undefined) {
    // The charge at `at` may have been zero, which is not stored; a life that began then would still last.
    return by > 0 && now < at + length ? windowOf([{ start: at, leaves: now + length, amount: by }]) : cell;
  }
  const held = part.start <= at || (by > 0 && now < at + length);
  if (!held) return cell;
  const leaves = Math.max(part.leaves, now + length);
  return replacePart(cell, 0, part, Math.min(part.start, at), leaves, by);
}

function replacePart(
  cell: WindowCell,
  index: number,
  part: WindowPart,
  start: Milliseconds,
  leaves: Milliseconds,
  by: number,
): WindowCell {
  if (by < 0 && part.amount === maxAmount) return cell;
  const amount = Math.max(0, Math.min(maxAmount, part.amount + by));
  const parts = cell.parts.slice();
  if (amount === 0) parts.splice(index, 1);
  else parts[index] = { start, leaves, amount };
  return windowOf(parts);
}

/** Returns a window of these sub-windows, oldest first. */
export function windowOf(parts: readonly WindowPart[]): WindowCell {
  let used = 0;
  for (const part of parts) used = Math.min(maxAmount, used + part.amount);
  return { kind: "window", used, parts };
}

/**
 * Returns when `amount` fits under `cap` if nothing more is charged: now, when some sub-window leaves, or never, if it
 * exceeds the cap by itself. Units are those of the window, such as millionths.
 */
export function earliestFit(window: WindowCell, amount: number, cap: number): Milliseconds | "now" | "never" {
  if (amount > cap) return "never";
  const newestFirst = [...window.parts].sort((a, b) => b.leaves - a.leaves);
  let room = cap - amount;
  for (const part of newestFirst) {
    if (part.amount > room) return part.leaves;
    room -= part.amount;
  }
  return "now";
}
