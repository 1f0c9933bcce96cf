/** Input and output of an import: one text is read; one new file, or standard output, is written. */
import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../bundle/folder.js";
import { BUNDLE_LIMITS } from "../bundle/limits.js";
import { readTextFile } from "../bundle/read-file.js";
import { visibleText } from "../diagnostics/visible-text.js";
import type { ImportedCatalogue } from "../import/catalogue-draft.js";
import { nameFor } from "../import/names.js";
import { nearName } from "./bundle-folder.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import type { Terminal } from "./terminal.js";

/** Returns the text of a file, or of standard input for `-`. */
export async function readSource(path: string, terminal: Terminal): Promise<string> {
  if (path === "-") return terminal.stdin();
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw new CommandFailure(`cannot read \`${path}\`: ${reasonOf(error)}`, EXIT.usage, nearName(path));
  }
  const file = readTextFile(real, BUNDLE_LIMITS.totalBytes);
  if (!("text" in file)) throw new CommandFailure(`cannot read \`${path}\`: ${file.message}`);
  return file.text;
}

/** Returns a plain name for the wire, because a server can have any name. */
export function plainServer(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "server";
}

/** Returns the module of a catalogue: the requested one, or one named after its server. */
export function moduleFor(server: string, asked: string | undefined): string {
  return asked ?? `tools.${nameFor(server, "server")}`;
}

/** Prints the catalogue or writes it into a folder as a new file; notes go to standard error. */
export function writeCatalogue(
  draft: () => ImportedCatalogue,
  server: string,
  folder: string | undefined,
  terminal: Terminal,
): void {
  let catalogue: ImportedCatalogue;
  try {
    catalogue = draft();
  } catch (error) {
    throw error instanceof TypeError ? new CommandFailure(error.message) : error;
  }
  for (const note of catalogue.notes) terminal.err(`${visibleText(note)}\n`);
  if (folder === undefined) terminal.out(catalogue.text);
  else terminal.out(`${write(folder, server, catalogue.text)}\n`);
}

function write(folder: string, server: string, text: string): string {
  const path = join(folder, `${plainServer(server)}.writ`);
  if (existsSync(path)) throw new CommandFailure(`\`${path}\` exists and is not overwritten`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CommandFailure(`cannot write \`${path}\`: ${reasonOf(error)}`);
  }
  return path;
}
