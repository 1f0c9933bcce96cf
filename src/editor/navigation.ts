/** Finds where a name is declared, and every use of it. */
import type { Location } from "vscode-languageserver/node";
import type { Entry } from "../check/names.js";
import type { Reference } from "../check/reference.js";
import { Source, type Span } from "../source/source.js";
import type { Analysis } from "./analysis.js";
import { entriesIn, referenceAt } from "./analysis.js";
import { lineContext } from "./line-context.js";
import { rangeOf } from "./positions.js";
import type { Place, Workspace } from "./workspace.js";

/**
 * Returns the declarations of the name at an offset; from the last valid bundle if the current one does not declare it.
 */
export function definitionsAt(place: Place, offset: number, workspace: Workspace): readonly Location[] {
  const reference = referenceAt(place.analysis, place.file, offset);
  const spans = reference === undefined ? [] : declaredAt(reference, place.analysis);
  if (spans.length > 0) return spans.map((span) => locationOf(span, place.analysis, workspace));
  const good = workspace.lastGood(place.analysis.root);
  const word = nameAround(place.source.text, offset);
  if (good === undefined || word === undefined || lineContext(place.source.text, offset).kind === "comment")
    return [];
  const entries = entriesIn(good.known).filter((entry) => entry.name === word || entry.id === word);
  const wanted = reference?.kind === "declared" ? reference.group : undefined;
  const fitting = entries.filter((entry) => wanted === undefined || inGroup(entry, wanted));
  return fitting.map((entry) => locationOf(entry.nameSpan, good, workspace));
}

/** Reports whether an entry belongs to a group of names. */
function inGroup(entry: Entry, group: string): boolean {
  if (group === "rules") return ["rule", "limit", "exception"].includes(entry.space);
  if (group === "values") return ["data", "define", "label"].includes(entry.space);
  return entry.space === group;
}

function nameAround(text: string, offset: number): string | undefined {
  const before = /[A-Za-z0-9_.]{0,200}$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? "";
  const after = /^[A-Za-z0-9_]{0,200}/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
  return before + after === "" ? undefined : before + after;
}

/** Returns where the target of a reference is declared. */
function declaredAt(reference: Reference, analysis: Analysis): readonly Span[] {
  switch (reference.kind) {
    case "declared":
    case "pattern":
      return reference.entries.map((entry) => entry.nameSpan);
    case "variable":
      return [reference.variable.span];
    case "field":
      return distinct(reference.found.flatMap((field) => analysis.fields.get(field)?.name.span ?? []));
    default:
      return [];
  }
}

/** Returns every reference with the same meaning, including the declaration; an ambiguous reference matches none. */
export function sameAs(reference: Reference, analysis: Analysis): readonly Reference[] {
  const wanted = new Set(declaredAt(reference, analysis).map(keyOf));
  if (wanted.size === 0) return [];
  const all = [...analysis.references.values()].flat();
  return all.filter(
    (each) =>
      each.kind !== "choice" &&
      each.kind !== "unknown-value" &&
      declaredAt(each, analysis).some((span) => wanted.has(keyOf(span))),
  );
}

/** Returns the references to the name at an offset, each once, and its declaration if requested. */
export function referencesAt(
  place: Place,
  offset: number,
  workspace: Workspace,
  withDeclaration: boolean,
): readonly Location[] {
  const spans = spansOfSame(place, offset, withDeclaration);
  return spans.map((span) => locationOf(span, place.analysis, workspace));
}

/** Returns the same references as spans. */
export function spansOfSame(place: Place, offset: number, withDeclaration: boolean): readonly Span[] {
  const { analysis, file } = place;
  const reference = referenceAt(analysis, file, offset);
  if (reference === undefined) return [];
  const declared = declaredAt(reference, analysis);
  const found = sameAs(reference, analysis).map((each) => nameSpanOf(each, analysis) ?? each.span);
  const all = distinct([...declared, ...found]);
  const keys = new Set(declared.map(keyOf));
  return withDeclaration ? all : all.filter((span) => !keys.has(keyOf(span)));
}

/**
 * Returns the span of the name itself within a reference, which may be a text in quotes, or a list of them. Undefined
 * if the name is not contiguous there.
 */
export function nameSpanOf({ text, span }: Reference, analysis: Analysis): Span | undefined {
  const written = analysis.loaded.sources.get(span.file)?.slice(span);
  if (written === undefined || text === "") return undefined;
  if (written === text) return span;
  for (const form of [`"${text}"`, `"label:${text}"`]) {
    const at = written.indexOf(form);
    if (at < 0 || written.indexOf(form, at + 1) >= 0) continue;
    const end = span.start + at + form.length - 1;
    return { file: span.file, start: end - text.length, end };
  }
  return undefined;
}

/** Returns a span as a location of the protocol. */
export function locationOf(span: Span, analysis: Analysis, workspace: Workspace): Location {
  const source = analysis.loaded.sources.get(span.file) ?? new Source(span.file, "");
  return { uri: workspace.uriOf(analysis, span.file), range: rangeOf(source, span) };
}

function distinct(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [keyOf(span), span])).values()].sort((a, b) =>
    a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1,
  );
}

function keyOf(span: Span): string {
  return `${span.start}:${span.end}:${span.file}`;
}
