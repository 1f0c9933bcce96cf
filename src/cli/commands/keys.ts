import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import { CommandFailure } from "../exit-code.js";
import type { Terminal } from "../terminal.js";

/** `writ keys`: creates the file that `serve --keys` reads, and API keys for the configuration. */
export function keysCommand(terminal: Terminal): Command {
  return new Command("keys")
    .description("create and rotate keys")
    .addCommand(create(terminal))
    .addCommand(rotate(terminal))
    .addCommand(apiKey(terminal));
}

function create(terminal: Terminal): Command {
  return new Command("create")
    .description("create the keys that sign approvals; never overwrites a file")
    .argument("<file>", "the file to create, readable by its owner only")
    .action(async (file: string) => {
      const { generateKeysFile } = await import("../../identity/keys-file.js");
      write(file, await generateKeysFile());
      terminal.err(`Wrote ${file}. Anyone who can read it can forge approvals.\n`);
    });
}

function rotate(terminal: Terminal): Command {
  return new Command("rotate")
    .description("add a new key that signs from now on; older keys still verify")
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
    .description("create an API key and its entry for the configuration")
    .argument("<id>", "the holder of the key: letters, digits and -")
    .option("--scopes <scopes>", "decide, approve, admin or audit, separated by commas", "decide")
    .action(async (id: string, { scopes }: { scopes: string }) => {
      const { API_KEY_ID, createApiKey } = await import("../../identity/api-keys.js");
      const { scopesAmong } = await import("../../identity/scopes.js");
      if (!API_KEY_ID.test(id))
        throw new CommandFailure("an id consists of letters, digits and `-`, at most 64");
      const words = scopes.split(",").map((word) => word.trim());
      const known = [...scopesAmong(words)];
      if (known.length !== words.length)
        throw new CommandFailure("scopes are decide, approve, admin and audit");
      const { key, hash } = createApiKey(id);
      const entry = { auth: { keys: [{ id, hash, scopes: known }] } };
      terminal.err(`The key, shown only once:\n`);
      terminal.out(`${key}\n`);
      terminal.err(`\nIts entry for the configuration:\n${JSON.stringify(entry, null, 2)}\n`);
    });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    const reason = exists ? "it exists; overwriting it would invalidate what it signed" : reasonOf(error);
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

/** Writes atomically, because half a keys file is useless. */
function replace(file: string, text: string): void {
  const beside = `${file}.new`;
  write(beside, text);
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}
