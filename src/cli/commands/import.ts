import { Command, InvalidArgumentError } from "commander";
import type { ImportCommandOptions, McpCommandOptions } from "../import-options.js";
import type { Terminal } from "../terminal.js";

/** `writ import`: drafts a catalogue from existing tools, for a person to review. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("draft a catalogue from existing tools")
    .addCommand(mcp(terminal))
    .addCommand(openapi(terminal));
}

function mcp(terminal: Terminal): Command {
  const command = new Command("mcp")
    .description("from the tools that an MCP server lists")
    .argument("[source...]", "a tools/list result in JSON, or - for stdin; with --command, its arguments")
    .option("--command <command>", "start this server and list its tools; its arguments follow after --")
    .option("--url <url>", "list the tools of the server at this address")
    .option("--header <name: value>", "send this header to --url; may repeat", header)
    .option(
      "--update <dir>",
      "bring the catalogue in this folder up to date: add what is new, report what changed or is gone",
    );
  return withCatalogue(command).action(async (source: readonly string[], options: McpCommandOptions) => {
    const { importMcpServer } = await import("../import-mcp.js");
    await importMcpServer(source, options, terminal);
  });
}

function openapi(terminal: Terminal): Command {
  const command = new Command("openapi")
    .description("from the operations of an OpenAPI document, 3.0 or 3.1")
    .argument("<source>", "the document in JSON or YAML: a file, an address, or - for stdin")
    .option("--header <name: value>", "send this header to the address; may repeat", header);
  return withCatalogue(command).action(async (source: string, options: ImportCommandOptions) => {
    const { importOpenapiDocument } = await import("../import-openapi.js");
    await importOpenapiDocument(source, options, terminal);
  });
}

function withCatalogue(command: Command): Command {
  return command
    .option("--module <name>", "the module of the catalogue; tools.SERVER by default")
    .option("--server <name>", "the server's name on the wire, as in SERVER/TOOL")
    .option("--only <name>", "only this tool; * is any run of characters; may repeat", several)
    .option("--out <dir>", "write a new file into this folder instead of standard output; never overwrites");
}

function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function header(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("a header is `Name: value`.");
  return { ...before, [name]: value };
}
