import { existsSync } from "node:fs";
import { Command } from "commander";
import { visibleText } from "../../diagnostics/visible-text.js";
import type { StateStore } from "../../state/store.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import { stateOption } from "../state-option.js";
import type { Terminal } from "../terminal.js";

const MOST_KEYS = 1_000;
/** Parts of a key are joined by this; see the engine's `cell-keys.ts`. */
const SEPARATOR = "\u001f";

interface Options {
  readonly state: string;
  readonly tenant?: string;
  readonly kind?: string;
  readonly yes?: boolean;
}

/** `writ state`: looks at what a store remembers, forgets it, or accepts that it was lost. */
export function stateCommand(terminal: Terminal): Command {
  return new Command("state")
    .description("look after what decisions remember")
    .addCommand(show(terminal))
    .addCommand(reset(terminal))
    .addCommand(init(terminal));
}

function show(terminal: Terminal): Command {
  return onStore("show", "list the cells of a store, and how it is")
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--kind <kind>", "of this kind alone, such as session, limit or approval; with --tenant")
    .action((options: Options) =>
      withStore(options.state, async (store) => {
        const { reachable, problem, cells, capacity } = await store.health();
        if (!reachable) throw new CommandFailure(`the store is out of reach: ${problem}`, EXIT.internal);
        const keys = [...(await store.keys(prefixOf(options), MOST_KEYS))].sort();
        for (const key of keys) terminal.out(`${key.split(SEPARATOR).map(visibleText).join(" / ")}\n`);
        const bound = capacity === null ? "" : ` of at most ${capacity}`;
        terminal.err(`${keys.length} shown; ${cells} cells${bound} in the ${store.kind} store\n`);
      }),
    );
}

function reset(terminal: Terminal): Command {
  return onStore("reset", "forget: limits begin anew, and sessions, transactions and approvals end")
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--kind <kind>", "of this kind alone; with --tenant")
    .option("--yes", "do it")
    .action((options: Options) =>
      withStore(options.state, async (store) => {
        const prefix = prefixOf(options);
        if (options.yes !== true) throw new CommandFailure("this cannot be undone", EXIT.usage, "say --yes");
        terminal.out(`${await store.reset(prefix)} cells forgotten\n`);
      }),
    );
}

function init(terminal: Terminal): Command {
  return onStore("init", "accept a Redis that came back empty: what it knew counts as spent no more")
    .option("--yes", "do it")
    .action((options: Options) =>
      withStore(options.state, async (store) => {
        if (!("initialise" in store) || typeof store.initialise !== "function") {
          throw new CommandFailure(`a ${store.kind} store needs no such word`);
        }
        if (options.yes !== true)
          throw new CommandFailure("spent limits begin anew", EXIT.usage, "say --yes");
        await store.initialise();
        terminal.out("accepted\n");
      }),
    );
}

function onStore(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(stateOption("file:DIR, redis://HOST:PORT or rediss://HOST:PORT").makeOptionMandatory());
}

function prefixOf({ tenant, kind }: Options): string {
  if (tenant === undefined && kind !== undefined) throw new CommandFailure("--kind goes with --tenant");
  return [tenant, kind]
    .filter((part) => part !== undefined)
    .map((part) => part + SEPARATOR)
    .join("");
}

async function withStore(url: string, use: (store: StateStore) => Promise<void>): Promise<void> {
  if (url === "memory:")
    throw new CommandFailure("what is in the memory of a service is seen by that service alone");
  const folder = /^file:(?!\/\/)(.+)$/.exec(url)?.[1];
  if (folder !== undefined && !existsSync(folder))
    throw new CommandFailure(`there is no store in \`${folder}\``);
  const { openStore } = await import("../../state/open-store.js");
  const store = await openStore(url).catch((error: Error) => {
    throw new CommandFailure(error.message);
  });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}
