/** Requests to the scripts as arguments, and their answers as cells. */

import {
  type Cell,
  type CellRead,
  type Commit,
  type CommitResult,
  type Failure,
  type LateText,
  type Operation,
  type Snapshot,
  textOf,
  type WindowCell,
  type WindowSpec,
} from "./store.js";
import { partLength, type WindowPart, windowOf } from "./window.js";

/** What a script gives: texts, integers as their digits, and lists of them. */
export type Reply = string | readonly Reply[];

/** An argument of an operation, as JSON. */
type Argument = string | number | boolean | readonly Argument[];

/** The cells that a request names, each once, and what is asked of them: `false` stands for what is absent. */
export class Request {
  readonly keys: string[] = [];
  readonly #places = new Map<string, number>();

  /** Cells are counted from 2: the first key is that of the meta hash, and Lua begins at 1. */
  #place(key: string): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      this.keys.push(key);
      place = this.keys.length + 1;
      this.#places.set(key, place);
    }
    return place;
  }

  /** What is asked by a read, as JSON. */
  read(cells: readonly CellRead[]): string {
    const asked = cells.map((cell): Argument => {
      const place = this.#place(cell.key);
      if (cell.kind === "window") return ["w", place];
      return cell.fields === "all" ? ["a", place] : ["m", place, cell.fields];
    });
    return JSON.stringify(asked);
  }

  /** What is asked by a commit, as JSON. */
  commit({ always = [], reserve, otherwise = [] }: Commit): string {
    return JSON.stringify(
      [always, reserve, otherwise].map((group) => group.map((each) => this.#operation(each))),
    );
  }

  #operation(operation: Operation): Argument {
    const { op } = operation;
    const place = this.#place(operation.key);
    switch (op) {
      case "charge":
      case "below":
        return [op, place, ...window(operation.window), operation.amount, operation.cap ?? false];
      case "adjust":
        return [op, place, ...window(operation.window), operation.at, operation.by];
      case "expect":
        return [op, place, fields(operation.fields)];
      case "put":
        return [op, place, fields(operation.fields), operation.stamp ?? [], operation.ttl];
      case "increment": {
        const { field, by, min = false, max = false, ttl } = operation;
        return [op, place, field, by, min, max, ttl];
      }
      case "grow": {
        const { limit = false, stamp = false, ttl } = operation;
        return [op, place, Object.entries(operation.fields).flat(), limit, stamp, ttl];
      }
      case "fresh":
        return [op, place, operation.field];
      case "shrink":
        return [op, place, operation.field, operation.word];
      case "delete":
        return [op, place];
    }
  }
}

function window(spec: WindowSpec): readonly [kind: string, length: number, part: number] {
  if (spec.kind === "calendar") return [spec.period, 0, 0];
  return [spec.kind, spec.length, spec.kind === "rolling" ? partLength(spec) : 0];
}

/** Names and values in turn. */
function fields(of: Readonly<Record<string, string | LateText | null>>): Argument {
  const list: (string | false)[] = [];
  for (const [name, value] of Object.entries(of)) list.push(name, value === null ? false : textOf(value));
  return list;
}

/** The answer to a read: `reply` is the script's, `cells` what was asked. */
export function snapshotOf(reply: readonly Reply[], cells: readonly CellRead[]): Snapshot {
  const found = reply.slice(4) as readonly (readonly Reply[])[];
  return {
    now: Number(reply[1]),
    cells: cells.map((cell, index) => (cell.kind === "window" ? windowCell : mapCell)(found[index]!)),
  };
}

export function resultOf(reply: readonly Reply[]): CommitResult {
  const failures = reply[5] as readonly (readonly [Failure["group"], string, readonly Reply[]])[];
  const windows = reply[6] as readonly (readonly Reply[])[];
  return {
    now: Number(reply[1]),
    applied: reply[4] === "1",
    full: false,
    failures: failures.map(([group, index, cell]) => ({ group, index: Number(index), cell: cellOf(cell) })),
    windows: windows.map(windowCell),
  };
}

function cellOf(flat: readonly Reply[]): Cell {
  return (flat[0] === "w" ? windowCell : mapCell)(flat.slice(1));
}

function windowCell(flat: readonly Reply[]): WindowCell {
  const parts: WindowPart[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    parts.push({ start: Number(flat[i]), leaves: Number(flat[i + 1]), amount: Number(flat[i + 2]) });
  }
  return windowOf(parts);
}

function mapCell(flat: readonly Reply[]): Cell {
  const fields = new Map<string, string>();
  for (let i = 1; i < flat.length; i += 2) fields.set(String(flat[i]), String(flat[i + 1]));
  return { kind: "map", exists: flat[0] === "1", fields };
}
