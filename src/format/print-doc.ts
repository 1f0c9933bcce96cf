import { displayWidth } from "../diagnostics/display-width.js";
import { type Doc, type GroupName, isSequence } from "./doc.js";

/** The maximum width of a line without its comment. */
export const WIDTH = 120;

/** One line of output; its trailing comment is aligned later. */
export interface PrintedLine {
  readonly text: string;
  readonly comment: string | undefined;
}

type Mode = "flat" | "broken";
interface Command {
  readonly indent: number;
  readonly mode: Mode;
  readonly doc: Doc;
}

/** Lays a document out in lines of at most `WIDTH` columns, if its groups allow it. */
export function printDoc(doc: Doc): readonly PrintedLine[] {
  const page = new Page();
  const modes = new Map<GroupName, Mode>();
  const stack: Command[] = [{ indent: 0, mode: "broken", doc }];
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { indent, mode, doc: next } = command;
    if (typeof next === "string") page.write(next);
    else if (isSequence(next)) pushAll(stack, next, indent, mode);
    else
      switch (next.kind) {
        case "line":
          if (mode === "flat" && !next.hard) page.write(next.flat);
          else page.newLine(indent, next.blank);
          break;
        case "group": {
          const chosen: Mode = !next.broken && fits(page.column, next.body, stack, modes) ? "flat" : "broken";
          if (next.name !== undefined) modes.set(next.name, chosen);
          stack.push({ indent, mode: chosen, doc: next.body });
          break;
        }
        case "indent":
          stack.push({ indent: indent + 2, mode, doc: next.body });
          break;
        case "align":
          stack.push({ indent: page.column, mode, doc: next.body });
          break;
        case "choice":
          stack.push({ indent, mode, doc: chosenOf(next, mode, modes) });
          break;
        case "comment":
          page.comment(next.text);
          break;
      }
  }
  return page.lines();
}

function chosenOf(
  doc: { readonly group: GroupName | undefined; readonly broken: Doc; readonly flat: Doc },
  mode: Mode,
  modes: ReadonlyMap<GroupName, Mode>,
): Doc {
  const asked = doc.group === undefined ? mode : (modes.get(doc.group) ?? "flat");
  return asked === "broken" ? doc.broken : doc.flat;
}

function pushAll(stack: Command[], docs: readonly Doc[], indent: number, mode: Mode): void {
  for (let index = docs.length - 1; index >= 0; index--) {
    stack.push({ indent, mode, doc: docs[index] as Doc });
  }
}

/**
 * Reports whether a body fits flat on the rest of the line, with everything after it up to the next possible break.
 *
 * A later group counts as broken: it is laid out on its own, and on the next run the author may have broken it.
 */
function fits(
  column: number,
  body: Doc,
  rest: readonly Command[],
  modes: ReadonlyMap<GroupName, Mode>,
): boolean {
  let room = WIDTH - column;
  let following = rest.length;
  const stack: Command[] = [{ indent: 0, mode: "flat", doc: body }];
  while (room >= 0) {
    const command = stack.pop() ?? rest[--following];
    if (command === undefined) return true;
    const { mode, doc } = command;
    if (typeof doc === "string") room -= displayWidth(doc);
    else if (isSequence(doc)) pushAll(stack, doc, 0, mode);
    else
      switch (doc.kind) {
        case "line":
          if (mode === "broken" || doc.hard) return true;
          room -= doc.flat.length;
          break;
        case "group":
          stack.push({ indent: 0, mode: doc.broken ? "broken" : mode, doc: doc.body });
          break;
        case "indent":
        case "align":
          stack.push({ indent: 0, mode, doc: doc.body });
          break;
        case "choice":
          stack.push({ indent: 0, mode, doc: chosenOf(doc, mode, modes) });
          break;
        case "comment":
          break;
      }
  }
  return false;
}

/** The lines so far and the one being written. */
class Page {
  readonly #done: PrintedLine[] = [];
  #text = "";
  #column = 0;
  #comments: string[] = [];

  get column(): number {
    return this.#column;
  }

  write(text: string): void {
    this.#text += text;
    this.#column += displayWidth(text);
  }

  comment(text: string): void {
    this.#comments.push(text);
  }

  newLine(indent: number, blank: boolean): void {
    this.#endLine();
    if (blank) this.#done.push({ text: "", comment: undefined });
    this.#text = " ".repeat(indent);
    this.#column = indent;
  }

  lines(): readonly PrintedLine[] {
    this.#endLine();
    return this.#done;
  }

  /** A line ends in one comment. Any other comment on it is printed on the next line, so none is lost. */
  #endLine(): void {
    const [first, ...others] = this.#comments;
    this.#done.push({ text: this.#text.trimEnd(), comment: first });
    const margin = /^ */.exec(this.#text)?.[0] ?? "";
    for (const other of others) this.#done.push({ text: margin + other, comment: undefined });
    this.#comments = [];
  }
}
