import type { Span } from "../../source/source.js";
import type { File } from "../../syntax/ast.js";
import { isAscii } from "../../syntax/parse.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";

const OUTSIDE_ASCII = /[^\0-\x7f]/;
const WORDS = /\p{L}+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones. */
const LOOKALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;

/**
 * Warns of words that mix scripts, which readers mistake for other words: `раypal` with Cyrillic first letters is not
 * `paypal`.
 */
export function keepScriptsApart(bundle: Bundle, _program: Program, files: readonly File[]): void {
  for (const file of files) {
    if (isAscii(file)) continue;
    for (const { text, span } of textsIn(file.items)) {
      for (const [word] of text.matchAll(WORDS)) {
        if (!LATIN.test(word) || !LOOKALIKE.test(word)) continue;
        bundle.problems.add(messages.mixedScripts(word, span));
        break;
      }
    }
  }
}

/** Every text that an author wrote, anywhere in the file. It does not recurse, because trees may be deep. */
function* textsIn(items: unknown): Iterable<{ readonly text: string; readonly span: Span }> {
  const rest: unknown[] = [items];
  while (rest.length > 0) {
    const node = rest.pop();
    if (typeof node !== "object" || node === null) continue;
    if (Array.isArray(node)) {
      for (const item of node) rest.push(item);
      continue;
    }
    if (
      "value" in node &&
      "span" in node &&
      typeof node.value === "string" &&
      OUTSIDE_ASCII.test(node.value)
    ) {
      yield { text: node.value, span: node.span as Span };
    }
    for (const name in node) if (name !== "span") rest.push((node as Record<string, unknown>)[name]);
  }
}
