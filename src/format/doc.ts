/**
 * A text that can be laid out in more than one way: the algebra of Wadler's "A prettier printer", as far as
 * the language needs it.
 */
export type Doc = string | readonly Doc[] | Line | Group | Indent | Align | Choice | Comment;

/** A place to break: `flat` where its group fits on one line, else a new line, after an empty one if `blank`. */
export interface Line {
  readonly kind: "line";
  readonly flat: string;
  readonly blank: boolean;
  /** Breaks whatever its group says, and makes its group break. */
  readonly hard: boolean;
}
/** What is broken at all of its own lines or at none. */
export interface Group {
  readonly kind: "group";
  readonly name: GroupName | undefined;
  readonly body: Doc;
  readonly broken: boolean;
}
/** By this others ask whether a group was broken. */
export type GroupName = symbol;
/** Lines in it begin two columns further in. */
export interface Indent {
  readonly kind: "indent";
  readonly body: Doc;
}
/** Lines in it begin at the column where it begins. */
export interface Align {
  readonly kind: "align";
  readonly body: Doc;
}
/** One text where the group is broken, another where it is flat; without a name, the group it stands in. */
export interface Choice {
  readonly kind: "choice";
  readonly group: GroupName | undefined;
  readonly broken: Doc;
  readonly flat: Doc;
}
/** A `//` comment that stands at the end of the line it is met on; its group must break. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
}

/** A blank, or a new line. */
export const line: Line = { kind: "line", flat: " ", blank: false, hard: false };
/** Nothing, or a new line. */
export const softline: Line = { kind: "line", flat: "", blank: false, hard: false };

/** A new line in any case. */
export function hardline(blank = false): Line {
  return { kind: "line", flat: "", blank, hard: true };
}

/** A group that breaks where it does not fit, where `broken` says so, or where something in it must break. */
export function group(
  body: Doc,
  options: { readonly broken?: boolean; readonly name?: GroupName } = {},
): Group {
  return { kind: "group", name: options.name, body, broken: options.broken === true || forcesBreak(body) };
}

/** The body two columns further in. */
export function indent(body: Doc): Indent {
  return { kind: "indent", body };
}

/** The body with its lines under its first column. */
export function align(body: Doc): Align {
  return { kind: "align", body };
}

/** `broken` or `flat`, as the named group (or the one it stands in) is printed. */
export function choice(broken: Doc, flat: Doc, name?: GroupName): Choice {
  return { kind: "choice", group: name, broken, flat };
}

/** Documents with a separator between each two. */
export function join(separator: Doc, docs: readonly Doc[]): Doc {
  return docs.map((doc, index) => (index === 0 ? doc : [separator, doc]));
}

/** Whether something in a document cannot stand on one line. */
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

/** A document on one line, whatever it asks for; only for what holds no comments. */
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

/** Whether a document is a sequence of documents. */
export function isSequence(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
