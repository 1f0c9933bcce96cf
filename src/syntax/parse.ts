/** Text to syntax tree. */
import type { CstNode } from "chevrotain";
import type { FileCstNode } from "../../grammar/cst.js";
import { parser } from "../../grammar/parser.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import type { Source } from "../source/source.js";
import type { Declaration, File, Name } from "./ast.js";
import { type BuildContext, spanOf } from "./build-context.js";
import { buildItem, buildModuleHeader } from "./build-file.js";
import { Documentation } from "./documentation.js";
import { lex } from "./lex.js";
import { MAX_FILE_LENGTH } from "./limits.js";
import { Problems } from "./problems.js";

/** What a text says, and what is wrong with it. */
export interface Parsed {
  /** Declarations that were understood; with a diagnostic of severity `error` beside it, it is not the whole policy. */
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
}

/** The syntax tree of one file; it never throws, whatever the text. */
export function parse(source: Source): Parsed {
  const problems = new Problems(source);
  if (source.text.length > MAX_FILE_LENGTH) {
    problems.report("W1003", 0, 0, `the file has more than ${MAX_FILE_LENGTH} characters`, {
      help: "split it: all files of a directory are one bundle",
    });
    return { file: emptyFile(source), diagnostics: problems.diagnostics };
  }
  const { tokens, comments } = lex(source, problems);
  const context: BuildContext = { source, comments, operands: 0, report: (problem) => problems.add(problem) };
  parser.input = [...tokens];
  const tree = parser.file() as FileCstNode | undefined;
  for (const error of parser.errors) {
    const { startOffset, endOffset = startOffset } = error.token;
    const start = Number.isNaN(startOffset) ? source.text.length : startOffset;
    problems.report(
      "W1020",
      start,
      Number.isNaN(startOffset) ? start : endOffset + 1,
      error.message.split("\n")[0] ?? "",
    );
  }
  const documentation = new Documentation(source, comments);
  const header: CstNode | undefined = tree?.children?.moduleHeader?.[0];
  const module: Name | undefined =
    tree?.children?.moduleHeader?.[0] === undefined
      ? undefined
      : buildModuleHeader(context, tree.children.moduleHeader[0]);
  const items: Declaration[] = [];
  let after = header === undefined ? 0 : spanOf(context, header).end;
  if (parser.errors.length === 0) {
    for (const node of tree?.children.item ?? []) {
      items.push(buildItem(context, node, documentation, after));
      after = spanOf(context, node).end;
    }
  }
  const file: File = { ...emptyFile(source), module, items, comments };
  return { file, diagnostics: sortDiagnostics(problems.diagnostics).shown };
}

function emptyFile(source: Source): File {
  const span = { file: source.path, start: 0, end: source.text.length };
  return { kind: "file", span, path: source.path, module: undefined, items: [], comments: [] };
}
