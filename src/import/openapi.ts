/**
 * A catalogue from an OpenAPI document: one tool an operation. It is a draft: action and tier are guesses marked
 * `@review`, and what a tool accepts and yields is left open for `writ check` to ask about. Unlike the list of an MCP
 * server, the document is a description that people maintain, so results are imported, each with a question next to it.
 */
import { CatalogueDraft, type DraftedTool, type ImportedCatalogue, isModuleName } from "./catalogue-draft.js";
import { guessOperationRisk } from "./guess-operation-risk.js";
import { ELSEWHERE, SchemaReader } from "./json-schema.js";
import type { ImportOptions } from "./mcp.js";
import { isPlainName, plainLine } from "./names.js";
import {
  BUNDLE_HELP,
  credentialPlaces,
  type Operation,
  operationsOf,
  requireOpenapi,
} from "./openapi-document.js";
import { readArguments } from "./operation-arguments.js";
import { readResult } from "./operation-result.js";
import { isSchema, listOf, own, type Schema, textOf } from "./schema.js";
import { selectTools } from "./select-tools.js";

const MAX_OPERATIONS = 2_000;
/** Many descriptions are HTML, which a comment does not show. */
const TAG = /<\/?[a-z][^<>]{0,200}>/gi;
/** Schemas looked at in one document, each as often as an operation refers to it. */
const MAX_NODES = 1_000_000;

/**
 * A `.writ` catalogue of a document that was parsed. Throws a `TypeError` on what is no OpenAPI 3.0 or 3.1, or where
 * the module is no name; a single operation that cannot be taken over is skipped and listed.
 */
export function importOpenapi(document: unknown, options: ImportOptions): ImportedCatalogue {
  if (!isModuleName(options.module)) throw new TypeError("the module is to be a name such as `acme.tools`");
  if (!isPlainName(options.server)) throw new TypeError("the server is to have a plain name");
  const root = requireOpenapi(document);
  const origin = `Drafted from the OpenAPI document of ${plainLine(options.server, 80)}. A draft: every entry is to be reviewed.`;
  const draft = new CatalogueDraft({ ...options, origin }, wiresOf(root));
  const reading = new DocumentReading(root);
  const isWanted = selectTools(wiresOf(root), options.only);
  let listed = 0;
  for (const found of operationsOf(root)) {
    const name = "why" in found ? found.path : wireOf(found);
    if (!isWanted(name)) continue;
    if (++listed > MAX_OPERATIONS) draft.skip(name, `only ${MAX_OPERATIONS} operations are taken over`);
    else if ("why" in found) draft.skip(name, found.why);
    else if (draft.isFull) draft.skip(name, "the catalogue is too large for one file");
    else if (reading.isSpent) draft.skip(name, "the schemas before it are too large");
    else {
      const tool = reading.read(found);
      if ("why" in tool) draft.skip(name, tool.why);
      else draft.take(tool);
    }
  }
  return draft.finish(listed, reading.notes());
}

/** The name or path of the document's API, for want of a better name for its server; undefined where it has none. */
export function titleOfApi(document: unknown): string | undefined {
  const info = isSchema(document) ? own(document, "info") : undefined;
  return isSchema(info) ? textOf(info, "title") : undefined;
}

class DocumentReading {
  readonly #root: Schema;
  readonly #credentials: ReadonlySet<string>;
  #nodes = 0;
  #elsewhere = 0;

  constructor(root: Schema) {
    this.#root = root;
    this.#credentials = credentialPlaces(root);
  }

  get isSpent(): boolean {
    return this.#nodes > MAX_NODES;
  }

  notes(): readonly string[] {
    if (this.#elsewhere === 0) return [];
    return [`${this.#elsewhere} with a schema in another document, which is not fetched: ${BUNDLE_HELP}`];
  }

  read(operation: Operation): DraftedTool | { readonly why: string } {
    const wire = wireOf(operation);
    if (!isPlainName(wire)) return { why: "it has no name that can be written" };
    const reader = new SchemaReader(this.#root, { leaveOut: "readOnly" });
    const read = readArguments(this.#root, operation, this.#credentials, reader);
    this.#nodes += reader.nodes + 1;
    if ("why" in read) return read;
    const result = readResult(this.#root, operation.body);
    this.#nodes += result.nodes;
    const about = new Map([...reader.about, ...result.about]);
    if ([...about.values(), ...read.remarks].some((said) => said.includes(ELSEWHERE))) this.#elsewhere++;
    const { method, path, id, body } = operation;
    const summary = textOf(body, "summary");
    const description = (textOf(body, "description") ?? "").replace(TAG, " ");
    return {
      wire,
      title: summary === undefined || plainLine(summary, 100) === "" ? undefined : summary,
      description,
      risk: guessOperationRisk({
        method,
        path,
        operationId: id,
        description: `${summary ?? ""}\n${description}`,
      }),
      args: read.args,
      about,
      ...(result.type === undefined ? {} : { result: result.type }),
      remarks: [
        ...(id === undefined ? [] : [`${method} ${plainLine(path, 120)}`]),
        ...(own(body, "deprecated") === true ? ["deprecated"] : []),
        ...scopesOf(this.#root, body),
        ...read.remarks,
        ...(result.remark === undefined ? [] : [result.remark]),
      ],
      untyped: read.untyped,
    };
  }
}

function wiresOf(root: Schema): readonly string[] {
  return [...operationsOf(root)].flatMap((found) => ("why" in found ? [] : [wireOf(found)]));
}

function wireOf({ method, path, id }: Operation): string {
  return id ?? `${method} ${path}`;
}

/** The scopes that the API itself asks for, as a remark: the bundle decides which of them an agent's hop must have. */
function scopesOf(root: Schema, operation: Schema): readonly string[] {
  const security = own(operation, "security") ?? own(root, "security");
  const scopes = listOf(security).flatMap((each) =>
    isSchema(each) ? Object.values(each).flatMap((list) => listOf(list)) : [],
  );
  const names = [...new Set(scopes.filter((scope): scope is string => typeof scope === "string"))];
  return names.length === 0
    ? []
    : [`the API asks for the scopes ${plainLine(names.slice(0, 20).join(", "), 120)}`];
}
