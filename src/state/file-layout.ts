/**
 * The layout of cells in the file: keys and values as bytes.
 *
 *     m                        meta: format, highest time returned, cells, next map, commits, time of the last one
 *     i                        identity: which file this is, and when its state began
 *     c KEY                    a cell: its window, or the header of its map
 *     k KEY                    the whole key, if KEY is shortened
 *     f MAP FIELD              a field of a map
 *     x TIME KEY               check at TIME whether the cell has expired
 *     g MAP                    a map that was removed, whose fields still exist
 */

import { createHash } from "node:crypto";
import type { WindowCell } from "./store.js";
import { windowOf } from "./window.js";

/** The version of this layout. A file with another version is refused. */
export const layoutVersion = 2;

/** The counters of a file. */
export interface Meta {
  readonly format: number;
  now: number;
  cells: number;
  nextMap: number;
  /** The number of commits. If it drops, the file was replaced by an older copy. */
  sequence: number;
  /** The time of the last commit, by the clock of the machine. */
  committed: number;
}

/** The file that the state was accepted in, to detect copies, and the name of its epoch. */
export interface Identity {
  readonly epoch: string;
  readonly inode: string;
  /** The creation time of the file in nanoseconds, because inodes are reused. */
  readonly born: string;
}

/** A cell as it is stored: `due` is the time of its entry under `x`. */
export type Head =
  | { readonly kind: "window"; readonly due: number; readonly window: WindowCell }
  | {
      readonly kind: "map";
      readonly due: number;
      readonly map: number;
      readonly expires: number;
      readonly size: number;
    };

const tag = { meta: 0x6d, identity: 0x69, cell: 0x63, key: 0x6b, field: 0x66, expiry: 0x78, garbage: 0x67 };
const end = Buffer.from([0xff]);
/** LMDB accepts keys of 1978 bytes; at most 17 bytes are added to a text. */
const longest = 1_024;

export const metaKey = Buffer.from([tag.meta]);
export const identityKey = Buffer.from([tag.identity]);

/** Returns the bytes of a text in keys: the text itself, or its beginning and its hash if it is too long for LMDB. */
export function shortened(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= longest) return bytes;
  // 0xff never occurs in UTF-8, so no text has these bytes.
  return Buffer.concat([bytes.subarray(0, longest), end, createHash("sha256").update(bytes).digest()]);
}

/** Whether `shortened` shortened the text. */
export function isShortened(bytes: Uint8Array): boolean {
  return bytes.length > longest;
}

export function cellKey(key: Uint8Array): Buffer {
  return tagged(tag.cell, key);
}

export function wholeKeyKey(key: Uint8Array): Buffer {
  return tagged(tag.key, key);
}

/** Returns the range of cells whose key may begin with `prefix`. The caller checks shortened keys. */
export function cellRange(prefix: string): { start: Buffer; end: Buffer } {
  const start = cellKey(Buffer.from(prefix, "utf8").subarray(0, longest));
  return { start, end: prefix === "" ? Buffer.from([tag.cell + 1]) : Buffer.concat([start, end, end]) };
}

export function fieldKey(map: number, field: string): Buffer {
  return Buffer.concat([numbered(tag.field, map), shortened(field)]);
}

export function fieldRange(map: number): { start: Buffer; end: Buffer } {
  return { start: numbered(tag.field, map), end: numbered(tag.field, map + 1) };
}

export function expiryKey(due: number, key: Uint8Array): Buffer {
  return Buffer.concat([numbered(tag.expiry, due), key]);
}

/** Returns the range of entries under `x` up to `now`, inclusive. */
export function expiryRange(now: number): { start: Buffer; end: Buffer } {
  return { start: numbered(tag.expiry, 0), end: numbered(tag.expiry, now + 1) };
}

export function garbageKey(map: number): Buffer {
  return numbered(tag.garbage, map);
}

export const garbageRange = { start: Buffer.from([tag.garbage]), end: Buffer.from([tag.garbage + 1]) };

/** Returns the key after a tag, or after a tag and a number. */
export function keyAfter(bytes: Uint8Array, kind: "cell" | "expiry"): Buffer {
  return Buffer.from(bytes.subarray(kind === "cell" ? 1 : 9));
}

/** Returns the number after a tag. */
export function numberAfter(bytes: Uint8Array): number {
  return Number(Buffer.from(bytes).readBigUInt64BE(1));
}

export function encodeMeta(meta: Meta): Buffer {
  return encodeNumbers([meta.format, meta.now, meta.cells, meta.nextMap, meta.sequence, meta.committed]);
}

export function encodeIdentity(identity: Identity): Buffer {
  return Buffer.from(JSON.stringify(identity));
}

/** Returns the identity, or undefined if the bytes are malformed. */
export function decodeIdentity(bytes: Buffer | undefined): Identity | undefined {
  try {
    const { epoch, inode, born } = JSON.parse(bytes?.toString() ?? "") as Identity;
    return [epoch, inode, born].every((part) => typeof part === "string")
      ? { epoch, inode, born }
      : undefined;
  } catch {
    return undefined;
  }
}

export function decodeMeta(bytes: Buffer): Meta {
  const [format = 0, now = 0, cells = 0, nextMap = 0, sequence = 0, committed = 0] = decodeNumbers(bytes);
  return { format, now, cells, nextMap, sequence, committed };
}

export function encodeHead(head: Head): Buffer {
  if (head.kind === "map") return encodeNumbers([2, head.due, head.map, head.expires, head.size]);
  const numbers = [1, head.due];
  for (const part of head.window.parts) numbers.push(part.start, part.leaves, part.amount);
  return encodeNumbers(numbers);
}

/** Returns undefined for bytes that no version of Writ writes: an unreadable count never means zero. */
export function decodeHead(bytes: Buffer): Head | undefined {
  const numbers = decodeNumbers(bytes);
  const [kind, due = Number.NaN] = numbers;
  if (!(bytes.length % 8 === 0 && numbers.every((each) => Number.isSafeInteger(each) && each >= 0)))
    return undefined;
  if (kind === 2 && numbers.length === 5)
    return { kind: "map", due, map: numbers[2]!, expires: numbers[3]!, size: numbers[4]! };
  if (kind !== 1 || numbers.length < 5 || numbers.length % 3 !== 2) return undefined;
  const parts = [];
  for (let i = 2; i < numbers.length; i += 3) {
    const part = { start: numbers[i]!, leaves: numbers[i + 1]!, amount: numbers[i + 2]! };
    if (part.leaves <= part.start || part.amount <= 0) return undefined;
    parts.push(part);
  }
  return { kind: "window", due, window: windowOf(parts) };
}

/** The value of a field, with its name if the key holds only a shortened name. */
export function encodeField(field: string, value: string): Buffer {
  const name = Buffer.byteLength(field) > longest ? Buffer.from(field, "utf8") : Buffer.alloc(0);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.from(value, "utf8")]);
}

export function decodeField(key: Uint8Array, bytes: Buffer): readonly [string, string] {
  const start = 4 + bytes.readUInt32BE(0);
  const name = start === 4 ? Buffer.from(key.subarray(9)) : bytes.subarray(4, start);
  return [name.toString("utf8"), bytes.toString("utf8", start)];
}

export function decodeValue(bytes: Buffer): string {
  return bytes.toString("utf8", 4 + bytes.readUInt32BE(0));
}

function tagged(kind: number, bytes: Uint8Array): Buffer {
  const all = Buffer.allocUnsafe(1 + bytes.length);
  all[0] = kind;
  all.set(bytes, 1);
  return all;
}

function numbered(kind: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = kind;
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}

/** Doubles hold every integer up to 2^53 exactly. */
function encodeNumbers(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes.writeDoubleLE(numbers[i]!, 8 * i);
  return bytes;
}

function decodeNumbers(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) numbers.push(bytes.readDoubleLE(at));
  return numbers;
}
