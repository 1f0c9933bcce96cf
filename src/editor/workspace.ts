/** The open documents, the bundles they belong to, and the newest analysis of each. */
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
  /** As spans name it. */
  readonly file: string;
  readonly source: Source;
}

interface BundleState {
  current: Analysis | undefined;
  /** The newest one whose syntax was right: what is still known while a line is being typed. */
  good: Analysis | undefined;
  readonly trees: Map<string, Parsed>;
}

/** What is open, and what is known of it. Analyses are made when they are asked for, never twice for the same texts. */
export class Workspace {
  readonly #documents: () => readonly TextDocument[];
  readonly #bundles = new Map<string, BundleState>();
  readonly #realPaths = new Map<string, string>();
  #folders: readonly string[] = [];
  #named: readonly string[] = [];

  constructor(documents: () => readonly TextDocument[]) {
    this.#documents = documents;
  }

  /** `folders` are where the editor works; `bundles`, where somebody named them, are paths from there. */
  configure(folders: readonly string[], bundles: readonly string[]): void {
    this.#folders = folders.flatMap((uri) => pathOf(uri) ?? []).map(realPath);
    const bases = this.#folders.length === 0 ? [process.cwd()] : this.#folders;
    this.#named = bases.flatMap((base) =>
      bundles.map((bundle) => realPath(fileURLToPath(new URL(bundle, `${pathToFileURL(base)}/`)))),
    );
  }

  /** The bundle that a document belongs to; undefined for one that is no policy file. */
  bundleOf(uri: string): string | undefined {
    const path = this.#realPath(uri);
    if (path === undefined || !path.endsWith(".writ")) return undefined;
    const named = this.#named.filter((folder) => isInside(folder, path)).sort((a, b) => b.length - a.length);
    const workspace = this.#folders.filter((folder) => isInside(folder, path));
    return named[0] ?? findBundle(path, workspace.sort((a, b) => b.length - a.length)[0]);
  }

  /** Every bundle that has an open document. */
  bundles(): readonly string[] {
    return [...new Set(this.#documents().flatMap((document) => this.bundleOf(document.uri) ?? []))];
  }

  /** Forgets what was found of one bundle, or of all where files changed on disk; trees of unchanged texts stay. */
  touch(bundle?: string): void {
    for (const [root, state] of this.#bundles) {
      if (bundle === undefined || root === bundle) state.current = undefined;
    }
    if (bundle === undefined) this.#realPaths.clear();
    const open = new Set(this.bundles());
    for (const root of this.#bundles.keys()) if (!open.has(root)) this.#bundles.delete(root);
  }

  /** What is known of a bundle now. */
  analysis(root: string): Analysis {
    const state = this.#state(root);
    if (state.current === undefined) {
      state.current = this.#analyse(root, state, new Map());
      if (state.current.loaded.checked !== undefined) state.good = state.current;
      prune(state);
    }
    return state.current;
  }

  /** What was known of it when its syntax was last right. */
  lastGood(root: string): Analysis | undefined {
    return this.#state(root).good;
  }

  /** The analysis of a bundle as if some files had other texts; nothing of it is kept. */
  suppose(root: string, texts: ReadonlyMap<string, string>): Analysis {
    const { places } = this.analysis(root).loaded;
    const real = [...texts].map(([file, text]) => [places?.get(file) ?? file, text] as const);
    const state = this.#state(root);
    const analysis = this.#analyse(root, state, new Map(real));
    prune(state);
    return analysis;
  }

  /** A document where its bundle has it; undefined for one that is no file, or too large to be read. */
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

  /** How the editor names a file of a bundle: as it opened it, if it did. */
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

/** Trees of texts that are gone go as well, the oldest first. */
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
