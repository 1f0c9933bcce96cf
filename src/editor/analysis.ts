/** Everything the compiler knows of a bundle as it stands in the editor, saved or not. */
import { type LoadedBundle, loadBundle } from "../bundle/load.js";
import type { Bundle as Known } from "../check/bundle.js";
import { check } from "../check/check.js";
import type { Entry } from "../check/names.js";
import type { NameSpace } from "../check/program.js";
import type { Reference } from "../check/reference.js";
import type { Source } from "../source/source.js";
import type { Field, File } from "../syntax/ast.js";
import type { Parsed } from "../syntax/parse.js";
import type { FieldType } from "../values/type.js";

/** A bundle and what every name in it means. */
export interface Analysis {
  readonly root: string;
  readonly loaded: LoadedBundle;
  /** Also of a bundle with errors: of a file with wrong syntax, what could be understood. */
  readonly known: Known;
  readonly files: ReadonlyMap<string, File>;
  /** By file, in the order of their places; declared names are among them. */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  /** Where a field is declared; built-in ones are nowhere. */
  readonly fields: ReadonlyMap<FieldType, Field>;
}

/** What an analysis is made from beside the folder. */
export interface AnalysisInput {
  readonly root: string;
  readonly unsaved: ReadonlyMap<string, string>;
  readonly parse: (source: Source) => Parsed;
  readonly now: number;
}

/** Loads, and where wrong syntax keeps the loader from checking, checks what could be understood for its names alone. */
export function analyse({ root, unsaved, parse, now }: AnalysisInput): Analysis {
  const told: Reference[] = [];
  const fields = new Map<FieldType, Field>();
  const watcher = {
    onReference: (reference: Reference) => void told.push(reference),
    onField: (field: FieldType, written: Field) => void fields.set(field, written),
  };
  const loaded = loadBundle(root, { now, unsaved, parse, ...watcher });
  const files = (loaded.parsed ?? []).map((each) => each.file);
  const noData = { problem: "is not looked at" };
  const { known } = loaded.checked ?? check(files, { readData: () => noData, ...watcher });
  return {
    root,
    loaded,
    known,
    files: new Map(files.map((file) => [file.path, file])),
    references: byFile([...told, ...declarations(known), ...fieldNames(fields)]),
    fields,
  };
}

/** Every space of names. */
export const SPACES: readonly NameSpace[] = [
  "label",
  "tag",
  "level",
  "role",
  "type",
  "tool",
  "channel",
  "agent",
  "data",
  "define",
  "approval",
  "transaction",
  "rule",
  "limit",
  "exception",
];

/** Every declared name of a bundle. */
export function entriesIn(known: Known): readonly Entry[] {
  return SPACES.flatMap((space) => [...known.names.entries(space)]);
}

function declarations(known: Known): readonly Reference[] {
  return entriesIn(known).map((entry) => ({
    kind: "declared",
    text: entry.name,
    span: entry.nameSpan,
    group: entry.space,
    entries: [entry],
  }));
}

function fieldNames(fields: ReadonlyMap<FieldType, Field>): readonly Reference[] {
  return [...fields].map(([field, { name }]) => ({
    kind: "field",
    text: name.text,
    span: name.span,
    found: [field],
    all: [],
  }));
}

function byFile(references: readonly Reference[]): ReadonlyMap<string, readonly Reference[]> {
  const files = new Map<string, Reference[]>();
  for (const reference of references) {
    const { file } = reference.span;
    const list = files.get(file);
    if (list === undefined) files.set(file, [reference]);
    else list.push(reference);
  }
  for (const list of files.values())
    list.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return files;
}

/** What stands at an offset; of several places around it the narrowest, and of what it may mean something that is known. */
export function referenceAt(analysis: Analysis, file: string, offset: number): Reference | undefined {
  let best: Reference | undefined;
  for (const reference of analysis.references.get(file) ?? []) {
    if (reference.span.start > offset) break;
    if (reference.span.end < offset || reference.span.end === reference.span.start) continue;
    if (best === undefined || rank(reference) < rank(best)) best = reference;
  }
  return best;
}

function rank(reference: Reference): number {
  const unknown =
    (reference.kind === "declared" && reference.entries.length === 0) ||
    (reference.kind === "field" && reference.found.length === 0) ||
    reference.kind === "choice" ||
    reference.kind === "unknown-value";
  return reference.span.end - reference.span.start + (unknown ? 1_000_000 : 0);
}
