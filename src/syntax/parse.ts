/** Parses text to a syntax tree. */
import type { IToken } from "chevrotain";
import { parseFile, type Tree } from "../../grammar/parse-tokens.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import type { Source } from "../source/source.js";
import type { Comment, Declaration, File, Name } from "./ast.js";
import type { BuildContext } from "./build-context.js";
import { buildItem, buildModuleHeader } from "./build-file.js";
import { Documentation } from "./documentation.js";
import { Layout } from "./layout.js";
import { lex } from "./lex.js";
import { MAX_FILE_LENGTH } from "./limits.js";
import { boundNesting } from "./nesting.js";
import { Problems } from "./problems.js";
import { recoverTrees } from "./recover.js";

/** The declarations of a text and its diagnostics. */
export interface Parsed {
  /** The valid declarations; if a diagnostic has severity `error`, they are not the whole policy. */
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

/** Kept outside of the trees, so that trees with the same content are equal. */
const ascii = new WeakSet<File>();

/** Reports whether a file's source is ASCII only, including escapes; then its texts need no further checks. */
export function isAscii(file: File): boolean {
  return ascii.has(file);
}

/** Returns the syntax tree of one file; it never throws, for any text. */
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
  const whole = problems.full ? undefined : build(source, comments, (take) => parseFile(bounded, take));
  const built = whole ?? buildRecovered(source, comments, bounded, problems);
  for (const problem of built?.problems ?? []) problems.add(problem);
  const file: File = { ...emptyFile(source), module: built?.module, items: built?.items ?? [], comments };
  if (!BEYOND_ASCII.test(source.text)) ascii.add(file);
  return { file, diagnostics: sortDiagnostics(problems.diagnostics).shown };
}

/** Returns the valid parts of a file with mistakes. */
function buildRecovered(
  source: Source,
  comments: readonly Comment[],
  tokens: readonly IToken[],
  problems: Problems,
): Built | undefined {
  const built = build(source, comments, (take) => {
    for (const tree of recoverTrees(source, tokens, problems)) take(tree);
    return true;
  });
  const layout = new Layout(source);
  const lineOf = ({ primary }: Diagnostic) => layout.lineAt(primary.span.start);
  const lines = new Set(problems.diagnostics.map(lineOf));
  // Removing or adding tokens may have joined operators that the author kept apart.
  const isNew = (problem: Diagnostic) => !OPERATOR_CODES.has(problem.code) || !lines.has(lineOf(problem));
  return built && { ...built, problems: built.problems.filter(isNew) };
}

/** The codes with which `group-operators.ts` reports operators that cannot be combined. */
const OPERATOR_CODES: ReadonlySet<string> = new Set(["W1017", "W1020"]);

/**
 * Builds the trees that `read` passes on; returns undefined if `read` returns false, because then they are not the
 * whole file.
 */
function build(
  source: Source,
  comments: readonly Comment[],
  read: (take: (tree: Tree) => void) => boolean,
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
  const isWhole = read((tree) => {
    if (tree.name === "moduleHeader") {
      module = buildModuleHeader(context, tree);
      after = module.span.end;
    } else {
      const item = buildItem(context, tree, documentation, after);
      items.push(item);
      after = item.span.end;
    }
  });
  return isWhole ? { module, items, problems } : undefined;
}

function emptyFile(source: Source): File {
  const span = { file: source.path, start: 0, end: source.text.length };
  return { kind: "file", span, path: source.path, module: undefined, items: [], comments: [] };
}
