/** `writ import mcp --update`: updates the files of a bundle if a server's list has changed. */
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listPolicyFiles, reasonOf } from "../bundle/folder.js";
import { readTextFile } from "../bundle/read-file.js";
import { visibleText } from "../diagnostics/visible-text.js";
import {
  type CatalogueUpdate,
  type ToolChange,
  type UpdateOptions,
  updateCatalogue,
} from "../import/update-catalogue.js";
import { Source } from "../source/source.js";
import { assertFolder } from "./bundle-folder.js";
import { CommandFailure } from "./exit-code.js";
import { pathFromHere } from "./from-here.js";
import type { Terminal } from "./terminal.js";

/** Rewrites the files and prints a line for each change. Throws CommandFailure before anything is written. */
export function updateFolder(
  folder: string,
  listing: unknown,
  options: UpdateOptions,
  terminal: Terminal,
): void {
  assertFolder(folder);
  const sources = readSources(folder);
  const update = updated([...sources.keys()], listing, options);
  for (const [source, real] of sources) {
    const text = update.texts.get(source.path);
    if (text !== undefined && text !== source.text) write(source.path, real, text);
  }
  for (const change of update.changes) terminal.out(`${visibleText(lineOf(change, options.server))}\n`);
  const same =
    update.compared - update.changes.filter(({ kind }) => kind === "added" || kind === "changed").length;
  terminal.err(`${same} of ${update.compared} listed tools are as they were\n`);
}

/** Returns texts by their real path. An unreadable file is an error, because its tools would be added twice. */
function readSources(folder: string): ReadonlyMap<Source, string> {
  const { files, problems } = listPolicyFiles(realpathSync(folder));
  const [problem] = problems;
  if (problem !== undefined)
    throw new CommandFailure(`cannot read \`${join(folder, problem.path)}\`: ${problem.message}`);
  return new Map(
    files.map(({ path, real }) => {
      const file = readTextFile(real);
      const shown = pathFromHere(join(folder, path));
      if (!("text" in file)) throw new CommandFailure(`cannot read \`${shown}\`: ${file.message}`);
      return [new Source(shown, file.text), real];
    }),
  );
}

function updated(sources: readonly Source[], listing: unknown, options: UpdateOptions): CatalogueUpdate {
  try {
    return updateCatalogue(sources, listing, options);
  } catch (error) {
    throw error instanceof TypeError ? new CommandFailure(error.message) : error;
  }
}

function write(path: string, real: string, text: string): void {
  try {
    writeFileSync(real, text);
  } catch (error) {
    throw new CommandFailure(`cannot write \`${path}\`: ${reasonOf(error)}`);
  }
}

function lineOf({ kind, tool, what, at }: ToolChange, server: string): string {
  const place = at === undefined ? "" : ` (${at.file}${at.line === undefined ? "" : `:${at.line}`})`;
  return `${kind} ${server}/${tool}${what === "" ? "" : `: ${what}`}${place}`;
}
