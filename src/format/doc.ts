/**
 * A text that can be laid out in more than one way: the algebra of Wadler's "A prettier printer", reduced to what the
 * language needs.
 */
export type Doc = string | readonly Doc[] | Line | Group | Indent | Align | Choice | Comment;

/** A possible line break: `flat` if its group fits on one line, else a new line, after an empty one if `blank`. */
export interface Line {
  readonly kind: "line";
  readonly flat: string;
  readonly blank: boolean;
  /** If true, it breaks regardless of its group, and makes the group break. */
  readonly hard: boolean;
}
/** A part in which either all own lines break or none does. */
export interface Group {
  readonly kind: "group";
  readonly name: GroupName | undefined;
  readonly body: Doc;
  readonly broken: boolean;
}
/** Identifies a group, so that a `Choice` elsewhere can depend on it. */
export type GroupName = symbol;
/** Lines in it are indented by two more columns. */
export interface Indent {
  readonly kind: "indent";
  readonly body: Doc;
}
/** Lines in it start at the column at which it starts. */
export interface Align {
  readonly kind: "align";
  readonly body: Doc;
}
/** One text if the group is broken, another if it is flat; without a name, the group that contains it. */
export interface Choice {
  readonly kind: "choice";
  readonly group: GroupName | undefined;
  readonly broken: Doc;
  readonly flat: Doc;
}
/** A `//` comment, printed at the end of the current line; its group must break. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
}

/** A blank, or a new line. */
export const line: Line = { kind: "line", flat: " ", blank: false, hard: false };
/** Nothing, or a new line. */
export const softline: Line = { kind: "line", flat: "", blank: false, hard: false };

/** Returns a line that always breaks. */
export function hardline(blank = false): Line {
  return { kind: "line", flat: "", blank, hard: true };
}

/** Returns a group that breaks if it does not fit, if `broken` is true, or if something in it must break. */
export function group(
  body: Doc,
  options: { readonly broken?: boolean; readonly name?: GroupName } = {},
): Group {
  return { kind: "group", name: options.name, body, broken: options.broken === true || forcesBreak(body) };
}

/** Returns the body, indented by two columns. */
export function indent(body: Doc): Indent {
  return { kind: "indent", body };
}

/** Returns the body with its lines aligned under its first column. */
export function align(body: Doc): Align {
  return { kind: "align", body };
}

/** Returns `broken` or `flat`, depending on how the named group (or the one that contains it) is printed. */
export function choice(broken: Doc, flat: Doc, name?: GroupName): Choice {
  return { kind: "choice", group: name, broken, flat };
}

/** Returns documents with a separator between neighbours. */
export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return docs.map((doc, index) => (index === 0 ? doc : [separator, doc]));
}

/** Reports whether something in a document cannot be printed on one line. */
export function forcesBreak(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (isSequence(doc)) return doc.some(forcesBreak);
  switch (doc.kind) {
    case "line":
      return doc.hard;
    case "group":
      return doc.broken;
    case "indent":
    case "align":
      return forcesBreak(doc.body);
    case "choice":
      return forcesBreak(doc.flat);
    case "comment":
      return true;
  }
}

/** Returns a document on one line, ignoring forced breaks; only for documents without comments. */
export function flatText(doc: Doc): string {
  if (typeof doc === "string") return doc;
  if (isSequence(doc)) return doc.map(flatText).join("");
  switch (doc.kind) {
    case "line":
      return doc.flat;
    case "choice":
      return flatText(doc.flat);
    case "comment":
      return "";
    default:
      return flatText(doc.body);
  }
}

/** Reports whether a document is a sequence of documents. */
export function isSequence(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
