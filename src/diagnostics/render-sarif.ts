import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Span } from "../source/source.js";
import { findCode } from "./catalogue.js";
import type { Diagnostic } from "./diagnostic.js";
import { locationOf, type Sources } from "./location.js";
import type { SortedDiagnostics } from "./sort.js";
import { visibleJson } from "./visible-text.js";

/** Diagnostics as SARIF 2.1.0, for code scanning; columns count code points, as in other formats. */
export function renderSarif(sorted: SortedDiagnostics, sources: Sources, version: string): string {
  const codes = [...new Set(sorted.shown.map((each) => each.code))].sort();
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "writ", version, rules: codes.map(descriptor) } },
        columnKind: "unicodeCodePoints",
        results: sorted.shown.map((each) => result(each, codes, sources)),
      },
    ],
  };
  return `${visibleJson(JSON.stringify(log, null, 2))}\n`;
}

function descriptor(code: string): ReportingDescriptor {
  const entry = findCode(code);
  if (entry === undefined) return { id: code };
  return {
    id: code,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.why },
    defaultConfiguration: { level: entry.severity },
    help: { text: `Avoid:\n\n${entry.avoid}\n\nPrefer:\n\n${entry.prefer}` },
  };
}

function result(diagnostic: Diagnostic, codes: readonly string[], sources: Sources): Result {
  const { code, severity, message, primary, secondary, help } = diagnostic;
  const related = secondary.map((label, index) => ({
    id: index + 1,
    ...location(label.span, label.message, sources),
  }));
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: help === undefined ? message : `${message}\n${help}` },
    locations: [location(primary.span, primary.message, sources)],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
  };
}

function location(span: Span, message: string | undefined, sources: Sources): Location {
  const location = locationOf(span, sources);
  const region = location && {
    startLine: location.start.line,
    startColumn: location.start.column,
    endLine: location.end.line,
    endColumn: location.end.column,
  };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(span.file) }, ...(region ? { region } : {}) },
    ...(message === undefined ? {} : { message: { text: message } }),
  };
}

/** A path as a URI reference. Relative paths stay relative to the location in which the report is read. */
function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.replaceAll("\\", "/").split("/").map(uriSegment).join("/");
}

function uriSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, "\ufffd"));
}
