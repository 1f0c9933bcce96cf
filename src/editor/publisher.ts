/**
 * Sends diagnostics when texts change: after a pause in typing, and only those that differ from what the editor has.
 */
import type { Connection, Diagnostic } from "vscode-languageserver/node";
import { systemClock } from "../state/clock.js";
import type { Analysis } from "./analysis.js";
import { problemsByUri } from "./problems.js";
import type { Workspace } from "./workspace.js";

/**
 * Milliseconds without a keystroke; more if the last check took longer, so that typing in a huge bundle stays smooth.
 */
const PAUSE = 150;
const LONGEST_PAUSE = 2_000;

/** Keeps the diagnostics in the editor up to date. */
export class Publisher {
  /** The URI scheme under which the editor shows explanations of codes, if any. */
  explanations: string | undefined;
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  #timer: NodeJS.Timeout | undefined;
  #lastTook = 0;
  /** By URI, as JSON: the last diagnostics sent. */
  readonly #sent = new Map<string, string>();
  /** Failures of tests by bundle, title and URI; they are shown until the bundle changes. */
  readonly #failures = new Map<string, Map<string, ReadonlyMap<string, readonly Diagnostic[]>>>();

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** Called after a document was opened, changed or closed. */
  changed(uri: string): void {
    const bundle = this.#workspace.bundleOf(uri);
    if (bundle === undefined) return;
    this.#workspace.touch(bundle);
    this.#failures.delete(bundle);
    this.#soon();
  }

  /** Called after files changed that may not be open. */
  changedOnDisk(): void {
    this.#workspace.touch();
    this.#failures.clear();
    this.#soon();
  }

  /** Called after a test ran; `failures` is keyed by the bundle's file paths. */
  ran(analysis: Analysis, title: string, failures: ReadonlyMap<string, readonly Diagnostic[]>): void {
    // The texts have changed since, so the positions are outdated.
    if (this.#workspace.analysis(analysis.root) !== analysis) return;
    const byTitle = this.#failures.get(analysis.root) ?? new Map();
    this.#failures.set(analysis.root, byTitle);
    const placed = [...failures].map(
      ([file, list]) => [this.#workspace.uriOf(analysis, file), list] as const,
    );
    byTitle.set(title, new Map(placed));
    this.#publish();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#publish(), Math.min(LONGEST_PAUSE, PAUSE + this.#lastTook));
  }

  #publish(): void {
    clearTimeout(this.#timer);
    const begun = systemClock.now();
    try {
      this.#send(this.#current());
    } catch (error) {
      const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#connection.console.error(`internal error: ${story}`);
    }
    this.#lastTook = Math.max(0, systemClock.now() - begun);
  }

  #current(): ReadonlyMap<string, readonly Diagnostic[]> {
    const found = new Map<string, Diagnostic[]>();
    const add = (byUri: ReadonlyMap<string, readonly Diagnostic[]>) => {
      for (const [uri, list] of byUri) found.set(uri, [...(found.get(uri) ?? []), ...list]);
    };
    for (const bundle of this.#workspace.bundles()) {
      add(problemsByUri(this.#workspace.analysis(bundle), this.#workspace, this.explanations));
      for (const failures of this.#failures.get(bundle)?.values() ?? []) add(failures);
    }
    return found;
  }

  #send(found: ReadonlyMap<string, readonly Diagnostic[]>): void {
    for (const uri of [...this.#sent.keys()]) {
      if (found.has(uri)) continue;
      this.#sent.delete(uri);
      void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
    }
    for (const [uri, diagnostics] of found) {
      const text = JSON.stringify(diagnostics);
      if (this.#sent.get(uri) === text) continue;
      this.#sent.set(uri, text);
      void this.#connection.sendDiagnostics({ uri, diagnostics: [...diagnostics] });
    }
  }
}
