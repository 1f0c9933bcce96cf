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

/** The cells that a request names, each once, and what is asked of them. */
export class Request {
  readonly keys: string[] = [];
  readonly args: (string | number)[] = [];
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

  read(cells: readonly CellRead[]): this {
    this.args.push(cells.length);
    for (const cell of cells) {
      const place = this.#place(cell.key);
      if (cell.kind === "window") this.args.push("w", place);
      else if (cell.fields === "all") this.args.push("a", place);
      else {
        this.args.push("m", place, cell.fields.length);
        for (const field of cell.fields) this.args.push(field);
      }
    }
    return this;
  }

  commit(commit: Commit): this {
    for (const group of [commit.always ?? [], commit.reserve, commit.otherwise ?? []]) {
      this.args.push(group.length);
      for (const operation of group) this.#operation(operation);
    }
    return this;
  }

  #operation(operation: Operation): void {
    this.args.push(operation.op, this.#place(operation.key));
    switch (operation.op) {
      case "charge":
      case "below":
        this.#window(operation.window);
        this.args.push(operation.amount, operation.cap ?? "");
        return;
      case "adjust":
        this.#window(operation.window);
        this.args.push(operation.at, operation.by);
        return;
      case "expect":
        this.#fields(operation.fields);
        return;
      case "put": {
        this.#fields(operation.fields);
        const stamp = operation.stamp ?? [];
        this.args.push(stamp.length, ...stamp, operation.ttl);
        return;
      }
      case "increment":
        this.args.push(
          operation.field,
          operation.by,
          operation.min ?? "",
          operation.max ?? "",
          operation.ttl,
        );
        return;
      case "grow": {
        const names = Object.keys(operation.fields);
        this.args.push(names.length);
        for (const name of names) {
          const words = operation.fields[name]!;
          this.args.push(name, words.length);
          for (const word of words) this.args.push(word);
        }
        this.args.push(operation.limit ?? "", operation.stamp === true ? 1 : 0, operation.ttl);
        return;
      }
      case "fresh":
        this.args.push(operation.field);
        return;
      case "shrink":
        this.args.push(operation.field, operation.word);
        return;
      case "delete":
        return;
    }
  }

  #window(window: WindowSpec): void {
    if (window.kind === "calendar") this.args.push(window.period, 0, 0);
    else this.args.push(window.kind, window.length, window.kind === "rolling" ? partLength(window) : 0);
  }

  #fields(fields: Readonly<Record<string, string | LateText | null>>): void {
    const names = Object.keys(fields);
    this.args.push(names.length);
    for (const name of names) {
      const value = fields[name]!;
      if (value === null) this.args.push(name, 0);
      else this.args.push(name, 1, textOf(value));
    }
  }
}

/** The answer to a read: `reply` is the script's, `cells` what was asked. */
export function snapshotOf(reply: readonly Reply[], cells: readonly CellRead[]): Snapshot {
  const found = reply.slice(4) as readonly (readonly Reply[])[];
  return {
    now: Number(reply[1]),
    cells: cells.map((cell, index) => (cell.kind === "window" ? window : map)(found[index]!)),
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
    windows: windows.map(window),
  };
}

function cellOf(flat: readonly Reply[]): Cell {
  return (flat[0] === "w" ? window : map)(flat.slice(1));
}

function window(flat: readonly Reply[]): WindowCell {
  const parts: WindowPart[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    parts.push({ start: Number(flat[i]), leaves: Number(flat[i + 1]), amount: Number(flat[i + 2]) });
  }
  return windowOf(parts);
}

function map(flat: readonly Reply[]): Cell {
  const fields = new Map<string, string>();
  for (let i = 1; i < flat.length; i += 2) fields.set(String(flat[i]), String(flat[i + 1]));
  return { kind: "map", exists: flat[0] === "1", fields };
}
