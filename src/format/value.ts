import type { Literal, RecordValue, Value } from "../syntax/ast.js";
import type { Doc } from "./doc.js";
import { type Entry, enclose, LIST, RECORD } from "./enclose.js";
import type { Original } from "./original.js";

/**
 * Characters that a reader would not see are escaped, so that a text never differs from what it shows. Joiners and
 * variation selectors are kept where they belong: in emoji and in scripts beyond ASCII.
 */
const ESCAPED =
  /["\\\p{Cc}\p{Zl}\p{Zp}]|(?!(?<=(?!\p{ASCII})[\p{L}\p{M}\p{S}])(?:\u200c|\u200d|[\ufe00-\ufe0f]))[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const SHORT: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t" };

/** Returns a text in quotes, with the one canonical escape for each character that needs one. */
export function quoted(text: string): string {
  const inside = text.replace(ESCAPED, (character) => {
    return SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return `"${inside}"`;
}

/** Returns a literal; numbers, durations and times keep the author's spelling. */
export function literalText(literal: Literal): string {
  switch (literal.kind) {
    case "string":
      return quoted(literal.value);
    case "bool":
      return String(literal.value);
    case "number":
    case "duration":
    case "timestamp":
      return literal.raw;
  }
}

/** Returns a value; records and lists take several lines if the author wrote them so or they do not fit. */
export function valueDoc(original: Original, value: Value, head: Doc = ""): Doc {
  switch (value.kind) {
    case "record":
      return recordDoc(original, value, head);
    case "list":
      return enclose(
        original,
        value,
        value.items.map((item) => ({ node: item, start: item.span.start, doc: valueDoc(original, item) })),
        LIST,
        { head },
      );
    case "name":
      return [head, value.name.text];
    case "span":
      return [head, `${timestampText(value.from)} .. ${timestampText(value.to)}`];
    default:
      return [head, literalText(value)];
  }
}

/** Returns a record value; `head` is printed before its brace. */
export function recordDoc(original: Original, record: RecordValue, head: Doc = ""): Doc {
  const entries = record.entries.map(
    (entry): Entry => ({
      node: entry,
      start: entry.span.start,
      doc: [entry.name.text, ": ", valueDoc(original, entry.value)],
    }),
  );
  return enclose(original, record, entries, RECORD, { head });
}

/** Returns a blank and a record, or nothing if there is no record. */
export function optionalRecord(original: Original, record: RecordValue | undefined): Doc {
  return record === undefined ? "" : recordDoc(original, record, " ");
}

/** Returns the canonical spelling of a timestamp: whole seconds, UTC. */
export function timestampText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
