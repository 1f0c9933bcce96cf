/** Text to syntax tree. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import type { Source } from "../source/source.js";
import type { Declaration, File } from "./ast.js";
import type { BuildContext } from "./build-context.js";
import { buildItem, buildModuleHeader } from "./build-file.js";
import { Documentation } from "./documentation.js";
import { lex } from "./lex.js";
import { MAX_FILE_LENGTH } from "./limits.js";
import { boundNesting } from "./nesting.js";
import { Problems } from "./problems.js";
import { parseTokens } from "./recover.js";

/** What a text says, and what is wrong with it. */
export interface Parsed {
  /** Declarations that were understood; with a diagnostic of severity `error` beside it, it is not the whole policy. */
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
}

/** A character that is not of ASCII, or the escape for one. */
const BEYOND_ASCII = /[^\0-\x7f]|\\u\{/;

/** Beside the trees, which are equal where they say the same. */
const ascii = new WeakSet<File>();

/** Whether a file was read from a source of ASCII alone, escapes included; nothing needs to look through its texts then. */
export function isAscii(file: File): boolean {
  return ascii.has(file);
}

/** The syntax tree of one file; it never throws, whatever the text. */
export function parse(source: Source): Parsed {
  const problems = new Problems(source);
  if (source.text.length > MAX_FILE_LENGTH) {
    problems.report("W1003", 0, 1, `the file has more than ${MAX_FILE_LENGTH} characters`, {
      help: "split it: all files of a directory are one bundle",
    });
    return { file: emptyFile(source), diagnostics: problems.diagnostics };
  }
  const { tokens, comments } = lex(source, problems);
  const context: BuildContext = { source, comments, operands: 0, report: (problem) => problems.add(problem) };
  const recovered = parseTokens(source, boundNesting(source, tokens, problems), problems);
  const documentation = new Documentation(source, comments);
  const module = recovered.module === undefined ? undefined : buildModuleHeader(context, recovered.module);
  const items: Declaration[] = [];
  let after = module?.span.end ?? 0;
  for (const node of recovered.items) {
    const item = buildItem(context, node, documentation, after);
    items.push(item);
    after = item.span.end;
  }
  const file: File = { ...emptyFile(source), module, items, comments };
  if (!BEYOND_ASCII.test(source.text)) ascii.add(file);
  return { file, diagnostics: sortDiagnostics(problems.diagnostics).shown };
}

function emptyFile(source: Source): File {
  const span = { file: source.path, start: 0, end: source.text.length };
  return { kind: "file", span, path: source.path, module: undefined, items: [], comments: [] };
}
