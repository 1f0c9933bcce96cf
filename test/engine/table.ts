/** Truth tables as text: a reader checks them by eye, a test runs each row. */

/** The rows of a table, each a record by column. A row that has more or fewer cells than the head is a mistake of the table. */
export function rowsOf<Column extends string>(text: string): readonly Readonly<Record<Column, string>>[] {
  const [head, , ...rows] = text.trim().split("\n").map(cellsOf);
  if (head === undefined || rows.length === 0) throw new Error("a table has a head, a line, and rows");
  return rows.map((cells) => {
    if (cells.length !== head.length) throw new Error(`not a row of this table: ${cells.join(" | ")}`);
    return Object.fromEntries(head.map((column, at) => [column, cells[at]])) as Record<Column, string>;
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The words of a cell; `-` is none. */
export function wordsOf(cell: string): readonly string[] {
  return cell === "-" ? [] : cell.split(/\s*,\s*/);
}
