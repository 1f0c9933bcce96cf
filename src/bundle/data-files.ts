/** The JSON files that `data … from "…"` names: inside the bundle, limited in size, and read strictly. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { findHiddenCharacter } from "../source/hidden-characters.js";
import { readJson } from "../values/read-json.js";
import type { JsonValue } from "../values/type.js";
import { isInside, reasonOf } from "./folder.js";
import { BUNDLE_LIMITS } from "./limits.js";
import { readTextFile } from "./read-file.js";

/** The content of a data file, or why it cannot be used. */
export type DataFile = { readonly json: JsonValue } | { readonly problem: string };

/** Reads data files and records the hash of each, because their content is part of the bundle. */
export class DataFiles {
  readonly #root: string;
  readonly #read = new Map<string, DataFile>();
  readonly #hashes = new Map<string, string>();
  #bytes: number;

  /** `bytes` is how much of the maximum size of a bundle the policy files have used. */
  constructor(root: string, bytes: number) {
    this.#root = root;
    this.#bytes = bytes;
  }

  /** The SHA-256 of every file read so far, by its path in the bundle. */
  get hashes(): ReadonlyMap<string, string> {
    return this.#hashes;
  }

  /** Returns the content of a file named by its path from the bundle's folder; a problem continues the words "the file". */
  read(path: string): DataFile {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const file = this.#load(path);
    this.#read.set(path, file);
    return file;
  }

  #load(path: string): DataFile {
    const shape = problemOfPath(path);
    if (shape !== undefined) return { problem: shape };
    if (this.#read.size >= BUNDLE_LIMITS.files)
      return { problem: `is one of more than ${BUNDLE_LIMITS.files}` };
    let real: string;
    try {
      real = realpathSync(join(this.#root, path));
    } catch (error) {
      return { problem: `cannot be read: ${reasonOf(error)}` };
    }
    if (!isInside(this.#root, real)) return { problem: "is a link that leads out of the bundle" };
    const left = BUNDLE_LIMITS.totalBytes - this.#bytes;
    const file = readTextFile(real, Math.min(BUNDLE_LIMITS.fileBytes, Math.max(0, left)));
    if (!("text" in file)) return { problem: `cannot be read: ${file.message}` };
    this.#bytes += file.bytes;
    this.#hashes.set(path, file.hash);
    return jsonOf(file.text);
  }
}

/** Refuses text that two parsers could read differently: a reviewer and the policy must see the same. */
function jsonOf(text: string): DataFile {
  const hidden = findHiddenCharacter(text);
  if (hidden !== undefined) {
    const help = "delete it, or write it as an escape";
    return { problem: `has ${hidden.message} (line ${lineAt(text, hidden.offset)}; ${help})` };
  }
  const read = readJson(text, { maxDepth: BUNDLE_LIMITS.jsonDepth, exact: true });
  if ("value" in read) return { json: read.value };
  const { pointer, offset, message } = read.mistake;
  const place = `line ${lineAt(text, offset)}${pointer === "" ? "" : `, at ${pointer}`}`;
  return { problem: `is not JSON with one meaning: ${message} (${place})` };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Requires one spelling of a path, so that one file cannot count under two names. */
function problemOfPath(path: string): string | undefined {
  if (!path.endsWith(".json")) return "does not end in `.json`";
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0") || /^[A-Za-z]:/.test(path)) {
    return "is not named by a path inside the bundle, with `/` between folders";
  }
  const odd = path.split("/").some((part) => part === "" || part === "." || part === "..");
  return odd ? "is not named by a path inside the bundle, without `.`, `..` or empty parts" : undefined;
}
