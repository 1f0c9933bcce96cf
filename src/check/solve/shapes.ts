/** What patterns show about a text: which of them it matches, and which it does not. */
import { compileLike, type Separator } from "../../values/like.js";
import { under } from "../../values/path.js";

/** A glob, or a folder that contains a path; `holds` states whether the text matches. */
export type Shape =
  | {
      readonly kind: "like";
      readonly pattern: string;
      readonly separator: Separator;
      readonly holds: boolean;
    }
  | { readonly kind: "under"; readonly root: string; readonly holds: boolean };

/** Whether a text has the shape. */
export function fits(text: string, shape: Shape): boolean {
  const matches =
    shape.kind === "under" ? under(text, shape.root) : compileLike(shape.pattern, shape.separator)(text);
  return matches === shape.holds;
}

/** Whether no text has both shapes. `false` means "not known". */
export function exclude(a: Shape, b: Shape): boolean {
  if (a.holds && b.holds) return excludeEachOther(a, b);
  if (a.holds) return implies(a, b);
  return b.holds && implies(b, a);
}

function excludeEachOther(a: Shape, b: Shape): boolean {
  if (a.kind === "under" && b.kind === "under") return !under(a.root, b.root) && !under(b.root, a.root);
  const [first, second] = [beginningOf(a), beginningOf(b)];
  if (!first.startsWith(second) && !second.startsWith(first)) return true;
  const [last, other] = [endOf(a), endOf(b)];
  return !last.endsWith(other) && !other.endsWith(last);
}

/** Whether every match of `a` also matches `b`, judged by beginnings and ends only. */
function implies(a: Shape, b: Shape): boolean {
  if (b.kind === "under") {
    if (a.kind === "under") return under(a.root, b.root);
    return beginningOf(a).startsWith(b.root === "/" ? "/" : `${b.root}/`);
  }
  const { pattern } = b;
  if (pattern === "**") return true;
  if (a.kind === "like" && a.pattern === pattern && a.separator === b.separator) return true;
  if (/^[^*]*\*\*$/.test(pattern)) return beginningOf(a).startsWith(pattern.slice(0, -2));
  return /^\*\*[^*]*$/.test(pattern) && endOf(a).endsWith(pattern.slice(2));
}

/** The prefix of every text that has the shape. */
function beginningOf(shape: Shape): string {
  if (shape.kind === "under") return shape.root;
  const star = shape.pattern.indexOf("*");
  return star === -1 ? shape.pattern : shape.pattern.slice(0, star);
}

function endOf(shape: Shape): string {
  return shape.kind === "under" ? "" : shape.pattern.slice(shape.pattern.lastIndexOf("*") + 1);
}
