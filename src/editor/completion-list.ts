/** The items of a completion, as the protocol requires them. */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Range,
} from "vscode-languageserver/node";
import { describeType } from "../check/describe-type.js";
import type { Entry, NameGroup } from "../check/names.js";
import type { FunctionName, NameSpace } from "../check/program.js";
import type { FieldType } from "../values/type.js";
import type { Analysis } from "./analysis.js";
import { type Cursor, PLACEHOLDER } from "./completion-cursor.js";
import { describeEntry, describeField, describeFunction } from "./describe.js";
import { rangeOf } from "./positions.js";
import type { Place } from "./workspace.js";

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

/** The items of one answer, each once, in the order in which they were added. */
export class CompletionList {
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

  /** Adds declared names: unqualified, or qualified if two modules declare one. */
  names(group: NameGroup, analysis: Analysis): void {
    const { names } = analysis.known;
    for (const entry of names.entries(group)) {
      if (entry.name === PLACEHOLDER || entry.name === "") continue;
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

  /** Adds a field of a record. */
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

  /** Adds one of a fixed set of words or texts. */
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

  /** Adds an option with its quotes. */
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

  /** Adds a function, with the cursor between its brackets. */
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

  /** Adds a built-in refusal, which no policy declares. */
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

  /** Adds a built-in name or a variable. */
  word(label: string, kind: CompletionItemKind, detail: string): void {
    const textEdit = { range: this.#wordRange, newText: label };
    this.#add({ label, kind, detail, textEdit, sortText: `1${label}` });
  }

  /** Adds a word of the language; these come last. */
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
