/** Reads one file of a bundle, up to the maximum size. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { reasonOf } from "./folder.js";
import { BUNDLE_LIMITS } from "./limits.js";

/** The content of a file, or why it was not read. */
export type FileText =
  | { readonly text: string; readonly bytes: number; readonly hash: string }
  | { readonly kind: "unreadable" | "too-large" | "not-utf8"; readonly message: string };

/**
 * Returns the text of a regular file in UTF-8, without its byte order mark, and the SHA-256 of its bytes on disk.
 *
 * Invalid UTF-8 is refused, not repaired, because a reviewer's editor may show such bytes as something else.
 */
export function readTextFile(real: string, maxBytes: number = BUNDLE_LIMITS.fileBytes): FileText {
  let bytes: Buffer | undefined;
  try {
    bytes = readAtMost(real, maxBytes);
  } catch (error) {
    return { kind: "unreadable", message: reasonOf(error) };
  }
  if (bytes === undefined) return { kind: "too-large", message: `more than ${maxBytes} bytes` };
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // If there are two marks, both stay: readers of the text skip one, and must see the other.
    const text = /^\uFEFF(?!\uFEFF)/.test(decoded) ? decoded.slice(1) : decoded;
    return { text, bytes: bytes.length, hash: createHash("sha256").update(bytes).digest("hex") };
  } catch {
    return { kind: "not-utf8", message: "not UTF-8 text" };
  }
}

/** Returns undefined if the file is larger. It is opened without blocking, so a pipe instead of a file cannot hang the reader. */
function readAtMost(path: string, maxBytes: number): Buffer | undefined {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error("not a regular file");
    if (status.size > maxBytes) return undefined;
    const buffer = Buffer.alloc(status.size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, null);
    }
    if (length > status.size) throw new Error("it grew while it was read");
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
