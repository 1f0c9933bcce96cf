/** Diagnostics for files that look like policies and are not read. */
import { diagnostic } from "../diagnostics/catalogue.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Source } from "../source/source.js";
import { parse } from "../syntax/parse.js";
import { isInside } from "./folder.js";
import type { LeftOut } from "./left-out.js";
import { BUNDLE_LIMITS } from "./limits.js";
import { readTextFile } from "./read-file.js";

/**
 * Returns an error for each file left out that declares something or cannot be read to the end, and a warning for a
 * file that declares nothing and for folders that belong to packages or were not searched.
 */
export function leftOutDiagnostics(leftOut: readonly LeftOut[], root: string): Diagnostic[] {
  const files = leftOut.filter(({ kind }) => kind === "file");
  const looked = files.slice(0, BUNDLE_LIMITS.leftOut);
  const more = files.length - looked.length;
  return [
    ...leftOut.filter(({ kind }) => kind !== "file").map(({ path, why }) => warning(path, why)),
    ...looked.map((file) => fileDiagnostic(file, root)),
    ...(more === 0 ? [] : [error(".", `${more} more files that look like policies are left out`)]),
  ];
}

function fileDiagnostic({ path, real, why }: LeftOut, root: string): Diagnostic {
  if (!isInside(root, real)) return error(path, "a link to what looks like a policy, out of the bundle");
  const file = readTextFile(real);
  if (!("text" in file)) return error(path, `left out, and it cannot be read: ${why}`);
  const { file: tree, diagnostics } = parse(new Source(path, file.text));
  const isEmpty = tree.items.length === 0 && diagnostics.length === 0;
  if (isEmpty) return warning(path, `left out, and it declares nothing: ${why}`);
  return error(path, `left out although it looks like a policy: ${why}`);
}

function error(path: string, message: string): Diagnostic {
  return diagnostic("W7006", { file: path, start: 0, end: 0 }, message, { help: HELP });
}

function warning(path: string, message: string): Diagnostic {
  return diagnostic("W7007", { file: path, start: 0, end: 0 }, message, { help: HELP });
}

const HELP = "move it out of the bundle's folder, or give it a plain name that ends in `.writ`";
