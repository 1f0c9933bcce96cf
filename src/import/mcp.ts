/**
 * A catalogue from what an MCP server lists. It is a draft: action and tier are guesses marked `@review`, what a tool
 * accepts and yields is left open for `writ check` to ask about, and the server's `outputSchema` is ignored, because a
 * declared result vouches for the identifiers in it, and the server must not decide that.
 */
import { CatalogueDraft, type DraftedTool, type ImportedCatalogue, isModuleName } from "./catalogue-draft.js";
import { guessRisk } from "./guess-risk.js";
import { importRecord, saysFields } from "./json-schema.js";
import { type ListingStamp, stampComment, stampOf } from "./listing-stamp.js";
import { isPlainName, plainLine } from "./names.js";
import { isSchema, own } from "./schema.js";
import { selectTools } from "./select-tools.js";

/** The name of a catalogue, and the server of its tools. */
export interface ImportOptions {
  /** The module that the catalogue opens with. */
  readonly module: string;
  /** The server's name on the wire: `SERVER/TOOL`. */
  readonly server: string;
  /** Names or patterns of the selected tools; all by default. */
  readonly only?: readonly string[] | undefined;
}

/** One tool that a server lists, as it was read. */
export interface ListedTool {
  readonly drafted: DraftedTool;
  readonly stamp: ListingStamp;
}

/** A `tools/list` result as it was read. */
export interface ReadListing {
  readonly listed: readonly ListedTool[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  readonly isWanted: (name: string) => boolean;
}

const MAX_TOOLS = 2000;

/**
 * A `.writ` catalogue of a `tools/list` result. Throws a `TypeError` for anything else, or if the module is not a name;
 * a tool that cannot be imported is skipped and listed.
 */
export function importMcp(listing: unknown, options: ImportOptions): ImportedCatalogue {
  if (!isModuleName(options.module)) throw new TypeError("the module is to be a name such as `acme.tools`");
  if (!isPlainName(options.server)) throw new TypeError("the server is to have a plain name");
  const { listed, skipped } = readListing(listing, options.only);
  const origin = `Drafted from the tools that the MCP server ${plainLine(options.server, 80)} lists. A draft: every entry is to be reviewed.`;
  const wires = toolsOf(listing).map(nameOf);
  const draft = new CatalogueDraft({ ...options, origin }, wires);
  for (const { drafted } of listed) draft.take(drafted);
  for (const { name, why } of skipped) draft.skip(name, why);
  return draft.finish(listed.length + skipped.length);
}

function toolsOf(listing: unknown): readonly unknown[] {
  const tools = isSchema(listing) ? own(listing, "tools") : undefined;
  if (!Array.isArray(tools))
    throw new TypeError("this is not a `tools/list` result: it has no list of `tools`");
  return tools;
}

/** Returns the selected tools, and why some cannot be read. `others` may be selected by name besides those listed. */
export function readListing(
  listing: unknown,
  only: readonly string[] | undefined,
  others: readonly string[] = [],
): ReadListing {
  const tools = toolsOf(listing);
  const isWanted = selectTools([...tools.map(nameOf), ...others], only);
  const listed: ListedTool[] = [];
  const skipped: { name: string; why: string }[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of tools.entries()) {
    const name = nameOf(entry);
    if (!isWanted(name)) continue;
    const tool = index < MAX_TOOLS ? readTool(entry) : undefined;
    if (tool !== undefined && seen.has(name)) skipped.push({ name, why: "another tool has the same name" });
    else if (tool !== undefined) listed.push(tool);
    else if (index < MAX_TOOLS) skipped.push({ name, why: "it has no name that can be written" });
    else skipped.push({ name, why: `only ${MAX_TOOLS} tools of a server are taken over` });
    seen.add(name);
  }
  return { listed, skipped, isWanted };
}

function nameOf(entry: unknown): string {
  const name = isSchema(entry) ? own(entry, "name") : undefined;
  return typeof name === "string" ? name : "?";
}

function readTool(entry: unknown): ListedTool | undefined {
  if (!isSchema(entry)) return undefined;
  const name = own(entry, "name");
  if (typeof name !== "string" || !isPlainName(name)) return undefined;
  const said = own(entry, "description");
  const description = typeof said === "string" ? said.slice(0, 10_000) : "";
  const annotations = own(entry, "annotations");
  const claims = isSchema(annotations) ? annotations : {};
  const title = own(entry, "title") ?? own(claims, "title");
  const schema = own(entry, "inputSchema");
  const { type, about, remarks, untyped } = importRecord(schema);
  const stamp = stampOf(entry);
  const drafted: DraftedTool = {
    wire: name,
    title: typeof title === "string" && plainLine(title, 100) !== "" ? title : undefined,
    description,
    risk: guessRisk({
      name,
      description,
      arguments: type.fields.map(({ wire }) => wire),
      annotations: {
        readOnly: flag(own(claims, "readOnlyHint")),
        destructive: flag(own(claims, "destructiveHint")),
      },
    }),
    args: type,
    about,
    remarks,
    untyped: saysFields(schema) ? untyped : "nothing",
    stamp: stampComment(stamp),
  };
  return { drafted, stamp };
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
