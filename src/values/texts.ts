/** Collects every text inside a value, for rules that search for a word anywhere. */
import type { Type, Value } from "./type.js";

/** Values with more texts than this, or more UTF-8 bytes in total, are not searched. */
export const MAX_TEXTS = 4096;
/** One mebibyte. */
export const MAX_TEXT_BYTES = 1_048_576;

/**
 * Returns the texts of a value, including advisory fields and the keys of maps and JSON objects; undefined beyond the
 * limits. Addresses are in their normal form. Names that a type declares, numbers and times are not texts.
 */
export function textsIn(type: Type, value: Value): readonly string[] | undefined {
  const found = new FoundTexts();
  found.add(type, value);
  return found.isWhole ? found.texts : undefined;
}

class FoundTexts {
  readonly texts: string[] = [];
  isWhole = true;
  #bytes = 0;

  add(type: Type, value: Value | undefined): void {
    if (value === undefined || !this.isWhole) return;
    switch (type.kind) {
      case "text":
      case "union":
      case "domain":
      case "path":
      case "label":
        this.#text(value as string);
        return;
      case "email":
      case "url":
      case "ip":
        this.#text((value as { readonly text: string }).text);
        return;
      case "list":
      case "set":
        for (const item of value as readonly Value[]) this.add(type.of, item);
        return;
      case "map":
        for (const [key, item] of value as ReadonlyMap<string, Value>) {
          this.#text(key);
          this.add(type.of, item);
        }
        return;
      case "record": {
        const record = value as Readonly<Record<string, Value | undefined>>;
        for (const { name, type: of } of type.fields) this.add(of, record[name]);
        return;
      }
      case "json":
        this.#json(value);
        return;
      default:
    }
  }

  #text(text: string): void {
    this.#bytes += Buffer.byteLength(text, "utf8");
    if (this.texts.length === MAX_TEXTS || this.#bytes > MAX_TEXT_BYTES) this.isWhole = false;
    else this.texts.push(text);
  }

  /** The reader of JSON limits its depth to 64 levels, so recursion is safe. */
  #json(value: unknown): void {
    if (!this.isWhole) return;
    if (typeof value === "string") {
      this.#text(value);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) this.#json(item);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      this.#text(key);
      this.#json(item);
    }
  }
}
