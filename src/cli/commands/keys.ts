import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import { CommandFailure } from "../exit-code.js";
import type { Terminal } from "../terminal.js";

/** `writ keys`: the file that `serve --keys` reads, and API keys for the configuration. */
export function keysCommand(terminal: Terminal): Command {
  return new Command("keys")
    .description("make and rotate keys")
    .addCommand(create(terminal))
    .addCommand(rotate(terminal))
    .addCommand(apiKey(terminal));
}

function create(terminal: Terminal): Command {
  return new Command("create")
    .description("write new keys that sign approvals; never over a file")
    .argument("<file>", "readable by its owner alone")
    .action(async (file: string) => {
      const { generateKeysFile } = await import("../../identity/keys-file.js");
      write(file, await generateKeysFile());
      terminal.err(`Wrote ${file}. Whoever reads it can forge approvals.\n`);
    });
}

function rotate(terminal: Terminal): Command {
  return new Command("rotate")
    .description("add a new key that signs from now on; older ones still verify")
    .argument("<file>")
    .action(async (file: string) => {
      const { rotateKeysFile, KeysFileError } = await import("../../identity/keys-file.js");
      const text = await rotateKeysFile(read(file)).catch((error: unknown) => {
        throw error instanceof KeysFileError ? new CommandFailure(`\`${file}\`: ${error.message}`) : error;
      });
      replace(file, text);
      terminal.err(`A new key signs from now on. Restart the services that read ${file}.\n`);
    });
}

function apiKey(terminal: Terminal): Command {
  return new Command("api-key")
    .description("make an API key, and what the configuration holds of it")
    .argument("<id>", "who it is for: letters, digits and -")
    .option("--scopes <scopes>", "decide, approve, admin or audit, with commas", "decide")
    .action(async (id: string, { scopes }: { scopes: string }) => {
      const { API_KEY_ID, createApiKey } = await import("../../identity/api-keys.js");
      const { scopesAmong } = await import("../../identity/scopes.js");
      if (!API_KEY_ID.test(id))
        throw new CommandFailure("an id has letters, digits and `-` alone, at most 64");
      const words = scopes.split(",").map((word) => word.trim());
      const known = [...scopesAmong(words)];
      if (known.length !== words.length)
        throw new CommandFailure("scopes are decide, approve, admin and audit");
      const { key, hash } = createApiKey(id);
      const entry = { auth: { keys: [{ id, hash, scopes: known }] } };
      terminal.err(`The key, shown this once:\n`);
      terminal.out(`${key}\n`);
      terminal.err(`\nThe configuration holds its hash:\n${JSON.stringify(entry, null, 2)}\n`);
    });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    const reason = exists ? "it exists, and what it signed would be lost" : reasonOf(error);
    throw new CommandFailure(`cannot write \`${file}\`: ${reason}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandFailure(`cannot read \`${file}\`: ${reasonOf(error)}`);
  }
}

/** At once or not at all: half a keys file would be none. */
function replace(file: string, text: string): void {
  const beside = `${file}.new`;
  write(beside, text);
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}
