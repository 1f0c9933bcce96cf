import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import { CommandFailure } from "../exit-code.js";
import type { Terminal } from "../terminal.js";
import { initTemplate } from "./init-template.js";

/** `writ init`: writes a small bundle to start from. It never overwrites a file. */
export function initCommand(terminal: Terminal): Command {
  return new Command("init")
    .description("write a small bundle to start from")
    .argument("<dir>", "the folder to write it to; created if it does not exist")
    .action((directory: string) => {
      const files = [...initTemplate].map(([name, text]) => ({ path: join(directory, name), text }));
      const taken = files.find((file) => existsSync(file.path));
      if (taken !== undefined) {
        throw new CommandFailure(`\`${taken.path}\` exists and is not overwritten`);
      }
      write(directory, files);
      terminal.out(`Wrote ${files.map((file) => file.path).join(", ")}.\n\n`);
      terminal.out(
        `Next:\n  writ check ${directory}\n  writ test ${directory}\n  writ serve ${directory} --dev\n`,
      );
    });
}

function write(directory: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    }
  } catch (error) {
    throw new CommandFailure(`cannot write to \`${directory}\`: ${reasonOf(error)}`);
  }
}
