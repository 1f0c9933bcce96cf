/** Encodes requests to the scripts as arguments, and decodes their answers to cells. */

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

/** The result of a script: texts, integers as digits, and lists of them. */
export type Reply = string | ListReply;
export type ListReply = readonly Reply[];

/** Longer texts are separate arguments: escaping them in JSON costs both sides more than another argument. */
const longText = 32;
/** The Lua index of the argument after the request. */
const firstText = 6;

/** The cells of a request, each once, and the request as JSON, in which `false` means absent. */
export class Request {
  readonly keys: string[] = [];
  /** Separate arguments; a number instead of a text refers to one. */
  readonly texts: string[] = [];
  asked = "";
  readonly #indexes = new Map<string, number>();

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

  /** Cells are numbered from 2: the first key is the meta hash, and Lua counts from 1. */
  #indexOf(key: string): number {
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.keys.push(key) + 1;
      this.#indexes.set(key, index);
    }
    return index;
  }

  #read(cell: CellRead): string {
    const index = this.#indexOf(cell.key);
    if (cell.kind === "window") return `["w",${index}]`;
    return cell.fields === "all" ? `["a",${index}]` : `["m",${index},${JSON.stringify(cell.fields)}]`;
  }

  /** One flat list, which Redis reads in half the time of nested lists. */
  #operation(operation: Operation): string {
    const { op } = operation;
    const head = `,"${op}",${this.#indexOf(operation.key)}`;
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

  /** Names and values alternate. */
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

/** Whether the map is probably never read again, which holds for late texts. */
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

/** Not `JSON.stringify` itself, which would take the index for a replacer. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function window(spec: WindowSpec): string {
  if (spec.kind === "calendar") return `"${spec.period}",0,0`;
  return `"${spec.kind}",${spec.length},${spec.kind === "rolling" ? partLength(spec) : 0}`;
}

/** Returns the answer to a read, from the script's reply and the requested cells. */
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

/** Returns the answer to a commit whose checks held. It is JSON, which both client and server process faster than nested lists. */
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
