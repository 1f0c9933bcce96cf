/**
 * A catalogue from what an MCP server lists. It is a draft: action and tier are guesses marked `@review`, what a tool
 * accepts and yields is left open for `writ check` to ask about, and the server's `outputSchema` is not taken over, since
 * a declared result vouches for the identifiers in it, and that is not for the server to say.
 */
import { guessRisk, type Risk } from "./guess-risk.js";
import { type ImportedRecord, importRecord, saysFields } from "./json-schema.js";
import { isPlainName, nameFor, plainLine, textLiteral, unique } from "./names.js";
import { writeRecord } from "./write-type.js";

export interface ImportOptions {
  /** The module that the catalogue opens with. */
  readonly module: string;
  /** What the server is called on the wire: `SERVER/TOOL`. */
  readonly server: string;
}

export interface ImportedCatalogue {
  /** The text of a `.writ` file. */
  readonly text: string;
  readonly tools: {
    readonly listed: number;
    readonly imported: number;
    /** Every argument has a type, or the server says that there are none. */
    readonly typed: number;
    /** Arguments have names, and some of them no published type: they are `json`. */
    readonly partlyTyped: readonly string[];
    /** No arguments were published at all: calls with any are refused until somebody writes them down. */
    readonly untyped: readonly string[];
    readonly skipped: readonly { readonly name: string; readonly why: string }[];
  };
  /** What somebody should know who does not read the file, a line each. */
  readonly notes: readonly string[];
}

interface Listed {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly inputSchema: unknown;
  readonly readOnly: boolean | undefined;
  readonly destructive: boolean | undefined;
}

const TOOLS_MAX = 2000;
const TEXT_MAX = 900_000;
const MODULE = /^[a-z_][A-Za-z0-9_]*(?:\.[a-z_][A-Za-z0-9_]*)*$/;

/**
 * A `.writ` catalogue of a `tools/list` result. Throws a `TypeError` on what is no such result, or where the module is
 * no name; a single tool that cannot be taken over is skipped and listed.
 */
export function importMcp(listing: unknown, options: ImportOptions): ImportedCatalogue {
  if (!MODULE.test(options.module)) throw new TypeError("the module is to be a name such as `acme.tools`");
  if (!isPlainName(options.server)) throw new TypeError("the server is to have a plain name");
  const tools = isObject(listing) ? own(listing, "tools") : undefined;
  if (!Array.isArray(tools)) throw new TypeError("this is no `tools/list` result: it has no list of `tools`");
  const draft = new Draft(options);
  for (const tool of tools.slice(0, TOOLS_MAX)) draft.add(tool);
  for (const tool of tools.slice(TOOLS_MAX))
    draft.skip(tool, `only ${TOOLS_MAX} tools of a server are taken over`);
  return draft.finish(tools.length);
}

class Draft {
  readonly #options: ImportOptions;
  readonly #family: string;
  readonly #names = new Set<string>();
  readonly #wires = new Set<string>();
  readonly #entries: string[] = [];
  readonly #partlyTyped: string[] = [];
  readonly #untyped: string[] = [];
  readonly #skipped: { readonly name: string; readonly why: string }[] = [];
  #length = 0;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#family = nameFor(options.server, "server");
  }

  add(entry: unknown): void {
    const tool = readTool(entry);
    const why = tool === undefined ? "it has no name that can be written" : this.#take(tool);
    if (why !== undefined) this.skip(entry, why);
  }

  skip(entry: unknown, why: string): void {
    const name = isObject(entry) ? own(entry, "name") : undefined;
    this.#skipped.push({ name: plainLine(typeof name === "string" ? name : "?", 80), why });
  }

  finish(listed: number): ImportedCatalogue {
    const imported = this.#entries.length;
    const partly = this.#partlyTyped.length;
    const untyped = this.#untyped.length;
    const notes = [
      `${imported} of ${listed} tools; action and tier are guesses: review each and remove its @review`,
      ...(untyped === 0
        ? []
        : [`${untyped} without any published argument: calls with arguments are refused`]),
      ...(partly === 0 ? [] : [`${partly} with arguments of no published type, which no rule can look into`]),
      ...this.#skipped.slice(0, 20).map(({ name, why }) => `left out: ${name} (${why})`),
    ];
    const header = [
      `// Drafted from the tools that the MCP server ${plainLine(this.#options.server, 80)} lists. A draft: every entry is to be reviewed.`,
      ...notes.map((note) => `// ${note}`),
    ].join("\n");
    return {
      text: `${header}\nmodule ${this.#options.module}\n\n${this.#entries.join("\n")}`,
      tools: {
        listed,
        imported,
        typed: imported - partly - untyped,
        partlyTyped: this.#partlyTyped,
        untyped: this.#untyped,
        skipped: this.#skipped,
      },
      notes,
    };
  }

  /** Takes a tool into the catalogue, or says why not. */
  #take(tool: Listed): string | undefined {
    if (this.#wires.has(tool.name)) return "another tool has the same name";
    const args = importRecord(tool.inputSchema);
    const isUntyped = !saysFields(tool.inputSchema);
    const name = unique(nameFor(tool.name, "tool"), this.#names);
    const text = this.#write(tool, `${this.#family}.${name}`, args, isUntyped);
    if (this.#length + text.length > TEXT_MAX) return "the catalogue is too large for one file";
    this.#length += text.length;
    this.#wires.add(tool.name);
    this.#entries.push(text);
    if (isUntyped) this.#untyped.push(tool.name);
    else if (args.untyped.length > 0) this.#partlyTyped.push(tool.name);
    return undefined;
  }

  #write(tool: Listed, name: string, args: ImportedRecord, isUntyped: boolean): string {
    const { readOnly, destructive } = tool;
    const risk = guessRisk({
      name: tool.name,
      description: tool.description,
      annotations: { readOnly, destructive },
    });
    const remarks = [...args.remarks];
    if (isUntyped)
      remarks.push("no arguments were published: a call with any is refused until they stand here");
    if (args.untyped.length > 0) {
      remarks.push(`no type was published for ${plainLine(args.untyped.join(", "), 120)}`);
    }
    const title = titleOf(tool);
    const said = documentation(tool.description).filter((line) => line.replace(/\.$/, "") !== title);
    return [
      ...said.map((line) => `/// ${line}`),
      `@review(${textLiteral(plainLine(`guessed: ${risk.reason}`, 140))})`,
      `tool ${name} as ${textLiteral(`${this.#options.server}/${tool.name}`)} {`,
      `  title   ${textLiteral(title)}`,
      `  action  ${risk.action}${risk.irreversible ? " irreversible" : ""}`,
      `  tier    ${risk.tier}`,
      ...[...new Set(remarks)].map((remark) => `  // ${remark}`),
      `  args    ${writeRecord(args.type, args.about, "  ")}`,
      ...openQuestions(risk).map((line) => `  // ${line}`),
      "}\n",
    ].join("\n");
  }
}

/** Labels are the bundle's own, so none can be written here: silence is asked about by `writ check`. */
function openQuestions(risk: Risk): readonly string[] {
  if (risk.action === "read") {
    return ["review: accepts which labels, or any? yields what, untrusted if somebody outside can write it?"];
  }
  return ["review: accepts which labels? yields nothing? scope, timeout, and a tag if it carries data out?"];
}

function titleOf(tool: Listed): string {
  const first = /^[^.!?\n]{3,}/.exec(tool.description.trim())?.[0];
  return plainLine(tool.title ?? first ?? tool.name, 100) || plainLine(tool.name, 100);
}

/** A description as a few lines of at most a hundred characters. */
function documentation(description: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of plainLine(description, 600).split(" ")) {
    if (line !== "" && line.length + word.length >= 100) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

function readTool(entry: unknown): Listed | undefined {
  if (!isObject(entry)) return undefined;
  const name = own(entry, "name");
  if (typeof name !== "string" || !isPlainName(name)) return undefined;
  const description = own(entry, "description");
  const annotations = own(entry, "annotations");
  const claims = isObject(annotations) ? annotations : {};
  const title = own(entry, "title") ?? own(claims, "title");
  return {
    name,
    title: typeof title === "string" && plainLine(title, 100) !== "" ? title : undefined,
    description: typeof description === "string" ? description.slice(0, 10_000) : "",
    inputSchema: own(entry, "inputSchema"),
    readOnly: flag(own(claims, "readOnlyHint")),
    destructive: flag(own(claims, "destructiveHint")),
  };
}

function flag(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
