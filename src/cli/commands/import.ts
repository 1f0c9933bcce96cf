import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import type { McpSource } from "../../bundle/import/mcp-live.js";
import { visibleText } from "../../diagnostics/visible-text.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import type { Terminal } from "../terminal.js";

interface Options {
  readonly command?: string;
  readonly url?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly module: string;
  readonly server?: string;
  readonly out?: string;
}

/** `writ import`: a draft of a catalogue from tools that exist, for a person to review. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("draft a catalogue from tools that exist")
    .addCommand(mcp(terminal));
}

function mcp(terminal: Terminal): Command {
  return new Command("mcp")
    .description("from what an MCP server lists")
    .argument("[source...]", "a tools/list result in JSON, or - for stdin; with --command, its arguments")
    .requiredOption("--module <name>", "the module of the catalogue, such as acme.tools")
    .option("--command <command>", "start this server and ask it; its arguments follow after --")
    .option("--url <url>", "ask the server at this address")
    .option("--header <name: value>", "send this along to --url; may repeat", header)
    .option("--server <name>", "what the server is called on the wire, as in SERVER/TOOL")
    .option("--out <dir>", "write a file into this folder instead of to standard output; never over one")
    .action(async (source: readonly string[], options: Options) => {
      const { listing, server } = await listingOf(source, options, terminal);
      const { importMcp } = await import("../../bundle/import/mcp.js");
      let text: string;
      try {
        const catalogue = importMcp(listing, { module: options.module, server });
        for (const note of catalogue.notes) terminal.err(`${visibleText(note)}\n`);
        text = catalogue.text;
      } catch (error) {
        throw error instanceof TypeError ? new CommandFailure(error.message) : error;
      }
      if (options.out === undefined) terminal.out(text);
      else terminal.out(`${write(options.out, server, text)}\n`);
    });
}

function header(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("a header is `Name: value`.");
  return { ...before, [name]: value };
}

interface Listing {
  readonly listing: unknown;
  /** A plain name: as asked for, or as the source suggests. */
  readonly server: string;
}

async function listingOf(source: readonly string[], options: Options, terminal: Terminal): Promise<Listing> {
  const live = liveSource(source, options);
  if (live !== undefined) {
    const { listTools } = await import("../../bundle/import/mcp-live.js");
    const { tools, server } = await listTools(live).catch((error: Error) => {
      throw new CommandFailure(`the server did not list its tools: ${error.message}`, EXIT.internal);
    });
    return { listing: { tools }, server: options.server ?? plain(server ?? "mcp") };
  }
  const [path, ...more] = source;
  if (path === undefined || more.length > 0) {
    throw new CommandFailure("name one file, or --command, or --url");
  }
  const listing = await readListing(path, terminal);
  return { listing, server: options.server ?? (path === "-" ? "mcp" : plain(basename(path, ".json"))) };
}

function liveSource(args: readonly string[], { command, url, header }: Options): McpSource | undefined {
  if (command !== undefined && url !== undefined) throw new CommandFailure("--command or --url, not both");
  if (command !== undefined) return { kind: "command", command, args };
  if (url === undefined) return undefined;
  if (args.length > 0) throw new CommandFailure("a file or --url, not both");
  if (!URL.canParse(url)) throw new CommandFailure(`\`${url}\` is no address`);
  return { kind: "url", url, ...(header === undefined ? {} : { headers: header }) };
}

/** A server may call itself anything; on the wire it has a plain name. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "mcp";
}

async function readListing(path: string, terminal: Terminal): Promise<unknown> {
  const { readTextFile } = await import("../../bundle/read-file.js");
  const { findJsonMistake } = await import("../../values/json-check.js");
  const { BUNDLE_LIMITS } = await import("../../bundle/limits.js");
  const file = path === "-" ? { text: await terminal.stdin() } : readTextFile(path, BUNDLE_LIMITS.totalBytes);
  if (!("text" in file)) throw new CommandFailure(`cannot read \`${path}\`: ${file.message}`);
  const mistake = findJsonMistake(file.text, { maxDepth: 128, exact: false });
  if (mistake !== undefined)
    throw new CommandFailure(`\`${path}\` is not JSON: ${mistake.pointer} ${mistake.message}`);
  const json: unknown = JSON.parse(file.text);
  // A whole JSON-RPC answer, as it comes off the wire, is as good as its result.
  const isAnswer = typeof json === "object" && json !== null && "result" in json;
  return isAnswer ? json.result : json;
}

function write(folder: string, server: string, text: string): string {
  const path = join(folder, `${server}.writ`);
  if (existsSync(path)) throw new CommandFailure(`\`${path}\` exists, and nothing is overwritten`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw new CommandFailure(`cannot write \`${path}\`: ${reasonOf(error)}`);
  }
  return path;
}
