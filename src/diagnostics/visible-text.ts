/** Characters that a terminal or a reader does not see: controls, format and bidi characters, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text with everything invisible written as the language writes it, `\n` or `\u{202e}`: safe for a terminal, and it
 * reveals text that is displayed in another order than it is stored.
 *
 * The result is for display only. It is not reversible, because the author's backslashes stay as they are.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** The same for a text of several lines; line ends are kept. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}

function escapeOf(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The same for a JSON document: invisible characters as `\uXXXX`, which a JSON parser reads back unchanged. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character === "\n"
      ? character
      : Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
  );
}
