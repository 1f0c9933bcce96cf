/**
 * Finds pattern alternatives that need a character no value can contain. Patterns are RE2. Syntax that is not
 * understood here counts as matching anything, so every finding is certain.
 */

/** The first alternative of a pattern that cannot match, as written; undefined if none was found. */
export function deadAlternative(pattern: string, admits: (character: string) => boolean): string | undefined {
  const reader = new PatternReader(pattern, admits);
  reader.read();
  return reader.dead;
}

/** Deeper groups are not analyzed. */
const MAX_DEPTH = 64;
/** A larger range in a class is assumed to contain an admissible character. */
const MAX_RANGE = 512;

class PatternReader {
  dead: string | undefined;
  readonly #text: readonly string[];
  readonly #admits: (character: string) => boolean;
  #at = 0;
  #depth = 0;
  #ignoresCase = false;

  constructor(pattern: string, admits: (character: string) => boolean) {
    this.#text = [...pattern];
    this.#admits = admits;
  }

  read(): void {
    this.#alternatives();
  }

  get #next(): string | undefined {
    return this.#text[this.#at];
  }

  #alternatives(): boolean {
    let some = false;
    if (++this.#depth > MAX_DEPTH) {
      this.#at = this.#text.length;
      return true;
    }
    for (;;) {
      const start = this.#at;
      const can = this.#sequence();
      if (!can) this.dead ??= this.#text.slice(start, this.#at).join("");
      some ||= can;
      if (this.#next !== "|") break;
      this.#at++;
    }
    this.#depth--;
    return some;
  }

  #sequence(): boolean {
    let can = true;
    while (this.#next !== undefined && this.#next !== "|" && this.#next !== ")") {
      const one = this.#atom();
      if (!this.#mayBeLeftOut() && !one) can = false;
    }
    return can;
  }

  /** Reads a quantifier and returns whether it makes the atom before it optional. */
  #mayBeLeftOut(): boolean {
    const rest = this.#text.slice(this.#at, this.#at + 16).join("");
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(rest);
    if (quantifier === null) return false;
    this.#at += quantifier[0].length;
    return quantifier[0].startsWith("*") || quantifier[0].startsWith("?") || Number(quantifier[1]) === 0;
  }

  #atom(): boolean {
    const character = this.#text[this.#at++] as string;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case ".":
      case "^":
      case "$":
        return true;
      default:
        return this.#has(character);
    }
  }

  #group(): boolean {
    const before = this.#ignoresCase;
    const opening = /^\?(?:P?<[^>]*>|([A-Za-z]*)(?:-([A-Za-z]*))?(:|\)))/.exec(
      this.#text.slice(this.#at, this.#at + 80).join(""),
    );
    if (opening !== null) {
      this.#at += [...opening[0]].length;
      if (opening[1]?.includes("i")) this.#ignoresCase = true;
      if (opening[2]?.includes("i")) this.#ignoresCase = false;
      // Flags without a group apply until the group around them ends.
      if (opening[3] === ")") return true;
    }
    const can = this.#alternatives();
    this.#at++;
    this.#ignoresCase = before;
    return can;
  }

  #escape(): boolean {
    const character = this.#text[this.#at++] ?? "";
    if (character === "Q") return this.#quoted();
    if (/[^A-Za-z0-9]/.test(character)) return this.#has(character);
    if ("pP".includes(character)) this.#skip(/^(?:\{[^}]*\}|.)/);
    if (character === "x") this.#skip(/^(?:\{[^}]*\}|..)/);
    return true;
  }

  #quoted(): boolean {
    const rest = this.#text.slice(this.#at).join("");
    const text = rest.split("\\E", 1)[0] ?? rest;
    this.#at += [...text].length + (text.length < rest.length ? 2 : 0);
    return [...text].every((character) => this.#has(character));
  }

  #class(): boolean {
    const negated = this.#next === "^";
    if (negated) this.#at++;
    let can = negated;
    for (let first = true; this.#next !== undefined && (first || this.#next !== "]"); first = false) {
      const from = this.#member();
      if (from === undefined) can = true;
      else if (this.#next === "-" && this.#text[this.#at + 1] !== "]") {
        this.#at++;
        const to = this.#member();
        can ||= to === undefined || this.#someIn(from, to);
      } else can ||= this.#has(from);
    }
    this.#at++;
    return can;
  }

  /** One member of a class; undefined if it means several characters. */
  #member(): string | undefined {
    const character = this.#text[this.#at++];
    if (character === "[" && this.#next === ":") {
      this.#skip(/^:[^\]]*\]/);
      return undefined;
    }
    if (character !== "\\") return character;
    const escaped = this.#text[this.#at++] ?? "";
    if (/[^A-Za-z0-9]/.test(escaped)) return escaped;
    if ("pPx".includes(escaped)) this.#skip(/^(?:\{[^}]*\}|.)/);
    return undefined;
  }

  #skip(what: RegExp): void {
    const found = what.exec(this.#text.slice(this.#at, this.#at + 80).join(""));
    this.#at += [...(found?.[0] ?? "")].length;
  }

  #someIn(from: string, to: string): boolean {
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    if (high - low > MAX_RANGE) return true;
    for (let code = low; code <= high; code++) if (this.#has(String.fromCodePoint(code))) return true;
    return false;
  }

  #has(character: string): boolean {
    if (this.#admits(character)) return true;
    return (
      this.#ignoresCase && (this.#admits(character.toLowerCase()) || this.#admits(character.toUpperCase()))
    );
  }
}
