import type { Diagnostic } from "./diagnostic.js";
import { locationOf, type Sources } from "./location.js";
import { omittedLine } from "./render-human.js";
import type { SortedDiagnostics } from "./sort.js";
import { visibleText } from "./visible-text.js";

/** Diagnostics one per line, as `path:line:column: severity[code]: message`, which editors and grep understand. */
export function renderPlain(sorted: SortedDiagnostics, sources: Sources): string {
  const lines = sorted.shown.map((each) => renderOne(each, sources));
  const rest = omittedLine(sorted.omitted);
  if (rest !== undefined) lines.push(rest);
  return lines.map((line) => `${line}\n`).join("");
}

function renderOne(diagnostic: Diagnostic, sources: Sources): string {
  const { primary, severity, code, message, help } = diagnostic;
  const start = locationOf(primary.span, sources)?.start;
  const location =
    start === undefined ? primary.span.file : `${primary.span.file}:${start.line}:${start.column}`;
  const advice = help === undefined ? "" : ` (${help})`;
  return visibleText(`${location}: ${severity}[${code}]: ${message}${advice}`);
}
