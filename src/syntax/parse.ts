/** Text to syntax tree. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import type { Source } from "../source/source.js";
import type { Comment, Declaration, File, Name } from "./ast.js";
import type { BuildContext } from "./build-context.js";
import { buildItem, buildModuleHeader } from "./build-file.js";
import { Documentation } from "./documentation.js";
import { lex } from "./lex.js";
import { MAX_FILE_LENGTH } from "./limits.js";
import { boundNesting } from "./nesting.js";
import { Problems } from "./problems.js";
import { readTrees, recoverTrees, type Tree } from "./recover.js";

/** What a text says, and what is wrong with it. */
export interface Parsed {
  /** Declarations that were understood; with a diagnostic of severity `error` beside it, it is not the whole policy. */
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
}

interface Built {
  readonly module: Name | undefined;
  readonly items: readonly Declaration[];
  readonly problems: readonly Diagnostic[];
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
  const bounded = boundNesting(source, tokens, problems);
  const whole = problems.full ? undefined : build(source, comments, readTrees(bounded));
  const built = whole ?? build(source, comments, recoverTrees(source, bounded, problems));
  for (const problem of built?.problems ?? []) problems.add(problem);
  const file: File = { ...emptyFile(source), module: built?.module, items: built?.items ?? [], comments };
  if (!BEYOND_ASCII.test(source.text)) ascii.add(file);
  return { file, diagnostics: sortDiagnostics(problems.diagnostics).shown };
}

/** What trees say; undefined where one of them could not be read. */
function build(
  source: Source,
  comments: readonly Comment[],
  trees: Iterable<Tree | undefined>,
): Built | undefined {
  const problems: Diagnostic[] = [];
  const context: BuildContext = {
    source,
    comments,
    operands: 0,
    report: (problem) => problems.push(problem),
  };
  const documentation = new Documentation(source, comments);
  const items: Declaration[] = [];
  let module: Name | undefined;
  let after = 0;
  for (const tree of trees) {
    if (tree === undefined) return undefined;
    if (tree.name === "moduleHeader") {
      module = buildModuleHeader(context, tree);
      after = module.span.end;
    } else {
      const item = buildItem(context, tree, documentation, after);
      items.push(item);
      after = item.span.end;
    }
  }
  return { module, items, problems };
}

function emptyFile(source: Source): File {
  const span = { file: source.path, start: 0, end: source.text.length };
  return { kind: "file", span, path: source.path, module: undefined, items: [], comments: [] };
}
