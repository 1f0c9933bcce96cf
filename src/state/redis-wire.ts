/** Requests to the scripts as arguments, and their answers as cells. */

import {
  type CellRead,
  type CommitMode,
  type CommitResult,
  type LateText,
  type MapCell,
  type Operation,
  type Snapshot,
  textOf,
  type WindowCell,
  type WindowSpec,
} from "./store.js";
import { partLength, type WindowPart, windowOf } from "./window.js";

/** What a script gives: texts, integers as their digits, and lists of them. */
export type Reply = string | ListReply;
export type ListReply = readonly Reply[];

/** Texts longer than this are arguments of their own: escaping them in JSON costs both sides more than another argument. */
const longText = 32;
/** The number that Lua gives the argument after what is asked. */
const firstText = 6;

/** The cells that a request names, each once, and what is asked of them as JSON: `false` stands for what is absent. */
export class Request {
  readonly keys: string[] = [];
  /** Arguments of their own, to which numbers in place of texts refer. */
  readonly texts: string[] = [];
  asked = "";
  readonly #places = new Map<string, number>();

  static read(cells: readonly CellRead[]): Request {
    const request = new Request();
    request.asked = list(cells, (cell) => request.#read(cell));
    return request;
  }

  static commit(operations: readonly Operation[], mode: CommitMode): Request {
    const request = new Request();
    request.asked = `["${mode}",${operations.length}`;
    for (const operation of operations) request.asked += request.#operation(operation);
    request.asked += "]";
    return request;
  }

  /** Cells are counted from 2: the first key is that of the meta hash, and Lua begins at 1. */
  #place(key: string): number {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.keys.push(key) + 1;
      this.#places.set(key, place);
    }
    return place;
  }

  #read(cell: CellRead): string {
    const place = this.#place(cell.key);
    if (cell.kind === "window") return `["w",${place}]`;
    return cell.fields === "all" ? `["a",${place}]` : `["m",${place},${JSON.stringify(cell.fields)}]`;
  }

  /** One after another in one list, which Redis reads in half the time that it takes for lists in lists. */
  #operation(operation: Operation): string {
    const { op } = operation;
    const head = `,"${op}",${this.#place(operation.key)}`;
    switch (op) {
      case "charge":
      case "below":
        return `${head},${window(operation.window)},${operation.amount},${operation.cap ?? false}`;
      case "adjust":
        return `${head},${window(operation.window)},${operation.at},${operation.by}`;
      case "expect":
        return `${head},${this.#fields(operation.fields)}`;
      case "put": {
        const { fields, stamp = none, ttl } = operation;
        return `${head},${this.#fields(fields)},${list(stamp, quoted)},${ttl},${isRecord(fields)}`;
      }
      case "increment": {
        const { field, by, min = false, ttl } = operation;
        return `${head},${quoted(field)},${by},${min},${ttl}`;
      }
      case "grow": {
        const { fields, limit = false, stamp = false, ttl } = operation;
        return `${head},${JSON.stringify(Object.entries(fields).flat())},${limit},${stamp},${ttl}`;
      }
      case "fresh":
        return `${head},${quoted(operation.field)}`;
      case "delete":
        return head;
    }
  }

  /** Names and values in turn. */
  #fields(of: Readonly<Record<string, string | LateText | null>>): string {
    return list(Object.keys(of), (name) => {
      const value = of[name] as string | LateText | null;
      return `${quoted(name)},${value === null ? false : this.#text(textOf(value))}`;
    });
  }

  #text(text: string): string | number {
    return text.length > longText ? firstText - 1 + this.texts.push(text) : quoted(text);
  }
}

const none: readonly never[] = [];

/** Whether it is likely never looked at again, as whatever is written late. */
function isRecord(fields: Readonly<Record<string, string | LateText | null>>): boolean {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== null && typeof value === "object") return true;
  }
  return false;
}

function list<T>(of: readonly T[], write: (each: T) => string): string {
  let written = "[";
  for (let i = 0; i < of.length; i++) written += (i === 0 ? "" : ",") + write(of[i] as T);
  return `${written}]`;
}

/** Not `JSON.stringify` itself, which takes an index for a replacer. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function window(spec: WindowSpec): string {
  if (spec.kind === "calendar") return `"${spec.period}",0,0`;
  return `"${spec.kind}",${spec.length},${spec.kind === "rolling" ? partLength(spec) : 0}`;
}

/** The answer to a read: `reply` is the script's, `cells` what was asked. */
export function snapshotOf(reply: ListReply, cells: readonly CellRead[]): Snapshot {
  const found = reply.slice(4) as readonly ListReply[];
  return {
    now: Number(reply[1]),
    cells: cells.map((cell, index) =>
      cell.kind === "window" ? windowCell(found[index]!) : mapCell(found[index]!),
    ),
  };
}

export function resultOf(reply: ListReply): CommitResult {
  const windows = reply[5] as readonly ListReply[];
  return {
    now: Number(reply[1]),
    outcome: reply[4] === "1" ? "applied" : "refused",
    windows: windows.map((flat) => windowCell(flat)),
  };
}

/** The answer to a commit that held, as JSON: client and server take less time over it than over lists in lists. */
export function quickResultOf(reply: string): { readonly sequence: number; readonly result: CommitResult } {
  const [now, sequence, ...found] = JSON.parse(reply) as [number, number, ...(readonly number[])[]];
  const windows = found.map((flat) => windowCell(flat));
  return { sequence, result: { now, outcome: "applied", windows } };
}

function windowCell(flat: ListReply | readonly number[]): WindowCell {
  const parts: WindowPart[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    parts.push({ start: Number(flat[i]), leaves: Number(flat[i + 1]), amount: Number(flat[i + 2]) });
  }
  return windowOf(parts);
}

function mapCell(flat: ListReply): MapCell {
  const fields = new Map<string, string>();
  for (let i = 1; i < flat.length; i += 2) fields.set(String(flat[i]), String(flat[i + 1]));
  return { kind: "map", exists: flat[0] === "1", fields };
}
