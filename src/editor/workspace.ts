/** The open documents, their bundles, and the newest analysis of each. */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { findBundle, realPath } from "../bundle/find-bundle.js";
import { isInside } from "../bundle/folder.js";
import type { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import { type Parsed, parse } from "../syntax/parse.js";
import { type Analysis, analyse } from "./analysis.js";

/** A document in its bundle. */
export interface Place {
  readonly analysis: Analysis;
  /** The file path as spans contain it. */
  readonly file: string;
  readonly source: Source;
}

interface BundleState {
  current: Analysis | undefined;
  /** The newest analysis with valid syntax, used while a line is being typed. */
  good: Analysis | undefined;
  readonly trees: Map<string, Parsed>;
}

/** The open bundles and their analyses. Analyses are made on demand, and once for the same texts. */
export class Workspace {
  readonly #documents: () => readonly TextDocument[];
  readonly #bundles = new Map<string, BundleState>();
  readonly #realPaths = new Map<string, string>();
  #folders: readonly string[] = [];
  #named: readonly string[] = [];

  constructor(documents: () => readonly TextDocument[]) {
    this.#documents = documents;
  }

  /** `folders` are the editor's workspace folders; `bundles`, if configured, are paths relative to them. */
  configure(folders: readonly string[], bundles: readonly string[]): void {
    this.#folders = folders.flatMap((uri) => pathOf(uri) ?? []).map(realPath);
    const bases = this.#folders.length === 0 ? [process.cwd()] : this.#folders;
    this.#named = bases.flatMap((base) =>
      bundles.map((bundle) => realPath(fileURLToPath(new URL(bundle, `${pathToFileURL(base)}/`)))),
    );
  }

  /** Returns the bundle of a document; undefined if it is not a policy file. */
  bundleOf(uri: string): string | undefined {
    const path = this.#realPath(uri);
    if (path === undefined || !path.endsWith(".writ")) return undefined;
    const named = this.#named.filter((folder) => isInside(folder, path)).sort((a, b) => b.length - a.length);
    const workspace = this.#folders.filter((folder) => isInside(folder, path));
    return named[0] ?? findBundle(path, workspace.sort((a, b) => b.length - a.length)[0]);
  }

  /** Returns every bundle with an open document. */
  bundles(): readonly string[] {
    return [...new Set(this.#documents().flatMap((document) => this.bundleOf(document.uri) ?? []))];
  }

  /** Discards the analyses of one bundle, or of all after a change on disk; trees of unchanged texts are kept. */
  touch(bundle?: string): void {
    for (const [root, state] of this.#bundles) {
      if (bundle === undefined || root === bundle) state.current = undefined;
    }
    if (bundle === undefined) this.#realPaths.clear();
    const open = new Set(this.bundles());
    for (const root of this.#bundles.keys()) if (!open.has(root)) this.#bundles.delete(root);
  }

  /** Returns the current analysis of a bundle. */
  analysis(root: string): Analysis {
    const state = this.#state(root);
    if (state.current === undefined) {
      state.current = this.#analyse(root, state, new Map());
      if (state.current.loaded.checked !== undefined) state.good = state.current;
      prune(state);
    }
    return state.current;
  }

  /** Returns the last analysis with valid syntax. */
  lastGood(root: string): Analysis | undefined {
    return this.#state(root).good;
  }

  /** Returns the analysis of a bundle with some texts replaced; the result is not kept. */
  suppose(root: string, texts: ReadonlyMap<string, string>): Analysis {
    const { places } = this.analysis(root).loaded;
    const real = [...texts].map(([file, text]) => [places?.get(file) ?? file, text] as const);
    const state = this.#state(root);
    const analysis = this.#analyse(root, state, new Map(real));
    prune(state);
    return analysis;
  }

  /** Returns a document in its bundle; undefined if it is not a file, or too large. */
  placeOf(uri: string): Place | undefined {
    const root = this.bundleOf(uri);
    const path = this.#realPath(uri);
    if (root === undefined || path === undefined) return undefined;
    const analysis = this.analysis(root);
    const { places, sources } = analysis.loaded;
    for (const [file, real] of places ?? []) {
      const source = real === path ? sources.get(file) : undefined;
      if (source !== undefined) return { analysis, file, source };
    }
    return undefined;
  }

  /** Returns the URI of a file of a bundle: the one with which the editor opened it, if it did. */
  uriOf(analysis: Analysis, file: string): string {
    const real = analysis.loaded.places?.get(file) ?? `${analysis.root}/${file}`;
    const open = this.#documents().find((document) => this.#realPath(document.uri) === real);
    return open?.uri ?? pathToFileURL(real).href;
  }

  #state(root: string): BundleState {
    let state = this.#bundles.get(root);
    if (state === undefined) {
      state = { current: undefined, good: undefined, trees: new Map() };
      this.#bundles.set(root, state);
    }
    return state;
  }

  #analyse(root: string, { trees }: BundleState, supposed: ReadonlyMap<string, string>): Analysis {
    const open = this.#documents().flatMap((document) => {
      const path = this.#realPath(document.uri);
      return path === undefined ? [] : [[path, document.getText()] as const];
    });
    const cached = (source: Source) => {
      const key = `${source.path}\0${source.text}`;
      const tree = trees.get(key) ?? parse(source);
      trees.delete(key);
      trees.set(key, tree);
      return tree;
    };
    const unsaved = new Map([...open, ...supposed]);
    return analyse({ root, unsaved, parse: cached, now: systemClock.now() });
  }

  #realPath(uri: string): string | undefined {
    const known = this.#realPaths.get(uri);
    if (known !== undefined) return known;
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    const real = realPath(path);
    this.#realPaths.set(uri, real);
    return real;
  }
}

/** Removes trees of outdated texts, the oldest first. */
function prune(state: BundleState): void {
  const most = 8 + 2 * (state.current?.files.size ?? 0);
  for (const key of state.trees.keys()) {
    if (state.trees.size <= most) return;
    state.trees.delete(key);
  }
}

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
