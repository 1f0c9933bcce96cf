/** What a terminal or a reader would not see as it stands: controls, format and bidi characters, fillers. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text with everything unseen written as the language writes it, `\n` or `\u{202e}`: safe for a terminal,
 * and honest about text that reads in another order than it is stored.
 *
 * The result is for eyes only; it is not reversible, since a backslash of the author's stays as it is.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** The same for a text of several lines, whose line ends stay. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visibleText).join("\n");
}

function escapeOf(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The same for a JSON document: unseen characters as `\uXXXX`, which a JSON parser reads back unchanged. */
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
