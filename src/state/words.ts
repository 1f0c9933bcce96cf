/** Sets of words in one text: sorted, separated by single spaces. */

/** Returns `text` with the words of `added`. The order is by Unicode code points on every machine. */
export function addWords(text: string | undefined, added: readonly string[]): string {
  const words = new Set(wordsOf(text ?? ""));
  for (const word of added) words.add(word);
  return [...words].sort(byCodePoint).join(" ");
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** Compares by UTF-8 bytes. `<` compares UTF-16, in which surrogates encode characters above U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Returns the number in a decimal field: 0 if absent, `undefined` if it is not an integer of at most 2^53 - 1. */
export function decimalOf(text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  if (!/^-?[0-9]{1,16}$/.test(text)) return undefined;
  const value = Number(text) + 0;
  return Number.isSafeInteger(value) ? value : undefined;
}
