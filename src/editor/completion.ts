/**
 * Returns what may be written at a position.
 *
 * The grammar provides the words of the language. For names, an undeclared name is inserted and the bundle is checked:
 * the kind of declaration that the checker looks up for it is the one that fits. So completion always agrees with the
 * compiler.
 */
import { type CompletionItem, CompletionItemKind } from "vscode-languageserver/node";
import { describeType } from "../check/describe-type.js";
import type { FunctionName, Root } from "../check/program.js";
import type { Reference } from "../check/reference.js";
import { SIMPLE_TYPES, SIZED_TYPES } from "../check/resolve-type.js";
import { FUNCTION_NAMES, ROOT_NAMES } from "../check/roots.js";
import { BUILTIN_MESSAGES } from "../engine/request/refusal.js";
import { keywordsAfter } from "../syntax/keywords-after.js";
import type { Analysis } from "./analysis.js";
import {
  type Cursor,
  closersOf,
  cursorAt,
  namesToTry,
  PLACEHOLDER,
  withPlaceholder,
} from "./completion-cursor.js";
import { CompletionList } from "./completion-list.js";
import { describeRoot } from "./describe.js";
import { lineStart } from "./line-context.js";
import type { Place, Workspace } from "./workspace.js";

/** More items are of no use in a list, and slow to send. */
const MAX_ITEMS = 500;
/** Words that are written in place of names, but are not declared. */
const BESIDE_NAMES: readonly (readonly [before: RegExp, word: string])[] = [
  [/\byields\s+$/, "nothing"],
  [/\b(?:approve|reject)\s+$/, "confirmation"],
];

/** Positions at which a test names a rule: built-in refusals may be named there too. */
const EXPECTS_BY = /\bexpect\s+[a-z-]+\s+by\s+(?:[\w.]+\s*,\s*)*$/;

/** Positions at which a value of a declared type may follow: in a comparison, or as the value of a field. */
const BEFORE_VALUE = /(?:[=!]=|\bin\s*\[(?:[^\]"]|"[^"]*")*|\w\s*:)\s*$/;

/** Returns what may be written at an offset, the words of the language last. */
export function completionsAt(place: Place, offset: number, workspace: Workspace): readonly CompletionItem[] {
  const { text } = place.source;
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const good = workspace.lastGood(place.analysis.root);
  const list = new CompletionList(place, cursor);
  for (const name of namesToTry(text, cursor)) {
    const supposed = new Map([[place.file, withPlaceholder(text, cursor, name)]]);
    const analysis = workspace.suppose(place.analysis.root, supposed);
    const asked = (analysis.references.get(place.file) ?? []).filter((each) =>
      each.text.includes(PLACEHOLDER),
    );
    for (const reference of asked) addFitting(list, reference, analysis, good);
    if (asked.length > 0) break;
  }
  const before = text.slice(lineStart(text, offset), cursor.dotted);
  if (cursor.quoted === undefined && BEFORE_VALUE.test(before)) {
    for (const option of optionsAt(place, text, cursor, before, workspace)) list.quotedOption(option);
  }
  if (cursor.quoted === undefined && EXPECTS_BY.test(before)) {
    for (const [name, message] of Object.entries(BUILTIN_MESSAGES)) list.refusal(`builtin.${name}`, message);
  }
  for (const [beside, word] of BESIDE_NAMES) if (beside.test(before)) list.keyword(word);
  if (cursor.quoted === undefined && text[cursor.word.start - 1] !== ".") {
    for (const word of keywordsAfter(text.slice(0, cursor.word.start))) list.keyword(word);
  }
  return list.items.slice(0, MAX_ITEMS);
}

/** Returns the options of a union that a text in quotes would be checked against at this position. */
function optionsAt(
  place: Place,
  text: string,
  cursor: Cursor,
  before: string,
  workspace: Workspace,
): readonly string[] {
  for (const closers of new Set(["", closersOf(before)])) {
    const supposed = new Map([[place.file, withPlaceholder(text, cursor, `"${PLACEHOLDER}"${closers}`)]]);
    const { references } = workspace.suppose(place.analysis.root, supposed);
    for (const each of references.get(place.file) ?? [])
      if (each.kind === "choice" && each.of === "option" && each.text.includes(PLACEHOLDER))
        return each.options;
  }
  return [];
}

function addFitting(
  list: CompletionList,
  reference: Reference,
  analysis: Analysis,
  good: Analysis | undefined,
): void {
  switch (reference.kind) {
    case "declared":
      list.names(reference.group, analysis);
      if (good !== undefined) list.names(reference.group, good);
      if (reference.group === "type")
        for (const name of [...SIMPLE_TYPES, ...SIZED_TYPES]) list.keyword(name);
      return;
    case "field":
      for (const field of reference.all) list.field(field, analysis);
      return;
    case "choice":
      for (const option of reference.options) list.option(option, reference.of);
      return;
    case "unknown-value":
      for (const { name, type } of reference.variables) {
        list.word(
          name.replace(/^.*\//, "").replace(/~\d+$/, ""),
          CompletionItemKind.Variable,
          describeType(type),
        );
      }
      for (const root of ROOT_NAMES) list.word(root, CompletionItemKind.Variable, describeRoot(root as Root));
      for (const name of FUNCTION_NAMES) list.call(name as FunctionName);
      list.names("values", analysis);
      if (good !== undefined) list.names("values", good);
      return;
    default:
      return;
  }
}
