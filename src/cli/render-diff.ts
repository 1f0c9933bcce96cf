/** Renders changes of a text as a unified diff that `patch` accepts. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { visibleText } from "../diagnostics/visible-text.js";

/** More changed lines than this are shown as one change of the whole text, because finding a minimal diff takes quadratic time. */
const MAX_CHANGES = 3_000;
const CONTEXT = 3;

/**
 * Returns the diff between two different texts. For a terminal it has colour and invisible characters are escaped;
 * otherwise every byte is kept.
 */
export function renderDiff(
  path: string,
  before: string,
  after: string,
  forEyes: { readonly colour: boolean } | undefined,
): string {
  const options = { context: CONTEXT, maxEditLength: MAX_CHANGES, headerOptions: FILE_HEADERS_ONLY };
  const name = visibleText(path);
  const patch =
    createTwoFilesPatch(name, name, before, after, undefined, undefined, options) ??
    `--- ${name}\n+++ ${name}\n${wholeHunk(before, after)}`;
  if (forEyes === undefined) return patch;
  const lines = patch.replace(/\n$/, "").split("\n").map(seen);
  return `${lines.map((line, index) => (forEyes.colour ? coloured(line, index) : line)).join("\n")}\n`;
}

function wholeHunk(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  const range = (lines: readonly string[]) => `${lines.length === 0 ? 0 : 1},${lines.length}`;
  const marked = (sign: string, lines: readonly string[], text: string) =>
    lines.map((line) => `${sign}${line}\n`).join("") +
    (text === "" || text.endsWith("\n") ? "" : "\\ No newline at end of file\n");
  return `@@ -${range(old)} +${range(now)} @@\n${marked("-", old, before)}${marked("+", now, after)}`;
}

function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

function seen(line: string): string {
  return line.split("\t").map(visibleText).join("\t");
}

/** Colours as in `git diff`: headers bold, positions cyan, removed lines red, added lines green. */
function coloured(line: string, index: number): string {
  const code = index < 2 ? "1" : { "@": "36", "-": "31", "+": "32" }[line.charAt(0)];
  return code === undefined ? line : `\u001b[${code}m${line}\u001b[0m`;
}
