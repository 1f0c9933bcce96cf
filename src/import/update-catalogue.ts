/**
 * A catalogue that people have worked on, brought up to date with what its server lists now. What they wrote stays. A
 * tool that is new is added as a draft, one that changed is marked `@review` again, and one that is gone is reported.
 */
import { formatSource } from "../format/format-source.js";
import { Source } from "../source/source.js";
import type { File, ToolDeclaration } from "../syntax/ast.js";
import { parse } from "../syntax/parse.js";
import { CatalogueDraft } from "./catalogue-draft.js";
import { type ListingStamp, readStamp, stampComment } from "./listing-stamp.js";
import { type ListedTool, readListing } from "./mcp.js";
import { textLiteral } from "./names.js";

/** What became of one tool. */
export interface ToolChange {
  readonly kind: "added" | "changed" | "gone" | "left out";
  /** Its name at the server. */
  readonly tool: string;
  /** What changed, or why it is left out; the words follow the name. */
  readonly what: string;
  /** Where it is declared, without a line for one that was added; undefined for one that is not. */
  readonly at?: { readonly file: string; readonly line: number | undefined };
}

/** The new text of each file that changes, and what changed. */
export interface CatalogueUpdate {
  readonly texts: ReadonlyMap<string, string>;
  readonly changes: readonly ToolChange[];
  readonly compared: number;
}

/** Whose tools are compared. */
export interface UpdateOptions {
  readonly server: string;
  readonly only?: readonly string[] | undefined;
}

interface Declared {
  readonly source: Source;
  readonly file: File;
  readonly tool: ToolDeclaration;
}

interface Edit {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Compares the policies of a bundle with a `tools/list` result. Throws a TypeError if no policy declares a tool of the
 * server, if one does not parse, and for what `importMcp` refuses.
 */
export function updateCatalogue(
  sources: readonly Source[],
  listing: unknown,
  { server, only }: UpdateOptions,
): CatalogueUpdate {
  const declared = declaredTools(sources, server);
  const [first] = declared.values();
  if (first === undefined)
    throw new TypeError(`no policy declares a tool of the server \`${server}\`: import it first`);
  const { listed, skipped, isWanted } = readListing(listing, only, [...declared.keys()]);
  const edits = new Map<Source, Edit[]>();
  const changes: ToolChange[] = skipped.map(({ name, why }) => ({ kind: "left out", tool: name, what: why }));
  const added: ListedTool[] = [];
  for (const each of listed) {
    const known = declared.get(each.drafted.wire);
    if (known === undefined) added.push(each);
    else changes.push(...compare(each, known, edits));
  }
  const names = new Set([...listed.map(({ drafted }) => drafted.wire), ...skipped.map(({ name }) => name)]);
  for (const [tool, known] of declared) {
    if (isWanted(tool) && !names.has(tool))
      changes.push({ kind: "gone", tool, what: "", at: locationOf(known) });
  }
  const drafts = draftOf(added, declared, server);
  changes.push(...drafts.changes.map((change) => ({ ...change, ...placeIn(change, first) })));
  if (drafts.text !== "") addEdit(edits, first.source, endOf(first.source, drafts.text));
  return { texts: applied(edits), changes, compared: listed.length };
}

function declaredTools(sources: readonly Source[], server: string): ReadonlyMap<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const source of sources) {
    const { file, diagnostics } = parse(source);
    if (diagnostics.some(({ severity }) => severity === "error"))
      throw new TypeError(`\`${source.path}\` does not parse: \`writ check\` says why`);
    for (const item of file.items) {
      const wire = item.kind === "tool" ? item.wire?.value : undefined;
      if (item.kind !== "tool" || wire?.startsWith(`${server}/`) !== true) continue;
      declared.set(wire.slice(server.length + 1), { source, file, tool: item });
    }
  }
  return declared;
}

/** What changed of a tool since it was drafted or last updated; the stamp follows, and the tool asks for a review. */
function compare(
  { drafted, stamp }: ListedTool,
  known: Declared,
  edits: Map<Source, Edit[]>,
): readonly ToolChange[] {
  const { source, file, tool } = known;
  const { start, end } = tool.span;
  const comment = file.comments.find(
    ({ span }) => span.start > start && span.end < end && readStamp(source.slice(span)) !== undefined,
  );
  const before = comment && readStamp(source.slice(comment.span));
  const what = differences(
    before,
    stamp,
    fieldChanges(
      tool,
      drafted.args.fields.map(({ wire }) => wire),
    ),
  );
  if (before?.schema === stamp.schema && before.description === stamp.description) return [];
  const text = `// ${stampComment(stamp)}`;
  if (comment === undefined) addEdit(edits, source, { at: end - 1, end: end - 1, text: `  ${text}\n` });
  else addEdit(edits, source, { at: comment.span.start, end: comment.span.end, text });
  if (what === "") return [];
  if (!tool.annotations.some(({ name }) => name.text === "review")) {
    const review = `@review(${textLiteral(`changed at the server: ${what}`.slice(0, 200))})\n`;
    addEdit(edits, source, { at: start, end: start, text: review });
  }
  return [{ kind: "changed", tool: drafted.wire, what, at: locationOf(known) }];
}

/** In words; empty where nothing is known to have changed. Without a stamp, names of arguments are all there is to compare. */
function differences(before: ListingStamp | undefined, now: ListingStamp, fields: string): string {
  if (before === undefined) return fields === "" ? "" : `arguments (${fields})`;
  const schema = before.schema === now.schema ? [] : [fields === "" ? "schema" : `schema (${fields})`];
  return [...schema, ...(before.description === now.description ? [] : ["description"])].join(", ");
}

/** `+new, -old`, by wire names. */
function fieldChanges(tool: ToolDeclaration, listed: readonly string[]): string {
  const declared = tool.items.flatMap((item) =>
    item.kind === "args" ? item.record.fields.map(({ name, wire }) => wire?.value ?? name.text) : [],
  );
  const added = listed.filter((wire) => !declared.includes(wire)).map((wire) => `+${wire}`);
  const gone = declared.filter((wire) => !listed.includes(wire)).map((wire) => `-${wire}`);
  const all = [...added, ...gone];
  return `${all.slice(0, 8).join(", ")}${all.length > 8 ? ", …" : ""}`;
}

/** Entries for new tools, under the first name of the tools that are there. */
function draftOf(
  added: readonly ListedTool[],
  declared: ReadonlyMap<string, Declared>,
  server: string,
): { readonly text: string; readonly changes: readonly ToolChange[] } {
  const names = [...declared.values()].map(({ tool }) => tool.name.text);
  const family = /^(.*)\.[^.]*$/.exec(names[0] ?? "")?.[1] ?? "";
  const taken = new Set(names.map((name) => name.slice(name.lastIndexOf(".") + 1)));
  const draft = new CatalogueDraft(
    { module: "", server, origin: "", family },
    added.map(({ drafted }) => drafted.wire),
    taken,
  );
  const changes = added.map(({ drafted }): ToolChange => {
    const why = draft.take(drafted);
    return { kind: why === undefined ? "added" : "left out", tool: drafted.wire, what: why ?? "" };
  });
  return { text: draft.entries(), changes };
}

function placeIn({ kind }: ToolChange, { source }: Declared): Pick<ToolChange, "at"> {
  return kind === "added" ? { at: { file: source.path, line: undefined } } : {};
}

function locationOf({ source, tool }: Declared): NonNullable<ToolChange["at"]> {
  return { file: source.path, line: source.positionAt(tool.name.span.start).line };
}

function endOf({ text }: Source, entries: string): Edit {
  const gap = text.endsWith("\n") ? "\n" : "\n\n";
  return { at: text.length, end: text.length, text: gap + entries };
}

function addEdit(edits: Map<Source, Edit[]>, source: Source, edit: Edit): void {
  edits.set(source, [...(edits.get(source) ?? []), edit]);
}

/** Files that were in canonical form are so again; others keep the form that people gave them. */
function applied(edits: ReadonlyMap<Source, readonly Edit[]>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [source, list] of edits) {
    let text = source.text;
    for (const { at, end, text: inserted } of [...list].sort((a, b) => b.at - a.at)) {
      text = text.slice(0, at) + inserted + text.slice(end);
    }
    const edited = new Source(source.path, text);
    if (parse(edited).diagnostics.some(({ severity }) => severity === "error"))
      throw new Error(`the update of ${source.path} does not parse`);
    const before = formatSource(source, parse);
    const after = before.kind === "formatted" && !before.changed ? formatSource(edited, parse) : undefined;
    texts.set(source.path, after?.kind === "formatted" ? after.text : text);
  }
  return texts;
}
