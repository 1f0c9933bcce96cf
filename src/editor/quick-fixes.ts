/** Quick fixes, and links to explanations. */
import { type CodeAction, CodeActionKind, type Range } from "vscode-languageserver/node";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { EXPLAIN } from "./commands.js";
import { offsetOf, rangeOf } from "./positions.js";
import { problemOf } from "./problems.js";
import type { Place, Workspace } from "./workspace.js";

/** Returns the fixes of the problems within a range, and an explanation for each. */
export function actionsIn(place: Place, range: Range, workspace: Workspace): readonly CodeAction[] {
  const { analysis, file, source } = place;
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)];
  const here = analysis.loaded.diagnostics
    .filter(({ primary: { span } }) => span.file === file && span.start <= end && span.end >= start)
    .slice(0, 20);
  const fixes = here.flatMap((each) => fixOf(each, place, workspace) ?? []);
  const codes = [...new Set(here.map((each) => each.code))];
  return [...fixes, ...codes.map(explanation)];
}

function fixOf(
  each: Diagnostic,
  { analysis, source, file }: Place,
  workspace: Workspace,
): CodeAction | undefined {
  const { fix } = each;
  if (fix === undefined || fix.span.file !== file) return undefined;
  const edit = { range: rangeOf(source, fix.span), newText: fix.text };
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: true,
    diagnostics: [problemOf(each, analysis, workspace)],
    edit: { changes: { [workspace.uriOf(analysis, file)]: [edit] } },
  };
}

function explanation(code: string): CodeAction {
  const title = `Explain ${code}`;
  return { title, kind: CodeActionKind.Empty, command: { title, command: EXPLAIN, arguments: [code] } };
}
