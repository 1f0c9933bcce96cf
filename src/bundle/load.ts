/** Loads a folder of `*.writ` files as one checked bundle, or reports everything that is wrong with it. */
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

/** A bundle without errors. It is immutable, so callers may keep it. */
export interface Bundle {
  readonly program: Program;
  /** `sha256:` of the paths and contents of all policy and data files: equal texts have equal revisions on any machine. */
  readonly revision: string;
  /** The folder that it was read from, as an absolute path without links. */
  readonly directory: string;
}

/** The result of loading, with or without mistakes. */
export interface LoadedBundle {
  /** Undefined if one of the diagnostics is an error. */
  readonly bundle: Bundle | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Policy texts by their path from the bundle's folder, as in spans. */
  readonly sources: ReadonlyMap<string, Source>;
  /** All trees, in the order of the sources, and the result of the check; undefined if loading ended before it. */
  readonly parsed?: readonly Parsed[];
  readonly checked?: Checked;
  /** The real path of each source. */
  readonly places?: ReadonlyMap<string, string>;
}

/** Input of loading besides the folder. */
export interface LoadOptions extends Watcher {
  /** Milliseconds since the epoch, for warnings about expired rules; without it nothing counts as expired. */
  readonly now?: number;
  /** Catalogues of threats: each of their threats that no rule names gives a warning. */
  readonly threatProfiles?: readonly string[];
  /** Texts by the real path of their file that replace its content: unsaved texts of an editor. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** Replaces `parse`, for callers that load often and keep the trees of unchanged texts. */
  readonly parse?: (source: Source) => Parsed;
}

/**
 * Reads and checks the bundle in a folder. Mistakes of an author and errors of the file system are diagnostics and do
 * not throw.
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

/** Whether any of these diagnostics keeps a bundle from loading. */
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

/** Returns the files of a folder and the unsaved ones. */
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

/** Each part is preceded by its length, so two different lists of files never give the same bytes. */
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
