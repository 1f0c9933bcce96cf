/** Analyses a bundle as it is in the editor, saved or not. */
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

/** A bundle and the meaning of every name in it. */
export interface Analysis {
  readonly root: string;
  readonly loaded: LoadedBundle;
  /** Also present for a bundle with errors: a file with wrong syntax contributes what could be parsed. */
  readonly known: Known;
  readonly files: ReadonlyMap<string, File>;
  /** By file, in the order of their positions, including declared names. */
  readonly references: ReadonlyMap<string, readonly Reference[]>;
  /** The position at which a field is declared; built-in fields have none. */
  readonly fields: ReadonlyMap<FieldType, Field>;
}

/** The input of an analysis in addition to the folder. */
export interface AnalysisInput {
  readonly root: string;
  readonly unsaved: ReadonlyMap<string, string>;
  readonly parse: (source: Source) => Parsed;
  readonly now: number;
}

/** Loads a bundle. If wrong syntax stops the loader, checks what could be parsed, for its names only. */
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

/** Every name space. */
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

/** Returns every declared name of a bundle. */
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

/** Returns the reference at an offset: the narrowest span around it, and of several meanings a known one. */
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
