/** Escapes texts for Markdown. */

/** Returns a code span. It may contain any text: a longer fence keeps backticks in it literal. */
export function codeSpan(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text.replace(/\s+/g, " ")}${pad}${fence}`;
}

/** Returns words outside of a code span. */
export function plainText(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>#|]/g, "\\$&");
}

/** Returns a table; cells are Markdown already, the head is not. */
export function markdownTable(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(keepBar).join(" | ")} |`;
  return [line(head.map(plainText)), `|${head.map(() => "---").join("|")}|`, ...body.map(line)];
}

/** A bar ends a cell even in a code span, unless it is escaped. */
function keepBar(cell: string): string {
  return cell.replace(/(?<!\\)\|/g, "\\|");
}
