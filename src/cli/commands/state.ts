import { Command } from "commander";
import { visibleText } from "../../diagnostics/visible-text.js";
import type { FileStore } from "../../state/file-store.js";
import type { OpenStoreOptions } from "../../state/open-store.js";
import type { StateStore } from "../../state/store.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import { stateOption } from "../state-option.js";
import type { Terminal } from "../terminal.js";

const MAX_KEYS = 1_000;
/** Joins the parts of a cell key; see the engine's `cell-keys.ts`. */
const SEPARATOR = "\u001f";

interface Options {
  readonly state: string;
  readonly tenant?: string;
  readonly kind?: string;
  readonly yes?: boolean;
}

/** `writ state`: shows, deletes, accepts and backs up the contents of a store. */
export function stateCommand(terminal: Terminal): Command {
  return new Command("state")
    .description("show, reset or accept the state of a store")
    .addCommand(show(terminal))
    .addCommand(reset(terminal))
    .addCommand(init(terminal))
    .addCommand(backup(terminal))
    .addCommand(restore(terminal))
    .addCommand(verify(terminal));
}

function show(terminal: Terminal): Command {
  return onStore("show", "list the cells of a store, and its status")
    .option("--tenant <tenant>", "only this tenant")
    .option("--kind <kind>", "only this kind, such as session, limit or approval; with --tenant")
    .action((options: Options) =>
      withStore(options.state, async (store) => {
        const { reachable, problem, cells, capacity } = await store.health();
        if (!reachable) throw new CommandFailure(`the store is unreachable: ${problem}`, EXIT.internal);
        const keys = [...(await store.keys(prefixOf(options), MAX_KEYS))].sort();
        for (const key of keys) terminal.out(`${key.split(SEPARATOR).map(visibleText).join(" / ")}\n`);
        const bound = capacity === null ? "" : ` of at most ${capacity}`;
        terminal.err(`${keys.length} shown; ${cells} cells${bound} in the ${store.kind} store\n`);
      }),
    );
}

function reset(terminal: Terminal): Command {
  return onStore("reset", "delete: limits start from zero, and sessions, transactions and approvals end")
    .option("--tenant <tenant>", "only this tenant")
    .option("--kind <kind>", "only this kind; with --tenant")
    .option("--yes", "do it")
    .action((options: Options) =>
      withStore(options.state, async (store) => {
        const prefix = prefixOf(options);
        if (options.yes !== true)
          throw new CommandFailure("this cannot be undone", EXIT.usage, "confirm with --yes");
        terminal.out(`${await store.reset(prefix)} cells deleted\n`);
      }),
    );
}

function init(terminal: Terminal): Command {
  return onStore(
    "init",
    "accept what a store holds now, or that it is new: what was spent before counts no more",
  )
    .option("--yes", "do it")
    .action(async ({ state, yes }: Options) => {
      if (state === "memory:") throw new CommandFailure("a memory store starts from zero by itself");
      if (yes !== true)
        throw new CommandFailure("spent limits may start again from zero", EXIT.usage, "say --yes");
      await withOpenStore(state, { begin: true }, async (store) => {
        await store.initialise?.();
      });
      terminal.out("accepted\n");
    });
}

function backup(terminal: Terminal): Command {
  return onFolder("backup", "copy the state of a folder, while services go on")
    .argument("<to>", "a folder that holds no state")
    .action((to: string, { state }: Options) =>
      withFileStore(state, async (store) => {
        const { backUp } = await import("../../state/file-backup.js");
        await backUp(store, to);
        terminal.out(`copied to ${to}\n`);
      }),
    );
}

function restore(terminal: Terminal): Command {
  return onFolder("restore", "put a backup in the place of a folder's state, and accept it")
    .argument("<from>", "the folder of the backup")
    .option("--yes", "do it: what was spent since the backup counts no more")
    .action(async (from: string, { state, yes }: Options) => {
      const directory = await folderOf(state);
      if (yes !== true)
        throw new CommandFailure("what was spent since the backup is forgotten", EXIT.usage, "say --yes");
      const { restoreBackup } = await import("../../state/file-backup.js");
      await restoreBackup(from, directory).catch((error: Error) => {
        throw new CommandFailure(error.message);
      });
      terminal.out("restored; services that use this folder have to be started again\n");
    });
}

function verify(terminal: Terminal): Command {
  return onFolder("verify", "read the whole state of a folder").action(({ state }: Options) =>
    withFileStore(state, async (store) => {
      const { cells, expected, damaged, committed } = store.inspect();
      const last = committed === 0 ? "no commit yet" : `last commit ${new Date(committed).toISOString()}`;
      terminal.out(`${cells} cells, ${damaged} damaged; ${last}\n`);
      if (damaged > 0 || cells !== expected)
        throw new CommandFailure(`the state is damaged: ${expected} cells are expected`, EXIT.internal);
    }),
  );
}

function onFolder(name: string, description: string): Command {
  return new Command(name).description(description).addOption(stateOption("file:DIR").makeOptionMandatory());
}

function onStore(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(stateOption("file:DIR, redis://HOST:PORT or rediss://HOST:PORT").makeOptionMandatory());
}

function prefixOf({ tenant, kind }: Options): string {
  if (tenant === undefined && kind !== undefined) throw new CommandFailure("--kind needs --tenant");
  return [tenant, kind]
    .filter((part) => part !== undefined)
    .map((part) => part + SEPARATOR)
    .join("");
}

async function withStore(url: string, use: (store: StateStore) => Promise<void>): Promise<void> {
  if (url === "memory:")
    throw new CommandFailure("only the service itself can read state that it keeps in memory");
  await withOpenStore(url, {}, use);
}

async function withOpenStore(
  url: string,
  options: OpenStoreOptions,
  use: (store: StateStore) => Promise<void>,
): Promise<void> {
  const { openStore } = await import("../../state/open-store.js");
  const store = await openStore(url, options).catch((error: Error) => {
    throw new CommandFailure(error.message);
  });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

async function withFileStore(url: string, use: (store: FileStore) => Promise<void> | void): Promise<void> {
  const directory = await folderOf(url);
  const { FileStore } = await import("../../state/file-store.js");
  try {
    const store = await FileStore.open(directory);
    try {
      await use(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    throw error instanceof CommandFailure ? error : new CommandFailure((error as Error).message);
  }
}

async function folderOf(url: string): Promise<string> {
  const { directoryOf } = await import("../../state/open-store.js");
  const directory = directoryOf(url);
  if (directory === undefined)
    throw new CommandFailure("this is for `file:DIR`: Redis has its own backups, and memory has none");
  return directory;
}
