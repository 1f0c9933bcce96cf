/** The page of the language reference, read: its code blocks, and its tables by section. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One row of a table: the cells by their column's title, code spans as written. */
export interface Row {
  readonly section: string;
  /** Code spans of the first column. */
  readonly names: readonly string[];
  readonly cells: Readonly<Record<string, string>>;
}

const page = readFileSync(join(import.meta.dirname, "../../grammar/reference.md"), "utf8");

/** The blocks of policy text, in the order of the page. */
export const blocks: readonly string[] = [...page.matchAll(/^```writ\n(.*?)^```$/gms)].map(
  ([, text = ""]) => text,
);

/** Every row of every table. */
export const rows: readonly Row[] = page
  .split(/^#+ /m)
  .slice(1)
  .flatMap((text) => rowsOf(text.slice(0, text.indexOf("\n")), text));

function rowsOf(section: string, text: string): readonly Row[] {
  const [header, , ...body] = text
    .split("\n")
    .filter((line) => line.startsWith("| ") || line.startsWith("|-"));
  const titles = cellsOf(header ?? "");
  return body.map((line) => {
    const cells = cellsOf(line);
    if (cells.length !== titles.length) throw new Error(`${section}: a cell too many or too few in ${line}`);
    return {
      section,
      names: codeOf(cells[0] ?? ""),
      cells: Object.fromEntries(titles.map((title, index) => [title, cells[index] ?? ""])),
    };
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** The code spans of a cell. */
export function codeOf(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The rows of some sections; at least one each. */
export function rowsIn(...sections: readonly string[]): readonly Row[] {
  const found = rows.filter((row) => sections.includes(row.section));
  for (const section of sections)
    if (!found.some((row) => row.section === section)) throw new Error(`no table below ${section}`);
  return found;
}
