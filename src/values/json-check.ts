/**
 * Checks that a JSON text has exactly one meaning, in one pass that builds no value.
 *
 * `JSON.parse` keeps the last of two equal keys, reads `1e999` as infinity and rounds long numbers: with each of them,
 * two parsers of one body see two different requests. It also does not report where a mistake is. This check does.
 */

import { isExactNumber } from "./exact-number.js";

import { escapePointer } from "./json-pointer.js";

/** The first mistake of a text. `offset` counts UTF-16 units from 0; `pointer` is the JSON pointer, as far as it is known. */
export interface JsonMistake {
  readonly pointer: string;
  readonly offset: number;
  readonly message: string;
}

/** How strictly a text is read. */
export interface JsonCheckOptions {
  readonly maxDepth: number;
  /**
   * Refuses values that other texts parse to as well: integers beyond 2^53, numbers that a double does not hold exactly
   * (`50.00000000000000001`, `1e-400`), and halves of surrogate pairs. Results of tools are never compared by digest,
   * so they may have them.
   */
  readonly exact: boolean;
  /** Also accepts keys such as `__proto__`, for callers that read only own keys: schemas may have such a property. */
  readonly anyKey?: boolean;
  /**
   * Members that objects may have beyond the first `FEW_MEMBERS` of each, all objects together. An object with many
   * keys is read, checked and written as a hash table: ten times as slowly as its bytes suggest.
   */
  readonly maxCrowd?: number;
}

/** An object with no more members than this counts nothing towards `maxCrowd`. */
export const FEW_MEMBERS = 16;

/** Returns the first mistake of `text`, or undefined for JSON that `JSON.parse` accepts and that has only one meaning. */
export function findJsonMistake(text: string, options: JsonCheckOptions): JsonMistake | undefined {
  return new JsonCheck(text, options).run();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Any number with fewer characters is exact and finite. */
const ALWAYS_EXACT = 4;
/** Up to this many keys, searching a list is faster than hashing. */
const FEW_KEYS = 8;

class JsonCheck {
  #at = 0;
  /** Members seen beyond the first few of each object. */
  #crowd = 0;
  #mistake: { offset: number; message: string } | undefined;
  /** Innermost first; filled while a mistake is passed up. */
  readonly #path: string[] = [];
  readonly #text: string;
  readonly #options: JsonCheckOptions;

  constructor(text: string, options: JsonCheckOptions) {
    this.#text = text;
    this.#options = options;
  }

  run(): JsonMistake | undefined {
    if (this.#value(0, undefined)) {
      this.#skipSpace();
      if (this.#at < this.#text.length) this.#fail(`unexpected ${this.#here()} after the end`);
    }
    if (this.#mistake === undefined) return undefined;
    return { pointer: this.#path.reverse().join(""), ...this.#mistake };
  }

  /** `key` is the key that holds this value, if an object does. */
  #value(depth: number, key: string | undefined): boolean {
    this.#skipSpace();
    switch (this.#text.charCodeAt(this.#at)) {
      case OPEN_BRACE:
        return this.#object(depth + 1, key);
      case OPEN_BRACKET:
        return this.#array(depth + 1);
      case QUOTE:
        return this.#string() !== undefined;
      case 0x74:
        return this.#word("true");
      case 0x66:
        return this.#word("false");
      case 0x6e:
        return this.#word("null");
      default:
        return this.#number();
    }
  }

  #object(depth: number, holder: string | undefined): boolean {
    if (depth > this.#options.maxDepth) return this.#tooDeep();
    const { maxCrowd = Number.POSITIVE_INFINITY } = this.#options;
    const keys = new KeySet();
    this.#at++;
    this.#skipSpace();
    if (this.#take(CLOSE_BRACE)) return true;
    for (;;) {
      const start = this.#at;
      if (this.#text.charCodeAt(start) !== QUOTE) return this.#fail(`expected a key, found ${this.#here()}`);
      const key = this.#string();
      if (key === undefined) return false;
      const refusal = keys.refusal(key, this.#options.anyKey === true ? undefined : { holder });
      if (refusal !== undefined) return this.#failIn(key, start, refusal);
      if (keys.size > FEW_MEMBERS && ++this.#crowd > maxCrowd)
        return this.#fail(
          `objects have too many members: at most ${maxCrowd} in objects of more than ${FEW_MEMBERS}`,
          start,
        );
      this.#skipSpace();
      if (!this.#take(COLON)) return this.#fail(`expected \`:\`, found ${this.#here()}`);
      if (!this.#value(depth, key)) return this.#within(key);
      this.#skipSpace();
      if (this.#take(CLOSE_BRACE)) return true;
      if (!this.#take(COMMA)) return this.#fail(`expected \`,\` or \`}\`, found ${this.#here()}`);
      this.#skipSpace();
    }
  }

  #array(depth: number): boolean {
    if (depth > this.#options.maxDepth) return this.#tooDeep();
    this.#at++;
    this.#skipSpace();
    if (this.#take(CLOSE_BRACKET)) return true;
    for (let index = 0; ; index++) {
      if (!this.#value(depth, undefined)) return this.#within(String(index));
      this.#skipSpace();
      if (this.#take(CLOSE_BRACKET)) return true;
      if (!this.#take(COMMA)) return this.#fail(`expected \`,\` or \`]\`, found ${this.#here()}`);
    }
  }

  /** Returns the text of the string that begins here, without escapes, or undefined if it is malformed. */
  #string(): string | undefined {
    // Most of a body is inside its texts, so this loop uses only local variables.
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    let escaped = false;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) break;
      if (unit === BACKSLASH) {
        ESCAPE.lastIndex = at;
        if (!ESCAPE.test(text)) return this.#failText("unknown escape in a text", at);
        at = ESCAPE.lastIndex;
        escaped = true;
      } else if (unit >= 0x20) at++;
      else
        return this.#failText(Number.isNaN(unit) ? "a text has no end" : "a control character in a text", at);
    }
    this.#at = at + 1;
    const raw = text.slice(start, at);
    if (!escaped) return raw;
    const plain: string = JSON.parse(`"${raw}"`);
    if (this.#options.exact && LONE_SURROGATE.test(plain)) {
      return this.#failText("half of a surrogate pair in a text", start);
    }
    return plain;
  }

  #number(): boolean {
    NUMBER.lastIndex = this.#at;
    if (!NUMBER.test(this.#text)) return this.#fail(`expected a value, found ${this.#here()}`);
    const start = this.#at;
    this.#at = NUMBER.lastIndex;
    if (this.#at - start <= ALWAYS_EXACT) return true;
    const literal = this.#text.slice(start, this.#at);
    const number = Number(literal);
    if (!Number.isFinite(number)) return this.#fail("the number is too large", start);
    if (this.#options.exact && !Number.isSafeInteger(number) && INTEGER.test(literal)) {
      return this.#fail("the integer is beyond 2^53 and cannot be read exactly; send it as text", start);
    }
    if (this.#options.exact && !isExactNumber(literal)) {
      return this.#fail("the number cannot be read exactly; send fewer digits, or text", start);
    }
    return true;
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return this.#fail(`expected a value, found ${this.#here()}`);
    this.#at += word.length;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at++;
    }
  }

  #take(unit: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== unit) return false;
    this.#at++;
    return true;
  }

  #tooDeep(): false {
    return this.#fail(`nested deeper than ${this.#options.maxDepth} levels`);
  }

  #fail(message: string, offset = this.#at): false {
    this.#mistake ??= { offset, message };
    return false;
  }

  #failText(message: string, offset: number): undefined {
    this.#fail(message, offset);
    return undefined;
  }

  #failIn(key: string, offset: number, message: string): false {
    this.#within(key);
    return this.#fail(message, offset);
  }

  #within(step: string): false {
    this.#path.push(`/${escapePointer(step)}`);
    return false;
  }

  #here(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return "the end";
    const printable = point > 0x20 && point < 0x7f;
    return printable
      ? `\`${String.fromCodePoint(point)}\``
      : `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  }
}

/** The keys of one object so far. */
class KeySet {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  get size(): number {
    return this.#many?.size ?? this.#few.length;
  }

  /** Returns why `key` may not be in this object, or undefined after adding it. Without `within` any key is accepted once. */
  refusal(key: string, within: { readonly holder: string | undefined } | undefined): string | undefined {
    if (within !== undefined) {
      if (key === "__proto__") return "this key is not allowed";
      // The other path to an object's prototype: { "constructor": { "prototype": … } }.
      if (key === "prototype" && within.holder === "constructor") return "this key is not allowed here";
    }
    if (this.#many === undefined && this.#few.length === FEW_KEYS) this.#many = new Set(this.#few);
    if (this.#many?.has(key) ?? this.#few.includes(key)) return "this key appears twice in one object";
    if (this.#many === undefined) this.#few.push(key);
    else this.#many.add(key);
    return undefined;
  }
}
