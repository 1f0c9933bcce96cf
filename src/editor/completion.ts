/**
 * What may be written at a place.
 *
 * The grammar says which words of the language fit. For names, a name that nobody declares is put there and the bundle
 * is checked: whatever the checker then looks it up as is what belongs there. So completion knows what the compiler knows,
 * and nothing of its own.
 */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Range,
} from "vscode-languageserver/node";
import { describeType } from "../check/describe-type.js";
import type { Entry, NameGroup } from "../check/names.js";
import type { FunctionName, NameSpace, Root } from "../check/program.js";
import type { Reference } from "../check/reference.js";
import { SIMPLE_TYPES, SIZED_TYPES } from "../check/resolve-type.js";
import { FUNCTION_NAMES, ROOT_NAMES } from "../check/roots.js";
import { BUILTIN_MESSAGES } from "../engine/refusal.js";
import { keywordsAfter } from "../syntax/keywords-after.js";
import type { FieldType } from "../values/type.js";
import type { Analysis } from "./analysis.js";
import { describeEntry, describeField, describeFunction, describeRoot } from "./describe.js";
import { lineContext, lineStart } from "./line-context.js";
import { rangeOf } from "./positions.js";
import type { Place, Workspace } from "./workspace.js";

/** More than these are of no use in a list, and slow to send. */
const MOST_ITEMS = 500;
/** A name that no author writes; it is one where a type's name belongs too, as far as the checker goes. */
const NOBODY = "zz_completed_here";

/** Words that stand in the place of names, and are declared by nobody. */
const BESIDE_NAMES: readonly (readonly [before: RegExp, word: string])[] = [
  [/\byields\s+$/, "nothing"],
  [/\b(?:approve|reject)\s+$/, "confirmation"],
];

/** Where a test names what decided: refusals that no policy declares may stand there as well. */
const EXPECTS_BY = /\bexpect\s+[a-z-]+\s+by\s+(?:[\w.]+\s*,\s*)*$/;

/** Where a value of a declared type may follow: compared with something, or given to a field. */
const BEFORE_VALUE = /(?:[=!]=|\bin\s*\[(?:[^\]"]|"[^"]*")*|\w\s*:)\s*$/;

/** The cursor in its text: the word around it, the dotted name around that, and the text in quotes if it stands in one. */
interface Cursor {
  readonly word: { readonly start: number; readonly end: number };
  readonly dotted: number;
  readonly quoted: { readonly start: number; readonly end: number; readonly closed: boolean } | undefined;
}

/** What may stand at an offset, the words of the language last. */
export function completionsAt(place: Place, offset: number, workspace: Workspace): readonly CompletionItem[] {
  const { text } = place.source;
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return [];
  const good = workspace.lastGood(place.analysis.root);
  const list = new List(place, cursor);
  for (const name of namesToTry(text, cursor)) {
    const supposed = new Map([[place.file, withNobody(text, cursor, name)]]);
    const analysis = workspace.suppose(place.analysis.root, supposed);
    const asked = (analysis.references.get(place.file) ?? []).filter((each) => each.text.includes(NOBODY));
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
  return list.items.slice(0, MOST_ITEMS);
}

/** Options of a union that a text in quotes would be checked against here, though none is begun yet. */
function optionsAt(
  place: Place,
  text: string,
  cursor: Cursor,
  before: string,
  workspace: Workspace,
): readonly string[] {
  for (const closers of new Set(["", closersOf(before)])) {
    const supposed = new Map([[place.file, withNobody(text, cursor, `"${NOBODY}"${closers}`)]]);
    const { references } = workspace.suppose(place.analysis.root, supposed);
    for (const each of references.get(place.file) ?? [])
      if (each.kind === "choice" && each.of === "option" && each.text.includes(NOBODY)) return each.options;
  }
  return [];
}

/** Undefined inside a comment. */
function cursorAt(text: string, offset: number): Cursor | undefined {
  const context = lineContext(text, offset);
  if (context.kind === "comment") return undefined;
  const begin = lineStart(text, offset);
  let start = offset;
  while (start > begin && /[A-Za-z0-9_]/.test(text[start - 1] ?? "")) start--;
  let end = offset;
  while (/[A-Za-z0-9_]/.test(text[end] ?? "")) end++;
  let dotted = start;
  while (dotted > begin && /[A-Za-z0-9_.]/.test(text[dotted - 1] ?? "")) dotted--;
  if (context.kind !== "text") return { word: { start, end }, dotted, quoted: undefined };
  const closing = /^(?:[^"\\\r\n]|\\.)*"/.exec(text.slice(offset, offset + 4096))?.[0];
  const quoted = {
    start: context.quote + 1,
    end: offset + (closing === undefined ? 0 : closing.length - 1),
    closed: closing !== undefined,
  };
  return { word: { start, end }, dotted, quoted };
}

/** What has to follow a name that stands behind a word, where its line ends with it. */
const FOLLOWS: readonly (readonly [before: RegExp, after: string])[] = [
  [/\b(?:approve|reject)\s+$/, ' by "x"'],
  [/\bprior\s+$/, " within 1d same user"],
  [/\bof\s+$/, " in 1d"],
];

/**
 * A name, and what else may have to stand there for it to be one. In a record that is a colon; in a line that is still
 * being written, whatever closes it.
 */
function namesToTry(text: string, { word, dotted, quoted }: Cursor): readonly string[] {
  if (quoted !== undefined) return [NOBODY];
  const before = text.slice(lineStart(text, word.start), dotted);
  const after = /^[^\r\n]*/.exec(text.slice(word.end))?.[0] ?? "";
  const follows = FOLLOWS.find(([pattern]) => pattern.test(before))?.[1] ?? "";
  const closers = after.trim() === "" ? closersOf(before) : "";
  const closed = follows + closers === "" ? [] : [`${NOBODY}${follows}${closers}`, `${NOBODY}: 0${closers}`];
  return [NOBODY, `${NOBODY}: 0`, ...closed];
}

const CLOSERS: { readonly [opener: string]: string } = { "{": "}", "(": ")", "[": "]", "<": ">" };

/** The brackets that close what a line opens; a comparison is no bracket, for a blank stands before it. */
function closersOf(line: string): string {
  const open: string[] = [];
  for (const [bracket] of line.replaceAll(/"(?:[^"\\]|\\.)*"|\s</g, "").matchAll(/[{}()[\]<>]/g)) {
    const closer = CLOSERS[bracket];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === bracket) open.pop();
  }
  return open.slice(-20).toReversed().join("");
}

function withNobody(text: string, { word, quoted }: Cursor, name: string): string {
  if (quoted === undefined) return `${text.slice(0, word.start)}${name}${text.slice(word.end)}`;
  return `${text.slice(0, quoted.start)}${name}${quoted.closed ? "" : '"'}${text.slice(quoted.end)}`;
}

function addFitting(list: List, reference: Reference, analysis: Analysis, good: Analysis | undefined): void {
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

const KINDS: { readonly [space in NameSpace]: CompletionItemKind } = {
  label: CompletionItemKind.EnumMember,
  tag: CompletionItemKind.EnumMember,
  level: CompletionItemKind.EnumMember,
  role: CompletionItemKind.EnumMember,
  type: CompletionItemKind.Struct,
  tool: CompletionItemKind.Method,
  channel: CompletionItemKind.Interface,
  agent: CompletionItemKind.Class,
  data: CompletionItemKind.Constant,
  define: CompletionItemKind.Function,
  approval: CompletionItemKind.Module,
  transaction: CompletionItemKind.Module,
  rule: CompletionItemKind.Event,
  limit: CompletionItemKind.Event,
  exception: CompletionItemKind.Event,
};

/** The items of one answer, each once; what came first stands first. */
class List {
  readonly items: CompletionItem[] = [];
  readonly #seen = new Set<string>();
  readonly #wordRange: Range;
  readonly #nameRange: Range;
  readonly #quoted: boolean;

  constructor({ source }: Place, { word, dotted, quoted }: Cursor) {
    this.#quoted = quoted !== undefined;
    const whole = quoted ?? { start: dotted, end: word.end };
    this.#wordRange = rangeOf(source, quoted ?? word);
    this.#nameRange = rangeOf(source, whole);
  }

  /** Declared names: bare, or in full where two modules have one. */
  names(group: NameGroup, analysis: Analysis): void {
    const { names } = analysis.known;
    for (const entry of names.entries(group)) {
      if (entry.name === NOBODY || entry.name === "") continue;
      const bare = names.find(group, entry.name).kind === "found";
      this.#name(entry, bare ? entry.name : entry.id, analysis);
    }
  }

  #name(entry: Entry, label: string, analysis: Analysis): void {
    this.#add({
      label,
      kind: KINDS[entry.space],
      detail: entry.id === label ? entry.space : `${entry.space} ${entry.id}`,
      documentation: { kind: MarkupKind.Markdown, value: describeEntry(entry, analysis) },
      textEdit: { range: this.#nameRange, newText: label },
      filterText: label,
      sortText: `1${label}`,
    });
  }

  field(field: FieldType, analysis: Analysis): void {
    const absent = field.optional ? " (may be absent: `has …` or `… else …`)" : "";
    this.#add({
      label: field.name,
      kind: CompletionItemKind.Field,
      detail: `${describeType(field.type)}${absent}`,
      documentation: { kind: MarkupKind.Markdown, value: describeField(field, analysis) },
      textEdit: { range: this.#wordRange, newText: field.name },
      sortText: `0${field.name}`,
    });
  }

  option(option: string, of: string): void {
    const inQuotes = of === "option";
    if (inQuotes !== this.#quoted && of !== "annotation") return;
    const newText = inQuotes ? JSON.stringify(option).slice(1, -1) : option;
    this.#add({
      label: option,
      kind: CompletionItemKind.EnumMember,
      detail: of,
      textEdit: { range: this.#nameRange, newText },
      filterText: newText,
      sortText: `0${option}`,
    });
  }

  /** An option that brings its quotes with it. */
  quotedOption(option: string): void {
    const label = JSON.stringify(option);
    this.#add({
      label,
      kind: CompletionItemKind.EnumMember,
      detail: "option",
      textEdit: { range: this.#wordRange, newText: label },
      filterText: label,
      sortText: `0${label}`,
    });
  }

  call(name: FunctionName): void {
    this.#add({
      label: name,
      kind: CompletionItemKind.Function,
      detail: "function",
      documentation: { kind: MarkupKind.Markdown, value: describeFunction(name) },
      textEdit: { range: this.#wordRange, newText: `${name}($0)` },
      insertTextFormat: InsertTextFormat.Snippet,
      sortText: `2${name}`,
    });
  }

  refusal(label: string, message: string): void {
    this.#add({
      label,
      kind: CompletionItemKind.Event,
      detail: "built-in refusal",
      documentation: message,
      textEdit: { range: this.#nameRange, newText: label },
      filterText: label,
      sortText: `2${label}`,
    });
  }

  word(label: string, kind: CompletionItemKind, detail: string): void {
    const textEdit = { range: this.#wordRange, newText: label };
    this.#add({ label, kind, detail, textEdit, sortText: `1${label}` });
  }

  keyword(label: string): void {
    const textEdit = { range: this.#wordRange, newText: label };
    this.#add({ label, kind: CompletionItemKind.Keyword, textEdit, sortText: `3${label}` });
  }

  #add(item: CompletionItem): void {
    if (this.#seen.has(item.label)) return;
    this.#seen.add(item.label);
    this.items.push(item);
  }
}
