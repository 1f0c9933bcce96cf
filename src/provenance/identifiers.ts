/**
 * The identifiers that stand in a text: addresses, web addresses, domains, files, account and phone numbers, ids. Each is
 * taken as its writer would delimit it, and offers every normal form that it may be written for; arguments are then compared
 * exactly. Nothing is derived: a URL does not vouch for its host, nor an address for its domain.
 */

import { DEFAULT_TEXT_MAX } from "../values/type.js";
import { delimited } from "./delimit.js";
import { isFunctionWord } from "./function-words.js";
import { IBAN, isName } from "./identity.js";
import { isIdentityField } from "./identity-field.js";
import { writtenForms } from "./written-forms.js";

/** UTF-16 units of a text that are looked at, and identifiers that are kept: beyond, a value counts as never seen. */
export const TEXT_SCANNED_MAX = 256 * 1024;
export const IDENTIFIERS_MAX = 4096;

const CHUNK_MAX = 16 * 1024;
/** Longer ones are no identifier; see `isIdentifier`. */
const URL_MAX = DEFAULT_TEXT_MAX;
const NAME_WORDS_MAX = 5;
const DEAR = /[^\0-\x7f]|xn--|^\+/i;
const SIGNS = /[0-9.@/:]/;
/** What stands in no word, nor in an identifier that is no URL. */
const BREAKS = /[<>()[\]{}"`,;|\\“”«»„、。，；：！？]+/u;
const URL_END = /["<>\\^`{|}\s\p{C}\p{Z}“”‘’«»、。，；：！？]/u;
const KEY = /^[A-Za-z_][A-Za-z0-9_-]{0,40}[=:](?=.)/;
/** What parts addresses: marks that no plain one has, and a slash or `&` between two of them. */
const EMAIL_BREAKS = /[\s"(),:;<>[\\\]“”«»„、。，；：！？]+|(?<=@[^\s@/&]{1,253})[/&](?=[^\s@/&]+@)/u;
/** Not a part of a longer id, path or address. */
const NUMBER_RUN =
  /(?<![A-Za-z0-9_]|[A-Za-z0-9_%][-./@&=#])[+(]{0,2}[0-9][0-9 ()./-]{4,48}[0-9](?![A-Za-z0-9_@]|[-./:#][A-Za-z0-9_])/g;
const NUMBER_WORDS_MAX = 12;
/** Looked for at every place, since what only looks like one may stand before it. */
const IBAN_RUN = /(?<![A-Za-z0-9])(?=([A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,4}(?:[ -][A-Za-z0-9]{1,4}){2,9}))/g;
/** A full stop and no blank after it: `our site www.acme.com.They wrote`. */
const GLUED_SENTENCE = /(?<!\S)(\S{3,200}\.[a-z]{2,12})[.!?][A-Z][a-z'’]*(?!\S)/g;
/** A full stop that belongs to a name: `Acme Inc.`, `Sammy Davis Jr.`, `e.V.`. */
const ABBREVIATED =
  /(?:^|\s)(?:[A-Z]|(?:\p{L}{1,3}\.)+\p{L}{1,3}|Inc|Ltd|Corp|Co|Bros|Jr|Sr|Dr|St|Mr|Mrs|Ms)\.$/u;
const NAMED_LINE = /^[ \t]*(?:-[ \t]+)?["']?([A-Za-z][\w -]{0,40})["']?:[ \t]+(\S.*)$/;
const LISTED_LINE = /^[ \t]*[-*•][ \t]+(\S.*)$/;

/**
 * How much is tried before what is left counts as never seen: hostile text is made of what looks like identifiers. About
 * one a candidate, more for long ones and for those that are dear to read.
 */
export class Effort {
  #left = 40_000;

  /** False once all of it is spent. */
  spend(amount: number): boolean {
    this.#left -= amount;
    return this.#left > 0;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}

/** Normal forms, each once, in order of appearance. */
export function identifiersIn(text: string): readonly string[] {
  const found = new Found(new Effort());
  scan(text.slice(0, TEXT_SCANNED_MAX), found);
  return found.all();
}

/**
 * What a person's own words name: the identifiers, and besides every word and run of up to five words as a name in the same
 * case, for only the person knows which of them are names. Not for text that anybody else wrote.
 */
export function statedIn(text: string, effort: Effort = new Effort()): readonly string[] {
  const bounded = text.slice(0, TEXT_SCANNED_MAX);
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
  for (let length = 2; length <= NAME_WORDS_MAX; length++) {
    for (let i = 0; i + length <= words.length && !found.full; i++) {
      found.considerName(words.slice(i, i + length).join(" "));
    }
  }
  return found.all();
}

/** A word and what its marks take apart: `to:bob`, `Ana/Bob`, `ana,bob`; not where it is an address, nor at a slash in what may be a path. */
function piecesOf(word: string): readonly string[] {
  if (word.includes("://") || /.@/.test(word)) return [word];
  const pieces = word.split(BREAKS).flatMap((piece) => [piece, piece.replace(KEY, "")]);
  const parts = word.includes(".") ? [] : word.split("/");
  return [...new Set([word, ...pieces, ...parts])];
}

/**
 * The identifiers of one leaf of a result: a text or number, and the name of the field or list that holds it. In a field
 * that holds names, and in a list, a short text as a whole is a name. `effort` is that of the whole result.
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
  scan(leaf.slice(0, TEXT_SCANNED_MAX), found);
  scanLines(leaf.slice(0, TEXT_SCANNED_MAX), found);
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

  /** Once full, more is dropped: what was not kept counts as never seen, which vouches for nothing. */
  get full(): boolean {
    return this.#forms.size >= IDENTIFIERS_MAX || this.#effort.isSpent;
  }

  consider(candidate: string): void {
    if (candidate.length < 3 || !this.#isNew(candidate, this.#considered)) return;
    for (const form of writtenForms(candidate)) this.add(form);
  }

  considerName(candidate: string): void {
    if (candidate.length > NAME_LOOKED_AT_MAX || !this.#isNew(candidate, this.#names)) return;
    for (const form of nameForms(candidate)) this.add(form);
  }

  /** Spends what a candidate costs; one that is repeated adds nothing, and costs no more than being found again. */
  #isNew(candidate: string, among: Set<string>): boolean {
    const isNew = !among.has(candidate);
    if (!this.#effort.spend(isNew ? costOf(candidate) : LOOK_UP)) return false;
    if (isNew) among.add(candidate);
    return isNew;
  }

  /** Looking at so many characters is no candidate yet, and costs too. */
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
 * A host goes through the list of public suffixes; punycode, and whatever is to become it, through the tables of Unicode;
 * a phone number through those of its country.
 */
function costOf(candidate: string): number {
  const reading = DEAR.test(candidate) ? 16 : candidate.includes(".") ? 4 : 0;
  return 1 + candidate.length / 64 + reading;
}

function scan(text: string, found: Found): void {
  found.lookAt(text.length);
  const rest = takeIbans(text, found);
  for (const chunk of rest.split(/\s+/u)) {
    if (found.full) return;
    if (chunk.length <= CHUNK_MAX && SIGNS.test(chunk)) scanChunk(chunk, found);
  }
  for (const run of rest.matchAll(NUMBER_RUN)) {
    if (found.full) return;
    addNumbers(run[0], found);
  }
}

/** Adds every account number in groups; gives the text without those that are certain, for they name no other number. */
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
  // Parts of an address are not seen by themselves: they would vouch for other addresses.
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

/** Adds every URL; gives the chunk without them. */
function takeUrls(chunk: string, found: Found): string {
  let rest = "";
  let from = 0;
  for (let at = chunk.indexOf("://"); at !== -1; at = chunk.indexOf("://", from)) {
    const scheme = /[A-Za-z][A-Za-z0-9+.-]{0,31}$/.exec(chunk.slice(Math.max(from, at - 32), at))?.[0] ?? "";
    const start = at - scheme.length;
    const ahead = chunk.slice(at + 3, at + 3 + URL_MAX);
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

/** As far as a URL goes: to the mark that closes one before it, to the next URL of a list, and never to the end of a sentence. */
function urlOf(run: string, before: string): string {
  const next = /[,;|](?=[A-Za-z][A-Za-z0-9+.-]*:\/\/)/.exec(run)?.index ?? run.length;
  const open = before.at(-1) ?? "";
  const closing = CLOSING.get(open);
  let end = next;
  if (closing === open) end = Math.min(next, closedByAsMany(run, before, open));
  else if (closing !== undefined) end = Math.min(next, closedAt(run, open, closing));
  return run.slice(0, end).replace(/[.,;:!?'…]+$/u, "");
}

/** Where the bracket that was opened before a run is closed in it; one that opens in the run closes there first. */
function closedAt(run: string, open: string, closing: string): number {
  let depth = 0;
  for (let i = 0; i < run.length; i++) {
    if (run[i] === open) depth++;
    else if (run[i] === closing && depth-- === 0) return i;
  }
  return run.length;
}

/** The same for a mark that closes itself: as many at the end of the run, but for the end of a sentence, as stand before it. */
function closedByAsMany(run: string, before: string, mark: string): number {
  let count = 0;
  while (before[before.length - 1 - count] === mark) count++;
  const last = run.replace(/[.,;:!?…)\]]+$/u, "");
  return last.endsWith(mark.repeat(count)) ? last.length - count : run.length;
}

/** Adds every e-mail address; gives the chunk without what stands beside an `@`. */
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
    // A sentence that ends at it without a blank; and what only begins with an `@` is a name, no address.
    const glued = /^(.+@.+\.[a-z]{2,12})[!?]/.exec(bare)?.[1];
    if (glued !== undefined) found.consider(glued);
    if (run.lastIndexOf("@") === 0) rest.push(run.slice(1));
  }
  return rest.join(" ");
}

/** An IBAN in groups of four: of the lengths that it may have, the one whose check digits are right, or else every one. */
function addIbans(run: string, found: Found): number {
  const ends = [...run.matchAll(/[ -]|$/g)].map(({ index }) => index).filter((end) => end >= 15);
  const right = ends.filter((end) => isCheckedIban(run.slice(0, end)));
  for (const end of right.length > 0 ? right : ends) found.consider(run.slice(0, end));
  return right.length > 0 ? Math.max(...right) : 0;
}

/** ISO 13616: moved and spelled in digits, the number leaves 1 when it is divided by 97. */
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

/** A run of digits and separators: blanks part words as well as groups, so every run of whole words in it may be the number. */
function addNumbers(run: string, found: Found): void {
  const words = [...run.matchAll(/\S+/g)].slice(0, NUMBER_WORDS_MAX);
  for (const [first, start] of words.entries()) {
    for (const end of words.slice(first)) {
      found.consider(run.slice(start.index, end.index + end[0].length));
    }
  }
}

const NAME_LOOKED_AT_MAX = 256;

/** The names that a run of words may be: as it is delimited, with a sign such as `#` or without, and without a possessive. */
function nameForms(run: string): readonly string[] {
  const bare = delimited(run);
  const forms = [bare, bare.replace(/^[#@]/, ""), bare.replace(/(?:['’]s|(?<=s)['’])$/u, "")];
  const dotted = run.slice(0, run.indexOf(bare) + bare.length + 1);
  if (bare !== "" && ABBREVIATED.test(dotted)) forms.push(dotted.slice(dotted.indexOf(bare)));
  if (/^[_~].*[_~]$/.test(run)) forms.push(run);
  const all = [...forms, ...forms.map((form) => form.normalize("NFC"))];
  return [...new Set(all)].filter((form) => isName(form) && !form.split(" ").every(isFunctionWord));
}

/** Lists and `name: value` lines in a text, as many tools print their results. */
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
