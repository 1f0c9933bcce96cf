/**
 * Finds the identifiers in a text: addresses, web addresses, domains, files, account and phone numbers, ids. Each is
 * delimited as its writer would delimit it, and yields every normal form that it may mean; arguments are then compared
 * exactly. Nothing is derived: a URL does not vouch for its host, nor an address for its domain.
 */

import { DEFAULT_TEXT_MAX } from "../values/type.js";
import { delimited } from "./delimit.js";
import { isFunctionWord } from "./function-words.js";
import { IBAN, isName } from "./identity.js";
import { isIdentityField } from "./identity-field.js";
import { writtenForms } from "./written-forms.js";

/**
 * How many UTF-16 units of a text are scanned and how many identifiers are kept. Beyond these limits, a value counts as
 * never seen.
 */
export const MAX_SCANNED_TEXT = 256 * 1024;
export const MAX_IDENTIFIERS = 4096;

const MAX_CHUNK = 16 * 1024;
/** Longer texts are not identifiers; see `isIdentifier`. */
const MAX_URL = DEFAULT_TEXT_MAX;
const MAX_NAME_WORDS = 5;
const EXPENSIVE = /[^\0-\x7f]|xn--|^\+/i;
const SIGNS = /[0-9.@/:]/;
/** Characters that separate words, and identifiers other than URLs. */
const BREAKS = /[<>()[\]{}"`,;|\\“”«»„、。，；：！？]+/u;
const URL_END = /["<>\\^`{|}\s\p{C}\p{Z}“”‘’«»、。，；：！？]/u;
const KEY = /^[A-Za-z_][A-Za-z0-9_-]{0,40}[=:](?=.)/;
/** Separators of e-mail addresses: marks that no plain address has, and a slash or `&` between two addresses. */
const EMAIL_BREAKS = /[\s"(),:;<>[\\\]“”«»„、。，；：！？]+|(?<=@[^\s@/&]{1,253})[/&](?=[^\s@/&]+@)/u;
/** A run that is not part of a longer id, path or address. */
const NUMBER_RUN =
  /(?<![A-Za-z0-9_]|[A-Za-z0-9_%][-./@&=#])[+(]{0,2}[0-9][0-9 ()./-]{4,48}[0-9](?![A-Za-z0-9_@]|[-./:#][A-Za-z0-9_])/g;
const MAX_NUMBER_WORDS = 12;
/** Searched at every position, because a false candidate may precede the real one. */
const IBAN_RUN = /(?<![A-Za-z0-9])(?=([A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,4}(?:[ -][A-Za-z0-9]{1,4}){2,9}))/g;
/** A full stop without a blank after it: `our site www.acme.com.They wrote`. */
const GLUED_SENTENCE = /(?<!\S)(\S{3,200}\.[a-z]{2,12})[.!?][A-Z][a-z'’]*(?!\S)/g;
/** A full stop that is part of a name: `Acme Inc.`, `Sammy Davis Jr.`, `e.V.`. */
const ABBREVIATED =
  /(?:^|\s)(?:[A-Z]|(?:\p{L}{1,3}\.)+\p{L}{1,3}|Inc|Ltd|Corp|Co|Bros|Jr|Sr|Dr|St|Mr|Mrs|Ms)\.$/u;
const NAMED_LINE = /^[ \t]*(?:-[ \t]+)?["']?([A-Za-z][\w -]{0,40})["']?:[ \t]+(\S.*)$/;
const LISTED_LINE = /^[ \t]*[-*•][ \t]+(\S.*)$/;

/**
 * The budget for scanning; when it is spent, the rest counts as never seen. It limits hostile text full of candidates.
 * A candidate costs about one, and more if it is long or expensive to parse.
 */
export class Effort {
  #left = 40_000;

  /** Returns false once the budget is spent. */
  spend(amount: number): boolean {
    this.#left -= amount;
    return this.#left > 0;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}

/** Returns normal forms, each once, in order of appearance. */
export function identifiersIn(text: string): readonly string[] {
  const found = new Found(new Effort());
  scan(text.slice(0, MAX_SCANNED_TEXT), found);
  return found.all();
}

/**
 * Returns what a user's own words name: the identifiers, and also every word and every run of up to five words as a
 * name in the same case, because only the user knows which of them are names. Do not use it for text that anyone else
 * wrote.
 */
export function statedIn(text: string, effort: Effort = new Effort()): readonly string[] {
  const bounded = text.slice(0, MAX_SCANNED_TEXT);
  const found = new Found(effort);
  scan(bounded, found);
  for (const glued of bounded.matchAll(GLUED_SENTENCE)) {
    if (found.full) break;
    scanChunk(glued[1]!, found);
  }
  const words = bounded.split(/\s+/u).filter((word) => word !== "");
  for (const word of words) {
    if (found.full) break;
    for (const piece of piecesOf(word)) found.considerName(piece);
  }
  for (let length = 2; length <= MAX_NAME_WORDS; length++) {
    for (let i = 0; i + length <= words.length && !found.full; i++) {
      found.considerName(words.slice(i, i + length).join(" "));
    }
  }
  return found.all();
}

/**
 * Returns a word and its parts between marks: `to:bob`, `Ana/Bob`, `ana,bob`. An address is not split, nor is a
 * possible path at its slashes.
 */
function piecesOf(word: string): readonly string[] {
  if (word.includes("://") || /.@/.test(word)) return [word];
  const pieces = word.split(BREAKS).flatMap((piece) => [piece, piece.replace(KEY, "")]);
  const parts = word.includes(".") ? [] : word.split("/");
  return [...new Set([word, ...pieces, ...parts])];
}

/**
 * Returns the identifiers of one leaf of a result, given the name of the field or list that holds it. In a field that
 * holds names, and in a list, a short text as a whole is a name. `effort` is the budget of the whole result.
 */
export function identifiersOfLeaf(
  leaf: string | number,
  field: string | undefined,
  listed: boolean,
  effort: Effort = new Effort(),
): readonly string[] {
  const found = new Found(effort);
  const named = field === undefined ? listed : isIdentityField(field);
  if (typeof leaf === "number") {
    if (named || Math.abs(leaf) >= 100_000) found.add(String(leaf));
    return found.all();
  }
  if (named && isName(leaf)) found.add(leaf);
  if (named) found.considerName(leaf);
  scan(leaf.slice(0, MAX_SCANNED_TEXT), found);
  scanLines(leaf.slice(0, MAX_SCANNED_TEXT), found);
  return found.all();
}

const LOOK_UP = 0.25;

class Found {
  readonly #forms = new Set<string>();
  readonly #considered = new Set<string>();
  readonly #names = new Set<string>();
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /** If full, further identifiers are dropped. They count as never seen, which vouches for nothing. */
  get full(): boolean {
    return this.#forms.size >= MAX_IDENTIFIERS || this.#effort.isSpent;
  }

  consider(candidate: string): void {
    if (candidate.length < 3 || !this.#isNew(candidate, this.#considered)) return;
    for (const form of writtenForms(candidate)) this.add(form);
  }

  considerName(candidate: string): void {
    if (candidate.length > MAX_NAME_LENGTH || !this.#isNew(candidate, this.#names)) return;
    for (const form of nameForms(candidate)) this.add(form);
  }

  /** Charges the cost of a candidate and returns whether it is new. A repeated one adds nothing and costs only a lookup. */
  #isNew(candidate: string, among: Set<string>): boolean {
    const isNew = !among.has(candidate);
    if (!this.#effort.spend(isNew ? costOf(candidate) : LOOK_UP)) return false;
    if (isNew) among.add(candidate);
    return isNew;
  }

  /** Charges for scanning this many characters, which costs time even without a candidate. */
  lookAt(length: number): void {
    this.#effort.spend(length / 256);
  }

  add(form: string): void {
    if (!this.full) this.#forms.add(form);
  }

  all(): readonly string[] {
    return [...this.#forms];
  }
}

/**
 * Returns the cost of a candidate: parsing a host reads the list of public suffixes, punycode and non-ASCII names read
 * the tables of Unicode, a phone number reads those of its country.
 */
function costOf(candidate: string): number {
  const reading = EXPENSIVE.test(candidate) ? 16 : candidate.includes(".") ? 4 : 0;
  return 1 + candidate.length / 64 + reading;
}

function scan(text: string, found: Found): void {
  found.lookAt(text.length);
  const rest = takeIbans(text, found);
  for (const chunk of rest.split(/\s+/u)) {
    if (found.full) return;
    if (chunk.length <= MAX_CHUNK && SIGNS.test(chunk)) scanChunk(chunk, found);
  }
  for (const run of rest.matchAll(NUMBER_RUN)) {
    if (found.full) return;
    addNumbers(run[0], found);
  }
}

/** Adds every account number in groups. Returns the text without the certain ones, because they do not name another number. */
function takeIbans(text: string, found: Found): string {
  let rest = "";
  let from = 0;
  for (const run of text.matchAll(IBAN_RUN)) {
    if (found.full) break;
    if (run.index < from) continue;
    const length = addIbans(run[1]!, found);
    if (length === 0) continue;
    rest += `${text.slice(from, run.index)};`;
    from = run.index + length;
  }
  return rest + text.slice(from);
}

function scanChunk(chunk: string, found: Found): void {
  // Parts of an address are not added separately: they would vouch for other addresses.
  const rest = takeEmails(takeUrls(chunk, found), found);
  for (const run of rest.split(/\s+/u)) {
    if (found.full) return;
    found.consider(delimited(run));
    for (const piece of run.split(BREAKS)) {
      if (!SIGNS.test(piece)) continue;
      found.consider(delimited(piece));
      const bare = piece.replace(KEY, "");
      if (bare !== piece)
        for (const part of bare.split("&")) found.consider(delimited(part.replace(KEY, "")));
    }
  }
}

/** Adds every URL; returns the chunk without them. */
function takeUrls(chunk: string, found: Found): string {
  let rest = "";
  let from = 0;
  for (let at = chunk.indexOf("://"); at !== -1; at = chunk.indexOf("://", from)) {
    const scheme = /[A-Za-z][A-Za-z0-9+.-]{0,31}$/.exec(chunk.slice(Math.max(from, at - 32), at))?.[0] ?? "";
    const start = at - scheme.length;
    const ahead = chunk.slice(at + 3, at + 3 + MAX_URL);
    const length = ahead.search(URL_END);
    const run = `${scheme}://${length === -1 ? ahead : ahead.slice(0, length)}`;
    found.lookAt(4 * run.length);
    if (found.full) break;
    const url = urlOf(run, chunk.slice(from, start));
    found.consider(url);
    rest += `${chunk.slice(from, start)} `;
    from = start + Math.max(url.length, scheme.length + 3);
  }
  return rest + chunk.slice(from);
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["'", "'"],
  ["*", "*"],
  ["_", "_"],
  ["~", "~"],
]);

/**
 * Returns the URL at the start of a run. It ends at the mark that closes one before it or at the next URL of a list,
 * and excludes the end of a sentence.
 */
function urlOf(run: string, before: string): string {
  const next = /[,;|](?=[A-Za-z][A-Za-z0-9+.-]*:\/\/)/.exec(run)?.index ?? run.length;
  const open = before.at(-1) ?? "";
  const closing = CLOSING.get(open);
  let end = next;
  if (closing === open) end = Math.min(next, closedByAsMany(run, before, open));
  else if (closing !== undefined) end = Math.min(next, closedAt(run, open, closing));
  return run.slice(0, end).replace(/[.,;:!?'…]+$/u, "");
}

/** Returns where the run closes the bracket that was opened before it; brackets that open in the run close first. */
function closedAt(run: string, open: string, closing: string): number {
  let depth = 0;
  for (let i = 0; i < run.length; i++) {
    if (run[i] === open) depth++;
    else if (run[i] === closing && depth-- === 0) return i;
  }
  return run.length;
}

/** The same for a mark that closes itself: as many at the end of the run (ignoring the end of a sentence) as before it. */
function closedByAsMany(run: string, before: string, mark: string): number {
  let count = 0;
  while (before[before.length - 1 - count] === mark) count++;
  const last = run.replace(/[.,;:!?…)\]]+$/u, "");
  return last.endsWith(mark.repeat(count)) ? last.length - count : run.length;
}

/** Adds every e-mail address; returns the chunk without the runs that contain an `@`. */
function takeEmails(chunk: string, found: Found): string {
  if (!chunk.includes("@")) return chunk;
  const rest: string[] = [];
  for (const run of chunk.split(EMAIL_BREAKS)) {
    found.lookAt(run.length);
    if (found.full) break;
    if (!run.includes("@")) {
      rest.push(run);
      continue;
    }
    const bare = delimited(run);
    found.consider(bare);
    if (KEY.test(bare)) found.consider(bare.replace(KEY, ""));
    // The address may end a sentence without a blank after it. A run that only begins with `@` is a name, not an address.
    const glued = /^(.+@.+\.[a-z]{2,12})[!?]/.exec(bare)?.[1];
    if (glued !== undefined) found.consider(glued);
    if (run.lastIndexOf("@") === 0) rest.push(run.slice(1));
  }
  return rest.join(" ");
}

/** Adds an IBAN in groups of four: those of the possible lengths that have correct check digits, or else all of them. */
function addIbans(run: string, found: Found): number {
  const ends = [...run.matchAll(/[ -]|$/g)].map(({ index }) => index).filter((end) => end >= 15);
  const right = ends.filter((end) => isCheckedIban(run.slice(0, end)));
  for (const end of right.length > 0 ? right : ends) found.consider(run.slice(0, end));
  return right.length > 0 ? Math.max(...right) : 0;
}

/** ISO 13616: rearranged and written in digits, the number modulo 97 is 1. */
function isCheckedIban(written: string): boolean {
  if (!IBAN.test(written)) return false;
  const compact = written.replace(/[ -]/g, "").toUpperCase();
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const digit = Number.parseInt(character, 36);
    rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
  }
  return rest === 1;
}

/**
 * Adds the numbers of a run of digits and separators. Blanks separate words as well as groups, so every run of whole
 * words may be the number.
 */
function addNumbers(run: string, found: Found): void {
  const words = [...run.matchAll(/\S+/g)].slice(0, MAX_NUMBER_WORDS);
  for (const [first, start] of words.entries()) {
    for (const end of words.slice(first)) {
      found.consider(run.slice(start.index, end.index + end[0].length));
    }
  }
}

const MAX_NAME_LENGTH = 256;

/** Returns the names that a run of words may mean: delimited, with and without a sign such as `#`, and without a possessive. */
function nameForms(run: string): readonly string[] {
  const bare = delimited(run);
  const forms = [bare, bare.replace(/^[#@]/, ""), bare.replace(/(?:['’]s|(?<=s)['’])$/u, "")];
  const dotted = run.slice(0, run.indexOf(bare) + bare.length + 1);
  if (bare !== "" && ABBREVIATED.test(dotted)) forms.push(dotted.slice(dotted.indexOf(bare)));
  if (/^[_~].*[_~]$/.test(run)) forms.push(run);
  const all = [...forms, ...forms.map((form) => form.normalize("NFC"))];
  return [...new Set(all)].filter((form) => isName(form) && !form.split(" ").every(isFunctionWord));
}

/** Scans lists and `name: value` lines in a text, the output format of many tools. */
function scanLines(text: string, found: Found): void {
  if (!text.includes("\n") && !text.includes(": ") && !text.startsWith("- ")) return;
  for (const line of text.split("\n", 4096)) {
    if (line.length > 300) continue;
    found.lookAt(256);
    if (found.full) return;
    const named = NAMED_LINE.exec(line);
    if (named !== null) {
      if (isIdentityField(named[1]!)) found.considerName(named[2]!);
      continue;
    }
    const listed = LISTED_LINE.exec(line);
    if (listed !== null) found.considerName(listed[1]!);
  }
}
