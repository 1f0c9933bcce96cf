/** `writ import mcp`: drafts a catalogue from a server's list, read from a file or from the server. */
import { basename } from "node:path";
import { importMcp } from "../import/mcp.js";
import { listTools, type McpSource } from "../import/mcp-live.js";
import { findJsonMistake } from "../values/json-check.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { moduleFor, plainServer, readSource, writeCatalogue } from "./import-files.js";
import type { McpCommandOptions } from "./import-options.js";
import type { Terminal } from "./terminal.js";

/** Prints or writes the catalogue. Throws CommandFailure if there is no source. */
export async function importMcpServer(
  source: readonly string[],
  options: McpCommandOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.update !== undefined && (options.out ?? options.module) !== undefined)
    throw new CommandFailure(
      "`--update` keeps files and modules as they are: leave out `--out` and `--module`",
    );
  const { listing, server } = await listingOf(source, options, terminal);
  const { only, update } = options;
  if (update !== undefined) {
    const { updateFolder } = await import("./import-update.js");
    updateFolder(update, listing, { server, only }, terminal);
    return;
  }
  const module = moduleFor(server, options.module);
  writeCatalogue(() => importMcp(listing, { module, server, only }), server, options.out, terminal);
}

interface Listing {
  readonly listing: unknown;
  /** A plain name: the requested one, or one derived from the source. */
  readonly server: string;
}

async function listingOf(
  source: readonly string[],
  options: McpCommandOptions,
  terminal: Terminal,
): Promise<Listing> {
  const live = liveSource(source, options);
  if (live !== undefined) {
    const { tools, server } = await listTools(live).catch((error: Error) => {
      throw new CommandFailure(`the server did not list its tools: ${error.message}`, EXIT.internal);
    });
    return { listing: { tools }, server: options.server ?? plainServer(server ?? "mcp") };
  }
  const [path, ...more] = source;
  if (path === undefined || more.length > 0) {
    throw new CommandFailure("name one file, or --command, or --url");
  }
  const listing = readListing(path, await readSource(path, terminal));
  return {
    listing,
    server: options.server ?? (path === "-" ? "mcp" : plainServer(basename(path, ".json"))),
  };
}

function liveSource(
  args: readonly string[],
  { command, url, header }: McpCommandOptions,
): McpSource | undefined {
  if (command !== undefined && url !== undefined)
    throw new CommandFailure("use use --command or --url, not both");
  if (command !== undefined) return { kind: "command", command, args };
  if (url === undefined) return undefined;
  if (args.length > 0) throw new CommandFailure("use use a file or --url, not both");
  if (!URL.canParse(url)) throw new CommandFailure(`\`${url}\` is not an address`);
  return { kind: "url", url, ...(header === undefined ? {} : { headers: header }) };
}

function readListing(path: string, text: string): unknown {
  const mistake = findJsonMistake(text, { maxDepth: 128, exact: false, anyKey: true });
  if (mistake !== undefined)
    throw new CommandFailure(`\`${path}\` is not JSON: ${mistake.pointer} ${mistake.message}`);
  const json: unknown = JSON.parse(text);
  // Also accept a whole JSON-RPC answer instead of its result.
  const isAnswer = typeof json === "object" && json !== null && "result" in json;
  return isAnswer ? json.result : json;
}
