import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Source } from "../source/source.js";
import type { File } from "../syntax/ast.js";
import { format } from "./format.js";
import { isSameTree } from "./same-tree.js";

/** How `formatSource` parses: returns the tree and the diagnostics. */
export type Parse = (source: Source) => { readonly file: File; readonly diagnostics: readonly Diagnostic[] };

/**
 * The result of formatting: the canonical text, the errors that prevent it, or a refusal. A refusal is a fault of the
 * formatter: its text would have changed the meaning or lost a comment.
 */
export type Formatted =
  | { readonly kind: "formatted"; readonly text: string; readonly changed: boolean }
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "refused"; readonly reason: string };

/** Formats a source and verifies the result: the text is parsed again and must have the same tree and comments. */
export function formatSource(source: Source, parse: Parse): Formatted {
  const { file, diagnostics } = parse(source);
  if (hasErrors(diagnostics)) return { kind: "invalid", diagnostics };
  const text = format(file, source);
  const reason = whyNot(source, file, new Source(source.path, text), parse);
  if (reason !== undefined) return { kind: "refused", reason };
  return { kind: "formatted", text, changed: text !== source.text };
}

function whyNot(before: Source, file: File, after: Source, parse: Parse): string | undefined {
  const again = parse(after);
  if (hasErrors(again.diagnostics)) return "the formatted text does not parse";
  if (!isSameTree(file, again.file)) return "the formatted text means something else";
  const kept = commentsOf(again.file, after);
  const same = commentsOf(file, before).join("\n") === kept.join("\n");
  return same ? undefined : "the formatted text lacks a comment";
}

/** Returns the texts of all comments in any order: a comment inside a clause may have moved above it. */
function commentsOf(file: File, source: Source): readonly string[] {
  return file.comments.map((comment) => source.slice(comment.span).trimEnd()).sort();
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === "error");
}
