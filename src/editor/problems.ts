/** Converts diagnostics to those of the protocol. */
import { DiagnosticSeverity, type Diagnostic as Shown } from "vscode-languageserver/node";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import { Source, type Span } from "../source/source.js";
import type { Analysis } from "./analysis.js";
import { rangeOf } from "./positions.js";
import type { Workspace } from "./workspace.js";

/** Returns the diagnostics of each file of a bundle, at most a hundred in all; files without any are absent. */
export function problemsByUri(
  analysis: Analysis,
  workspace: Workspace,
  explanations: string | undefined,
): ReadonlyMap<string, readonly Shown[]> {
  const byUri = new Map<string, Shown[]>();
  for (const each of sortDiagnostics(analysis.loaded.diagnostics).shown) {
    const uri = workspace.uriOf(analysis, fileOf(analysis, each.primary.span));
    const list = byUri.get(uri) ?? [];
    list.push(problemOf(each, analysis, workspace, explanations));
    byUri.set(uri, list);
  }
  return byUri;
}

/** A problem of the whole folder is reported in its first file. */
function fileOf(analysis: Analysis, span: Span): string {
  if (span.file !== ".") return span.file;
  return analysis.loaded.sources.keys().next().value ?? span.file;
}

/**
 * Returns one diagnostic for the protocol; `explanations` is the URI scheme under which an editor shows explanations of
 * codes.
 */
export function problemOf(
  each: Diagnostic,
  analysis: Analysis,
  workspace: Workspace,
  explanations?: string,
): Shown {
  const { code, message, primary, help } = each;
  const label = primary.message === undefined ? [] : [primary.message];
  const advice = help === undefined ? [] : [`help: ${help}`];
  return {
    range: rangeOf(sourceOf(analysis, primary.span), primary.span),
    severity: each.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    ...(explanations === undefined ? {} : { codeDescription: { href: `${explanations}:/${code}.txt` } }),
    source: "writ",
    message: [message, ...label, ...advice].join("\n"),
    relatedInformation: each.secondary.map((second) => ({
      location: {
        uri: workspace.uriOf(analysis, second.span.file),
        range: rangeOf(sourceOf(analysis, second.span), second.span),
      },
      message: second.message ?? "here",
    })),
  };
}

function sourceOf(analysis: Analysis, span: Span): Source {
  return analysis.loaded.sources.get(span.file) ?? new Source(span.file, "");
}
