/**
 * The identifiers that stand in a text: addresses, web addresses, domains, files, account and phone numbers, ids. Every
 * candidate goes through the same normal form as a whole argument does, so what is found here is found again there.
 * Nothing is derived: a URL does not vouch for its host, nor an address for its domain.
 */

import { DEFAULT_TEXT_MAX } from "../values/type.js";
import { nameForm, normalForm } from "./identity.js";
import { isIdentityField } from "./identity-field.js";

/** UTF-16 units of a text that are looked at, and identifiers that are kept: beyond, a value counts as never seen. */
export const TEXT_SCANNED_MAX = 256 * 1024;
export const IDENTIFIERS_MAX = 4096;

const CHUNK_MAX = 16 * 1024;
/** Longer ones are no identifier; see `normalForm`. */
const URL_MAX = DEFAULT_TEXT_MAX;
const CUTS_MAX = 8;
const DEAR = /[^\0-\x7f]|xn--|^\+/i;
const SIGNS = /[0-9.@/:]/;
const HARD_BREAKS = /[<>()[\]{}"'`,;|\\*“”‘’«»„、。，；：！？]+/u;
const SOFT_BREAKS = /[=:&]+/;
const URL_END = /["<>\\^`{|}\s\p{C}\p{Z}“”‘’«»、。，；：！？]/u;
const URL_CUTS = /[),;'\]*|]/g;
const NUMBER_RUN = /(?<![A-Za-z0-9_])[+(]{0,2}[0-9][0-9 ()./-]{4,48}[0-9](?![A-Za-z_])/g;
/** Looked for at every place, since what only looks like one may stand before it. */
const IBAN_RUN = /(?<![A-Za-z0-9])(?=([A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,4}(?:[ -][A-Za-z0-9]{1,4}){2,9}))/g;
/** A full stop and no blank after it: `our site www.acme.com.They wrote`. */
const GLUED_SENTENCE = /(?<!\S)(\S{3,200}\.[a-z]{2,12})[.!?][A-Z][a-z'’]*(?!\S)/g;
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
 * What a person's own words name: the identifiers, and besides every word and run of up to five words as a name, for
 * only the person knows which of them are names. Not for text that anybody else wrote.
 */
export function statedIn(text: string): readonly string[] {
  const bounded = text.slice(0, TEXT_SCANNED_MAX);
  const found = new Found(new Effort());
  scan(bounded, found);
  for (const glued of bounded.matchAll(GLUED_SENTENCE)) {
    if (found.full) break;
    found.consider(glued[1]!);
  }
  const words = bounded
    .split(/\s+/u)
    .flatMap((word) => (word.includes(".") ? [word] : word.split("/")))
    .filter((word) => word !== "");
  for (let length = 1; length <= 5; length++) {
    for (let i = 0; i + length <= words.length && !found.full; i++) {
      const run = words.slice(i, i + length).join(" ");
      found.considerName(run);
      if (/['’]s?\W*$/u.test(run)) found.considerName(run.replace(/['’]s?\W*$/u, ""));
    }
  }
  return found.all();
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
  if (named) found.considerName(leaf);
  scan(leaf.slice(0, TEXT_SCANNED_MAX), found);
  scanLines(leaf.slice(0, TEXT_SCANNED_MAX), found);
  return found.all();
}

class Found {
  readonly #forms = new Set<string>();
  readonly #effort: Effort;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /** Once full, more is dropped: what was not kept counts as never seen, which vouches for nothing. */
  get full(): boolean {
    return this.#forms.size >= IDENTIFIERS_MAX || this.#effort.isSpent;
  }

  consider(candidate: string): void {
    if (this.#effort.spend(costOf(candidate))) this.add(normalForm(candidate));
  }

  considerName(candidate: string): void {
    if (this.#effort.spend(costOf(candidate))) this.add(nameForm(candidate));
  }

  /** Looking at so many characters is no candidate yet, and costs too. */
  lookAt(length: number): void {
    this.#effort.spend(length / 256);
  }

  add(form: string | undefined): void {
    if (form !== undefined && !this.full) this.#forms.add(form);
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
  const reading = DEAR.test(candidate) ? 8 : candidate.includes(".") ? 1 : 0;
  return 1 + candidate.length / 64 + reading;
}

function scan(text: string, found: Found): void {
  found.lookAt(text.length);
  for (const chunk of text.split(/\s+/u)) {
    if (found.full) return;
    if (chunk.length <= CHUNK_MAX && SIGNS.test(chunk)) scanChunk(chunk, found);
  }
  for (const run of text.matchAll(IBAN_RUN)) {
    if (found.full) return;
    addIbans(run[1]!, found);
  }
  for (const run of text.matchAll(NUMBER_RUN)) {
    if (found.full) return;
    addNumbers(run[0], found);
  }
}

function scanChunk(chunk: string, found: Found): void {
  found.consider(chunk);
  // Parts of an address are not seen by themselves: they would vouch for other addresses.
  const rest = takeEmails(takeUrls(chunk, found), found);
  for (const piece of rest.split(HARD_BREAKS)) {
    if (found.full) return;
    if (!SIGNS.test(piece)) continue;
    found.consider(piece);
    if (!piece.includes("/")) for (const part of piece.split(SOFT_BREAKS)) found.consider(part);
  }
}

/** Adds every URL, as far as it may go and up to each mark that may also end it; gives the chunk without them. */
function takeUrls(chunk: string, found: Found): string {
  let rest = "";
  let from = 0;
  for (let at = chunk.indexOf("://"); at !== -1; at = chunk.indexOf("://", from)) {
    const scheme = /[A-Za-z][A-Za-z0-9+.-]{0,31}$/.exec(chunk.slice(Math.max(from, at - 32), at))?.[0] ?? "";
    const ahead = chunk.slice(at + 3, at + 3 + URL_MAX);
    const length = ahead.search(URL_END);
    const run = `${scheme}://${length === -1 ? ahead : ahead.slice(0, length)}`;
    found.lookAt(4 * run.length);
    if (found.full) break;
    const cuts = firstCuts(run);
    for (const cut of [...cuts, run.length]) found.consider(run.slice(0, cut));
    rest += `${chunk.slice(from, at - scheme.length)} `;
    from = at - scheme.length + Math.max(cuts[0] ?? run.length, scheme.length + 3);
  }
  return rest + chunk.slice(from);
}

/** Where a URL may end before its end. */
function firstCuts(run: string): readonly number[] {
  const cuts: number[] = [];
  for (const { index } of run.matchAll(URL_CUTS)) if (cuts.push(index) === CUTS_MAX) break;
  return cuts;
}

/** The same for e-mail addresses, whose local part may or may not begin with the marks before it. */
function takeEmails(chunk: string, found: Found): string {
  let rest = "";
  let from = 0;
  for (let at = chunk.indexOf("@"); at !== -1; at = chunk.indexOf("@", from)) {
    found.lookAt(256);
    if (found.full) break;
    const domain = /^[\p{L}\p{M}\p{N}._-]{1,253}/u.exec(chunk.slice(at + 1, at + 255))?.[0] ?? "";
    const before = chunk.slice(Math.max(from, at - 64), at);
    const widest = /[^\s"(),:;<>@[\\\]]*$/.exec(before)?.[0] ?? "";
    const narrow = /[A-Za-z0-9._%+-]*$/.exec(before)?.[0] ?? "";
    for (const local of [widest, narrow]) if (local !== "") found.consider(`${local}@${domain}`);
    rest += `${chunk.slice(from, Math.max(from, at - widest.length))} `;
    from = at + 1 + domain.length;
  }
  return rest + chunk.slice(from);
}

/** An IBAN in groups of four: every length that it may have, for the word after it may look like a group. */
function addIbans(run: string, found: Found): void {
  for (const end of run.matchAll(/[ -]|$/g)) if (end.index >= 15) found.consider(run.slice(0, end.index));
}

/** A run of digits and separators: every run of whole groups in it may be the number. */
function addNumbers(run: string, found: Found): void {
  const groups = [...run.matchAll(/[0-9]+/g)].slice(0, 12);
  for (const [first, start] of groups.entries()) {
    const sign = first === 0 ? 0 : start.index;
    for (const end of groups.slice(first)) {
      const stop = end.index + end[0].length;
      found.consider(run.slice(sign, stop));
      if (sign !== start.index) found.consider(run.slice(start.index, stop));
    }
  }
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
