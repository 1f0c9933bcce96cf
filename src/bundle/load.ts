/** A folder of `*.writ` files to one checked bundle, or to everything that is wrong with it. */
import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import { type Checked, check } from "../check/check.js";
import type { Program } from "../check/program.js";
import type { Watcher } from "../check/reference.js";
import { patternProblem } from "../compile/pattern.js";
import { diagnostic } from "../diagnostics/catalogue.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Source } from "../source/source.js";
import { type Parsed, parse } from "../syntax/parse.js";
import { DataFiles } from "./data-files.js";
import { type FolderProblem, type FoundFile, isInside, listPolicyFiles, reasonOf } from "./folder.js";
import { leftOutDiagnostics } from "./left-out-diagnostics.js";
import { BUNDLE_LIMITS } from "./limits.js";
import { type FileText, readTextFile } from "./read-file.js";

/** A bundle without an error; immutable, so whoever decides by it may hold on to it. */
export interface Bundle {
  readonly program: Program;
  /** `sha256:` of the path and content of every policy and data file: equal texts have equal revisions anywhere. */
  readonly revision: string;
  /** The folder it was read from, as an absolute path without links. */
  readonly directory: string;
}

/** What loading came to, with or without mistakes. */
export interface LoadedBundle {
  /** Undefined where one of the diagnostics is an error. */
  readonly bundle: Bundle | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Policy texts by their path from the bundle's folder, which is what spans name. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Every tree, in the order of the sources, and what checking them found; undefined where it was not come to. */
  readonly parsed?: readonly Parsed[];
  readonly checked?: Checked;
  /** Where each source really lies. */
  readonly places?: ReadonlyMap<string, string>;
}

/** What loading asks of the outside beyond the folder. */
export interface LoadOptions extends Watcher {
  /** Milliseconds since the epoch, for warnings of what has ended; without it nothing has. */
  readonly now?: number;
  /** Catalogues of threats: a warning for each threat of theirs that no rule names. */
  readonly threatProfiles?: readonly string[];
  /** Texts by the real path of their file, in the place of what lies there: what an editor has not saved. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** In the place of `parse`: for whoever loads often, and keeps the trees of texts that did not change. */
  readonly parse?: (source: Source) => Parsed;
}

/**
 * Reads and checks the bundle in a folder. Nothing is thrown for what an author or the file system got wrong.
 *
 * A bundle loads whole or not at all: a file that cannot be read might have held a `deny`.
 */
export function loadBundle(directory: string, options: LoadOptions = {}): LoadedBundle {
  let root: string;
  try {
    root = realpathSync(directory);
    if (!statSync(root).isDirectory()) return failed([folderDiagnostic("not a folder")]);
  } catch (error) {
    return failed([folderDiagnostic(reasonOf(error))]);
  }
  const texts = readTexts(root, options.unsaved ?? new Map());
  const { places } = texts;
  const parsed = [...texts.sources.values()].map((source) => (options.parse ?? parse)(source));
  if (hasError(texts.diagnostics)) return { ...failed(texts.diagnostics, texts.sources), parsed, places };
  const syntax = parsed.flatMap((each) => each.diagnostics);
  // Names that a broken file would have declared would each be reported as unknown.
  if (hasError(syntax))
    return { ...failed([...texts.diagnostics, ...syntax], texts.sources), parsed, places };
  const data = new DataFiles(root, texts.bytes);
  const checked = check(
    parsed.map((each) => each.file),
    { ...options, readData: (path) => data.read(path), isPattern: patternProblem },
  );
  const diagnostics = [...texts.diagnostics, ...syntax, ...checked.diagnostics];
  if (checked.program === undefined || hasError(diagnostics))
    return { ...failed(diagnostics, texts.sources), parsed, checked, places };
  const revision = revisionOf([...texts.hashes, ...data.hashes]);
  return {
    bundle: Object.freeze({ program: checked.program, revision, directory: root }),
    diagnostics,
    sources: texts.sources,
    parsed,
    checked,
    places,
  };
}

/** Whether anything among these keeps a bundle from loading. */
export function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === "error");
}

function failed(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, Source> = new Map(),
): LoadedBundle {
  return { bundle: undefined, diagnostics, sources };
}

interface Texts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly places: ReadonlyMap<string, string>;
  readonly hashes: ReadonlyMap<string, string>;
  readonly bytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

function readTexts(root: string, unsaved: ReadonlyMap<string, string>): Texts {
  const listing = listPolicyFiles(root);
  const { problems, leftOut } = listing;
  const files = unsaved.size === 0 ? listing.files : withUnsaved(root, listing.files, unsaved);
  const diagnostics = [...problems.map(problemDiagnostic), ...leftOutDiagnostics(leftOut, root)];
  const sources = new Map<string, Source>();
  const places = new Map<string, string>();
  const hashes = new Map<string, string>();
  let bytes = 0;
  for (const { path, real } of files.slice(0, BUNDLE_LIMITS.files)) {
    const file = unsavedFile(unsaved.get(real)) ?? readTextFile(real);
    if (!("text" in file)) {
      diagnostics.push(fileDiagnostic(CODES[file.kind], path, file.message));
      continue;
    }
    bytes += file.bytes;
    if (bytes > BUNDLE_LIMITS.totalBytes) {
      const most = `${BUNDLE_LIMITS.totalBytes} bytes in all`;
      diagnostics.push(
        fileDiagnostic(CODES["too-large"], path, `with this file the bundle has more than ${most}`),
      );
      break;
    }
    sources.set(path, new Source(path, file.text));
    places.set(path, real);
    hashes.set(path, file.hash);
  }
  if (files.length > BUNDLE_LIMITS.files) {
    diagnostics.push(
      fileDiagnostic(CODES["too-large"], ".", `more than ${BUNDLE_LIMITS.files} policy files`),
    );
  }
  if (files.length === 0 && !hasError(diagnostics)) diagnostics.push(emptyDiagnostic());
  return { sources, places, hashes, bytes, diagnostics };
}

/** The files of a folder and those that are to be saved there. */
function withUnsaved(
  root: string,
  files: readonly FoundFile[],
  unsaved: ReadonlyMap<string, string>,
): readonly FoundFile[] {
  const known = new Set(files.map((file) => file.real));
  const added = [...unsaved.keys()]
    .filter((real) => !known.has(real) && real.endsWith(".writ") && isInside(root, real))
    .map((real) => ({ path: relative(root, real).split(sep).join("/"), real }));
  return [...files, ...added].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function unsavedFile(text: string | undefined): FileText | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.byteLength(text);
  const most = BUNDLE_LIMITS.fileBytes;
  if (bytes > most) return { kind: "too-large", message: `more than ${most} bytes` };
  return { text, bytes, hash: createHash("sha256").update(text).digest("hex") };
}

/** Lengths stand before what they measure, so no two lists of files read as the same bytes. */
function revisionOf(hashes: readonly (readonly [path: string, hash: string])[]): string {
  const whole = createHash("sha256");
  const sorted = [...hashes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [path, hash] of sorted) whole.update(`${Buffer.byteLength(path)}:${path}${hash}\n`);
  return `sha256:${whole.digest("hex")}`;
}

// --- what is wrong with files -----------------------------------------------------------------------------

const CODES = {
  empty: "W7001",
  unreadable: "W7002",
  outside: "W7003",
  "too-large": "W7004",
  "not-utf8": "W7005",
} as const;

function fileDiagnostic(code: string, path: string, message: string, help?: string): Diagnostic {
  const span = { file: path, start: 0, end: 0 };
  return diagnostic(code, span, message, help === undefined ? {} : { help });
}

function folderDiagnostic(reason: string): Diagnostic {
  return fileDiagnostic(CODES.unreadable, ".", `the bundle's folder cannot be read: ${reason}`);
}

function problemDiagnostic({ path, kind, message }: FolderProblem): Diagnostic {
  return fileDiagnostic(CODES[kind], path, message);
}

function emptyDiagnostic(): Diagnostic {
  const help = "name the folder that holds the `.writ` files, or begin one with `writ init DIR`";
  return fileDiagnostic(CODES.empty, ".", "there is no `.writ` file in this folder or below it", help);
}
