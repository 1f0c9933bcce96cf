/** A catalogue that grows tool by tool into the text of one file, for a person to review. */
import { formatSource } from "../format/format-source.js";
import { Source } from "../source/source.js";
import { parse } from "../syntax/parse.js";
import type { FieldType, RecordType, Type } from "../values/type.js";
import type { Risk } from "./guess-risk.js";
import { distinctNames, nameFor, plainLine, textLiteral } from "./names.js";
import { writeRecord, writeType } from "./write-type.js";

/** The finished draft, and the result for each tool. */
export interface ImportedCatalogue {
  /** The text of a `.writ` file. */
  readonly text: string;
  readonly tools: {
    readonly listed: number;
    readonly imported: number;
    /** Every argument has a type, or the schema states that there are none. */
    readonly typed: number;
    /** Arguments have names, and some of them no published type: they are `json`. */
    readonly partlyTyped: readonly string[];
    /** No arguments were published: calls with arguments are refused until a person declares them. */
    readonly untyped: readonly string[];
    readonly skipped: readonly { readonly name: string; readonly why: string }[];
  };
  /** Notes for people who do not read the file, one line each. */
  readonly notes: readonly string[];
}

/** One tool as it was read, before it is written. */
export interface DraftedTool {
  /** Its name at the source; its name on the wire begins with the server. */
  readonly wire: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly risk: Risk;
  readonly args: RecordType;
  /** Notes for the reviewer about each field. */
  readonly about: ReadonlyMap<FieldType, string>;
  readonly result?: Type;
  /** Comment lines above the arguments, each at most once. */
  readonly remarks: readonly string[];
  /** A line for the end of the entry, which a later import compares. */
  readonly stamp?: string;
  /** Wire names of arguments without a published type; `nothing` where no arguments were published at all. */
  readonly untyped: readonly string[] | "nothing";
}

/** The subject of a draft. */
export interface DraftOptions {
  /** The module that the catalogue opens with. */
  readonly module: string;
  /** The prefix of each tool on the wire: `SERVER/TOOL`. */
  readonly server: string;
  /** The file's first line. */
  readonly origin: string;
  /** The prefix of each tool's name; the server's name by default. */
  readonly family?: string;
}

/** A file of a bundle may have a mebibyte. */
const MAX_DRAFT = 900_000;
const MAX_FORMATTED_DRAFT = 1_000_000;
const MODULE = /^[a-z_][A-Za-z0-9_]*(?:\.[a-z_][A-Za-z0-9_]*)*$/;

/** Whether a text is the name of a module, such as `acme.tools`. */
export function isModuleName(name: string): boolean {
  return MODULE.test(name);
}

/** Collects tools in the order they arrive; each gets a unique name. */
export class CatalogueDraft {
  readonly #options: DraftOptions;
  readonly #family: string;
  readonly #names: ReadonlyMap<string, string>;
  readonly #wires = new Set<string>();
  readonly #entries: string[] = [];
  readonly #partlyTyped: string[] = [];
  readonly #untyped: string[] = [];
  readonly #skipped: { readonly name: string; readonly why: string }[] = [];
  #length = 0;

  /** `wires` are all tools that will be offered: a name depends on which others exist, not on their order. */
  constructor(options: DraftOptions, wires: Iterable<string>, taken: ReadonlySet<string> = new Set()) {
    this.#options = options;
    this.#names = distinctNames(wires, "tool", taken);
    this.#family = options.family ?? nameFor(options.server, "server");
  }

  /** Whether the file has no room for anything more. */
  get isFull(): boolean {
    return this.#length > MAX_DRAFT - 200;
  }

  skip(name: string, why: string): void {
    this.#skipped.push({ name: plainLine(name, 80), why });
  }

  /** Adds a tool to the catalogue, or notes and returns why not. */
  take(tool: DraftedTool): string | undefined {
    const name = this.#names.get(tool.wire);
    if (name === undefined) throw new Error("a tool that was not announced");
    const text = this.#write(tool, this.#family === "" ? name : `${this.#family}.${name}`);
    const why = this.#wires.has(tool.wire)
      ? "another tool has the same name"
      : this.#length + text.length > MAX_DRAFT
        ? "the catalogue is too large for one file"
        : undefined;
    if (why !== undefined) {
      this.skip(tool.wire, why);
      return why;
    }
    this.#length += text.length;
    this.#wires.add(tool.wire);
    this.#entries.push(text);
    if (tool.untyped === "nothing") this.#untyped.push(tool.wire);
    else if (tool.untyped.length > 0) this.#partlyTyped.push(tool.wire);
    return undefined;
  }

  /** The entries alone, in canonical form. */
  entries(): string {
    return canonical(this.#entries.join("\n"));
  }

  finish(listed: number, more: readonly string[] = []): ImportedCatalogue {
    const imported = this.#entries.length;
    const partly = this.#partlyTyped.length;
    const untyped = this.#untyped.length;
    const left = this.#skipped.slice(0, 20).map(({ name, why }) => `left out: ${name} (${why})`);
    const beyond = this.#skipped.length - left.length;
    const notes = [
      `${imported} of ${listed} tools; action and tier are guesses: review each and remove its @review`,
      ...(untyped === 0
        ? []
        : [`${untyped} without any published argument: calls with arguments are refused`]),
      ...(partly === 0 ? [] : [`${partly} with arguments of no published type, which no rule can look into`]),
      ...more,
      ...left,
      ...(beyond === 0 ? [] : [`left out: ${beyond} more`]),
    ];
    const header = [`// ${this.#options.origin}`, ...notes.map((note) => `// ${note}`)].join("\n");
    return {
      text: canonical(`${header}\nmodule ${this.#options.module}\n\n${this.#entries.join("\n")}`),
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

  #write(tool: DraftedTool, name: string): string {
    const { risk, result } = tool;
    const title = titleOf(tool);
    const said = documentation(tool.description).filter((line) => line.replace(/\.$/, "") !== title);
    return [
      ...said.map((line) => `/// ${line}`),
      `@review(${textLiteral(plainLine(`guessed: ${risk.reason}`, 140))})`,
      `tool ${name} as ${textLiteral(`${this.#options.server}/${tool.wire}`)} {`,
      `  title   ${textLiteral(title)}`,
      `  action  ${risk.action}${risk.irreversible ? " irreversible" : ""}`,
      `  tier    ${risk.tier}`,
      ...remarksOf(tool).map((remark) => `  // ${remark}`),
      `  args    ${writeRecord(tool.args, tool.about, "  ")}`,
      ...(result === undefined
        ? []
        : [`  // ${RESULT_QUESTION}`, `  result  ${writeType(result, tool.about, "  ")}`]),
      ...openQuestions(risk).map((line) => `  // ${line}`),
      ...(tool.stamp === undefined ? [] : [`  // ${tool.stamp}`]),
      "}\n",
    ].join("\n");
  }
}

/** Returns the formatted text, which proves that nothing is lost; if formatting makes it too long for a file, it stays unformatted. */
function canonical(text: string): string {
  const formatted = formatSource(new Source("draft.writ", text), parse);
  return formatted.kind === "formatted" && formatted.text.length <= MAX_FORMATTED_DRAFT
    ? formatted.text
    : text;
}

/** A declared result vouches for its content, which only a person who knows the source can decide. */
const RESULT_QUESTION =
  "review: this vouches for the identifiers in it; @label what outsiders can write, or take it out";

function remarksOf({ remarks, untyped }: DraftedTool): readonly string[] {
  const all = [...remarks];
  if (untyped === "nothing")
    all.push("no arguments were published: a call with any is refused until they are declared here");
  else if (untyped.length > 0) all.push(`no type was published for ${plainLine(untyped.join(", "), 120)}`);
  return [...new Set(all)];
}

/** Each bundle declares its own labels, so a draft contains none; `writ check` asks about missing ones. */
function openQuestions(risk: Risk): readonly string[] {
  if (risk.action === "read") {
    return ["review: accepts which labels, or any? yields what, untrusted if outsiders can write it?"];
  }
  return ["review: accepts which labels? yields nothing? scope, timeout, and a tag if it carries data out?"];
}

function titleOf(tool: DraftedTool): string {
  const first = /^[^.!?\n]{3,}/.exec(tool.description.trim())?.[0];
  return plainLine(tool.title ?? first ?? tool.wire, 100) || plainLine(tool.wire, 100);
}

/** Returns a description as a few lines of at most a hundred characters. */
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
