/** Loads the bundle that a command works on, or reports its errors. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { looksLikePolicy } from "../bundle/left-out.js";
import type { Bundle, LoadedBundle, LoadOptions } from "../bundle/load.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { systemClock } from "../state/clock.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { renderFindings, tally } from "./report.js";
import type { Terminal } from "./terminal.js";

/** `DIR` in every help text. */
export const DIRECTORY_HELP = "the bundle's folder; the current one by default";

/** `BUNDLE` in the help of commands that take a file too. */
export const BUNDLE_HELP = "the bundle's folder, or a policy file in it; the current folder by default";

/** Returns the folder of a policy file, because a bundle is a whole folder; any other path unchanged. */
export function bundleFolderOf(path: string): string {
  const isPolicy = looksLikePolicy(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isPolicy ? dirname(path) : path;
}

/** Throws CommandFailure with a suggestion if the folder does not exist. */
export function assertFolder(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    throw new CommandFailure(`there is no folder \`${path}\``, EXIT.usage, nearName(path));
  if (!status.isDirectory()) {
    const help = `the bundle is a folder: name \`${dirname(path)}\``;
    throw new CommandFailure(`\`${path}\` is not a folder`, EXIT.usage, help);
  }
}

/** `did you mean …?` for a path whose last part is mistyped; undefined if nothing is similar. */
export function nearName(path: string): string | undefined {
  try {
    const near = suggest(basename(path), readdirSync(dirname(path)));
    return near === undefined ? undefined : `did you mean \`${join(dirname(path), near)}\`?`;
  } catch {
    return undefined;
  }
}

/** Loads the bundle of an existing folder; its problems are in its diagnostics. */
export async function loadFolder(directory: string, options: LoadOptions = {}): Promise<LoadedBundle> {
  assertFolder(directory);
  const { loadBundle } = await import("../bundle/load.js");
  return loadBundle(directory, { now: systemClock.now(), ...options });
}

/**
 * Returns the bundle of a folder, for commands that need one. If it has errors, they are printed and the command ends
 * with exit code 3. Only `writ check` reports warnings.
 */
export async function requireBundle(directory: string, terminal: Terminal): Promise<Bundle> {
  return (await requireLoaded(directory, terminal)).bundle;
}

/** The same, with the source texts of the bundle. */
export async function requireLoaded(
  directory: string,
  terminal: Terminal,
): Promise<LoadedBundle & { readonly bundle: Bundle }> {
  const loaded = await loadFolder(directory);
  const { bundle, diagnostics, sources } = loaded;
  if (bundle !== undefined) return { ...loaded, bundle };
  terminal.err(await renderFindings({ directory, diagnostics, sources }, "human", terminal.colour.err));
  throw new CommandFailure(
    `the bundle in \`${directory}\` does not load: ${tally(diagnostics)}`,
    EXIT.notLoaded,
  );
}
