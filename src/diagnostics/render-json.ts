import type { Position, Span } from "../source/source.js";
import type { Diagnostic, Label } from "./diagnostic.js";
import { placeOf, type Sources } from "./place.js";
import type { SortedDiagnostics } from "./sort.js";
import { visibleJson } from "./visible-text.js";

/** A place for machines: offsets in UTF-16 units, lines and columns (code points) from 1, ends exclusive. */
export interface JsonPlace {
  readonly file: string;
  readonly offset: { readonly start: number; readonly end: number };
  /** Left out where the file's text is not at hand. */
  readonly start?: Position;
  readonly end?: Position;
}

/** A label for machines. */
export interface JsonLabel extends JsonPlace {
  readonly message?: string;
}

/** A diagnostic for machines. */
export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly label?: string;
  readonly help?: string;
  readonly secondary: readonly JsonLabel[];
}

/** What `--format json` prints; `omitted` counts what the limit of a hundred left out. */
export interface JsonReport {
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly omitted: { readonly errors: number; readonly warnings: number };
}

/** Diagnostics as a value for JSON, for those who put it into a larger document. */
export function jsonReport(sorted: SortedDiagnostics, sources: Sources): JsonReport {
  return { diagnostics: sorted.shown.map((each) => jsonDiagnostic(each, sources)), omitted: sorted.omitted };
}

/** Diagnostics as a JSON document; unseen characters stand in it escaped, and parse back unchanged. */
export function renderJson(sorted: SortedDiagnostics, sources: Sources): string {
  return `${visibleJson(JSON.stringify(jsonReport(sorted, sources), null, 2))}\n`;
}

function jsonDiagnostic(diagnostic: Diagnostic, sources: Sources): JsonDiagnostic {
  const { code, severity, message, primary, help } = diagnostic;
  return {
    code,
    severity,
    message,
    ...jsonPlace(primary.span, sources),
    ...(primary.message === undefined ? {} : { label: primary.message }),
    ...(help === undefined ? {} : { help }),
    secondary: diagnostic.secondary.map((label) => jsonLabel(label, sources)),
  };
}

function jsonLabel(label: Label, sources: Sources): JsonLabel {
  const place = jsonPlace(label.span, sources);
  return label.message === undefined ? place : { ...place, message: label.message };
}

function jsonPlace(span: Span, sources: Sources): JsonPlace {
  const place = placeOf(span, sources);
  return { file: span.file, offset: { start: span.start, end: span.end }, ...(place ?? {}) };
}
