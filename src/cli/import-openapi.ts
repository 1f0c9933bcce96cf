/** `writ import openapi`: drafts a catalogue from a document in a file or at an address. */
import { basename, extname } from "node:path";
import { fetchText } from "../import/limited-fetch.js";
import { importOpenapi, titleOfApi } from "../import/openapi.js";
import { DocumentProblem, readDocument } from "../import/read-document.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import { moduleFor, plainServer, readSource, writeCatalogue } from "./import-files.js";
import type { ImportCommandOptions } from "./import-options.js";
import type { Terminal } from "./terminal.js";

/** Prints or writes the catalogue. Throws CommandFailure if the document cannot be fetched or read. */
export async function importOpenapiDocument(
  source: string,
  options: ImportCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const isAddress = /^https?:\/\//i.test(source);
  if (!isAddress && options.header !== undefined)
    throw new CommandFailure("--header needs an address, and this is a file");
  const text = isAddress ? await fetched(source, options.header) : await readSource(source, terminal);
  const document = parsed(source, text);
  const server = options.server ?? plainServer(nameOf(isAddress ? "" : source, document));
  writeCatalogue(
    () => importOpenapi(document, { module: moduleFor(server, options.module), server, only: options.only }),
    server,
    options.out,
    terminal,
  );
}

async function fetched(address: string, headers: ImportCommandOptions["header"]): Promise<string> {
  if (!URL.canParse(address)) throw new CommandFailure(`\`${address}\` is not an address`);
  try {
    return await fetchText(address, headers);
  } catch (error) {
    throw new CommandFailure(`cannot fetch \`${address}\`: ${(error as Error).message}`, EXIT.internal);
  }
}

function parsed(source: string, text: string): unknown {
  try {
    return readDocument(text);
  } catch (error) {
    if (!(error instanceof DocumentProblem)) throw error;
    const name = source === "-" ? "standard input" : `\`${source}\``;
    throw new CommandFailure(`cannot read ${name}: ${error.message}`);
  }
}

/** File names that name the kind of document, not the API. */
const GENERIC = /^(?:|-|api|api-docs|docs|index|main|openapi(?:[-_.]?v?[\d.]*)|spec|swagger|schema)$/i;

function nameOf(path: string, document: unknown): string {
  const name = basename(path, extname(path));
  if (!GENERIC.test(name)) return name;
  return titleOfApi(document)?.toLowerCase().slice(0, 40) ?? "api";
}
