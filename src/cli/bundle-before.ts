/** Loads another version of a bundle: at a git revision, or in another folder. */
import { statSync } from "node:fs";
import { loadRevision, RevisionProblem } from "../bundle/git-revision.js";
import type { Bundle, LoadedBundle } from "../bundle/load.js";
import { requireBundle } from "./bundle-folder.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { renderFindings, tally } from "./report.js";
import type { Terminal } from "./terminal.js";

/** Reads the argument as a folder if that exists, otherwise as a revision. If the bundle does not load, the command ends. */
export async function loadBefore(directory: string, before: string, terminal: Terminal): Promise<Bundle> {
  if (statSync(before, { throwIfNoEntry: false })?.isDirectory()) return requireBundle(before, terminal);
  let loaded: LoadedBundle;
  try {
    loaded = loadRevision(directory, before);
  } catch (error) {
    if (!(error instanceof RevisionProblem)) throw error;
    throw new CommandFailure(
      error.message,
      EXIT.usage,
      "give a git revision, or the folder of another bundle",
    );
  }
  const { bundle, diagnostics, sources } = loaded;
  if (bundle !== undefined) return bundle;
  terminal.err(await renderFindings({ directory, diagnostics, sources }, "human", terminal.colour.err));
  throw new CommandFailure(
    `the bundle at \`${before}\` does not load: ${tally(diagnostics)}`,
    EXIT.notLoaded,
  );
}
