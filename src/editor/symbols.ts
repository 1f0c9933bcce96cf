/** The declarations of a file as an outline, and of every open bundle by name. */
import {
  type DocumentSymbol,
  type Location,
  SymbolKind,
  type WorkspaceSymbol,
} from "vscode-languageserver/node";
import type { Source, Span } from "../source/source.js";
import type { Declaration, Field, File } from "../syntax/ast.js";
import type { Analysis } from "./analysis.js";
import { entriesIn } from "./analysis.js";
import { locationOf } from "./navigation.js";
import { rangeOf } from "./positions.js";
import type { Workspace } from "./workspace.js";

/** The maximum number of results; beyond it the user should narrow the search. */
const MAX_SYMBOLS = 500;

const KINDS: { readonly [kind in Declaration["kind"]]: SymbolKind } = {
  label: SymbolKind.EnumMember,
  tag: SymbolKind.EnumMember,
  assurance: SymbolKind.Enum,
  role: SymbolKind.EnumMember,
  type: SymbolKind.Struct,
  schema: SymbolKind.Struct,
  tool: SymbolKind.Method,
  channel: SymbolKind.Interface,
  agent: SymbolKind.Class,
  delegation: SymbolKind.Object,
  data: SymbolKind.Constant,
  define: SymbolKind.Function,
  approval: SymbolKind.Module,
  rule: SymbolKind.Event,
  limit: SymbolKind.Event,
  transaction: SymbolKind.Module,
  exception: SymbolKind.Event,
  test: SymbolKind.Boolean,
  matrix: SymbolKind.Array,
};

/** Returns the outline of a file. */
export function outline(file: File, source: Source): readonly DocumentSymbol[] {
  return file.items.flatMap((item) => {
    const name = nameOf(item);
    if (name.text === "") return [];
    const range = rangeOf(source, covering(item.span, name.span));
    const children = partsOf(item).map((part) => ({
      ...part,
      range: rangeOf(source, part.range),
      selectionRange: rangeOf(source, part.range),
    }));
    const detail = item.kind === "rule" ? item.effect : item.kind;
    return [
      {
        name: name.text,
        detail,
        kind: KINDS[item.kind],
        range,
        selectionRange: rangeOf(source, name.span),
        children,
      },
    ];
  });
}

function covering(outer: Span, inner: Span): Span {
  return { ...outer, start: Math.min(outer.start, inner.start), end: Math.max(outer.end, inner.end) };
}

function nameOf(item: Declaration): { readonly text: string; readonly span: Span } {
  switch (item.kind) {
    case "assurance":
    case "delegation":
      return { text: item.kind, span: item.span };
    case "test":
    case "matrix":
      return { text: item.title.value, span: item.title.span };
    case "schema":
      return { text: item.name.text === "" ? "" : `schema ${item.name.text}`, span: item.name.span };
    default:
      return item.name;
  }
}

function partsOf(
  item: Declaration,
): readonly { readonly name: string; readonly kind: SymbolKind; readonly range: Span }[] {
  const parts = (fields: readonly Field[]) =>
    fields
      .filter((field) => field.name.text !== "")
      .map((field) => ({ name: field.name.text, kind: SymbolKind.Field, range: field.name.span }));
  switch (item.kind) {
    case "assurance":
      return item.levels
        .filter(({ name }) => name.text !== "")
        .map(({ name }) => ({ name: name.text, kind: SymbolKind.EnumMember, range: name.span }));
    case "tool":
      return item.items.flatMap((part) => (part.kind === "args" ? parts(part.record.fields) : []));
    case "schema":
      return parts(item.record.fields);
    case "type":
      return item.type.kind === "record-type" ? parts(item.type.fields) : [];
    default:
      return [];
  }
}

/**
 * Returns the declarations of a bundle whose name contains the letters of a query in that order, with any letters
 * between.
 */
export function search(query: string, analysis: Analysis, workspace: Workspace): readonly WorkspaceSymbol[] {
  const letters = query.toLowerCase().slice(0, 100);
  const found: WorkspaceSymbol[] = [];
  for (const entry of entriesIn(analysis.known)) {
    if (found.length >= MAX_SYMBOLS) break;
    if (!holdsInOrder(entry.id.toLowerCase(), letters)) continue;
    const location: Location = locationOf(entry.nameSpan, analysis, workspace);
    const module = entry.id.slice(0, Math.max(0, entry.id.length - entry.name.length - 1));
    found.push({
      name: entry.name,
      kind: KINDS[entry.declaration.kind],
      location,
      ...(module === "" ? {} : { containerName: module }),
    });
  }
  return found;
}

function holdsInOrder(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
