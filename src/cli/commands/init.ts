import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import { CommandFailure } from "../exit-code.js";
import type { Terminal } from "../terminal.js";
import { initTemplate } from "./init-template.js";

/** `writ init`: a small bundle to begin with. It never writes over a file. */
export function initCommand(terminal: Terminal): Command {
  return new Command("init")
    .description("write a small bundle to begin with")
    .argument("<dir>", "the folder to write it to; made if it does not exist")
    .action((directory: string) => {
      const files = [...initTemplate].map(([name, text]) => ({ path: join(directory, name), text }));
      const taken = files.find((file) => existsSync(file.path));
      if (taken !== undefined) {
        throw new CommandFailure(`\`${taken.path}\` exists, and nothing is overwritten`);
      }
      write(directory, files);
      const shown = relative("", directory) || ".";
      terminal.out(`Wrote ${files.map((file) => file.path).join(", ")}.\n\n`);
      terminal.out(`Next:\n  writ check ${shown}\n  writ serve ${shown} --dev\n`);
    });
}

function write(directory: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  try {
    mkdirSync(directory, { recursive: true });
    for (const { path, text } of files) writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CommandFailure(`cannot write to \`${directory}\`: ${reasonOf(error)}`);
  }
}
