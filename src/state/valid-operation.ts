/** The limits of what a store accepts. A violation is a mistake of the caller and is thrown before anything changes. */

import { isWellFormed } from "../values/well-formed.js";
import type { CellRead, LateText, Operation, WindowSpec } from "./store.js";

const maxParts = 1_024;
const maxSpan = 100 * 366 * 24 * 3_600_000;

/** Throws a `RangeError` for a commit that a store cannot carry out exactly. */
export function assertCommit(operations: readonly Operation[]): void {
  for (const operation of operations) assertOperation(operation);
}

/** Throws a `RangeError` for a read that a store cannot answer exactly. */
export function assertReads(cells: readonly CellRead[]): void {
  for (const cell of cells) {
    assertText(cell.key);
    if (cell.kind === "window") assertWindow(cell.window);
    else if (cell.fields !== "all") for (const field of cell.fields) assertText(field);
  }
}

function assertOperation(operation: Operation): void {
  assertText(operation.key);
  switch (operation.op) {
    case "charge":
    case "below":
      assertWindow(operation.window);
      assertInteger(operation.amount, 0, "amount");
      if (operation.cap !== null) assertInteger(operation.cap, -Number.MAX_SAFE_INTEGER, "cap");
      return;
    case "adjust":
      assertWindow(operation.window);
      assertInteger(operation.at, 0, "at");
      assertInteger(operation.by, -Number.MAX_SAFE_INTEGER, "by");
      return;
    case "expect":
    case "put":
      assertFields(operation.fields);
      if (operation.op === "expect") return;
      for (const field of operation.stamp ?? []) assertText(field);
      assertSpan(operation.ttl, "ttl");
      return;
    case "increment":
      assertText(operation.field);
      assertInteger(operation.by, -Number.MAX_SAFE_INTEGER, "by");
      if (operation.min !== undefined) assertInteger(operation.min, -Number.MAX_SAFE_INTEGER, "min");
      assertSpan(operation.ttl, "ttl");
      return;
    case "grow":
      for (const field of Object.keys(operation.fields)) {
        assertText(field);
        for (const word of operation.fields[field]!) assertWord(word);
      }
      if (operation.limit !== undefined) assertInteger(operation.limit, 0, "limit");
      assertSpan(operation.ttl, "ttl");
      return;
    case "fresh":
      assertText(operation.field);
      return;
    case "delete":
      return;
    default:
      unknownOperation(operation);
  }
}

function assertWindow(window: WindowSpec): void {
  if (window.kind === "calendar") return;
  assertSpan(window.length, "length");
  if (
    window.kind === "rolling" &&
    !(window.parts >= 1 && window.parts <= maxParts && Number.isInteger(window.parts))
  ) {
    throw new RangeError(`a window has 1 to ${maxParts} parts, not ${window.parts}`);
  }
}

function assertSpan(value: number, what: string): void {
  if (!(Number.isInteger(value) && value >= 1 && value <= maxSpan)) {
    throw new RangeError(`${what} is ${value}, not a number of milliseconds between 1 and ${maxSpan}`);
  }
}

function assertInteger(value: number, min: number, what: string): void {
  if (!(Number.isSafeInteger(value) && value >= min)) {
    throw new RangeError(`${what} is ${value}, not an integer between ${min} and 2^53 - 1`);
  }
}

function assertFields(fields: Readonly<Record<string, string | LateText | null>>): void {
  for (const field of Object.keys(fields)) {
    assertText(field);
    const value = fields[field];
    if (typeof value === "string") assertText(value);
  }
}

/** Texts with different unpaired surrogates become one text in UTF-8, and would share a cell. */
function assertText(text: string): void {
  if (!isWellFormed(text)) throw new RangeError("a key, field or value is not well-formed Unicode");
}

function assertWord(word: string): void {
  assertText(word);
  if (word === "" || word.includes(" ")) throw new RangeError("a word is empty or has a space in it");
}

/** An unknown operation must never count as a check that held. */
export function unknownOperation(operation: never): never {
  throw new RangeError(`no store knows the operation ${JSON.stringify(operation)}`);
}
