import type { Position, Span } from "../source/source.js";
import type { Diagnostic, Label } from "./diagnostic.js";
import { locationOf, type Sources } from "./location.js";
import type { SortedDiagnostics } from "./sort.js";
import { visibleJson } from "./visible-text.js";

/** A location for machines: offsets in UTF-16 units, lines and columns (code points) from 1, ends exclusive. */
export interface JsonLocation {
  readonly file: string;
  readonly offset: { readonly start: number; readonly end: number };
  /** Left out if the text of the file is not available. */
  readonly start?: Position;
  readonly end?: Position;
}

/** A label for machines. */
export interface JsonLabel extends JsonLocation {
  readonly message?: string;
}

/** A diagnostic for machines. */
export interface JsonDiagnostic extends JsonLocation {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly label?: string;
  readonly help?: string;
  readonly secondary: readonly JsonLabel[];
}

/** What `--format json` prints; `omitted` counts the diagnostics beyond the maximum of a hundred. */
export interface JsonReport {
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly omitted: { readonly errors: number; readonly warnings: number };
}

/** Diagnostics as a value for JSON, for callers that embed it in a larger document. */
export function jsonReport(sorted: SortedDiagnostics, sources: Sources): JsonReport {
  return { diagnostics: sorted.shown.map((each) => jsonDiagnostic(each, sources)), omitted: sorted.omitted };
}

/** Diagnostics as a JSON document. Invisible characters are escaped in it, and parse back unchanged. */
export function renderJson(sorted: SortedDiagnostics, sources: Sources): string {
  return `${visibleJson(JSON.stringify(jsonReport(sorted, sources), null, 2))}\n`;
}

function jsonDiagnostic(diagnostic: Diagnostic, sources: Sources): JsonDiagnostic {
  const { code, severity, message, primary, help } = diagnostic;
  return {
    code,
    severity,
    message,
    ...jsonLocation(primary.span, sources),
    ...(primary.message === undefined ? {} : { label: primary.message }),
    ...(help === undefined ? {} : { help }),
    secondary: diagnostic.secondary.map((label) => jsonLabel(label, sources)),
  };
}

function jsonLabel(label: Label, sources: Sources): JsonLabel {
  const location = jsonLocation(label.span, sources);
  return label.message === undefined ? location : { ...location, message: label.message };
}

function jsonLocation(span: Span, sources: Sources): JsonLocation {
  const location = locationOf(span, sources);
  return { file: span.file, offset: { start: span.start, end: span.end }, ...(location ?? {}) };
}
