/**
 * Renames a declaration in every file of a bundle.
 *
 * A rename must not change the meaning of a policy. So the bundle is checked with the new texts, and the rename is
 * refused unless every name in it still has its former meaning.
 */
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver/node";
import { RESERVED_WORDS } from "../../grammar/words.js";
import type { Reference } from "../check/reference.js";
import type { Span } from "../source/source.js";
import type { Analysis } from "./analysis.js";
import { referenceAt } from "./analysis.js";
import { nameSpanOf, sameAs } from "./navigation.js";
import { rangeOf } from "./positions.js";
import type { Place, Workspace } from "./workspace.js";

/** Thrown if a rename is refused; the message is shown to the user. */
export class RenameRefused extends Error {
  override readonly name = "RenameRefused";
}

type Renamed = Reference & { readonly kind: "declared" | "variable" };

/** Returns the span and name to be renamed at an offset. Throws RenameRefused if there is nothing to rename. */
export function renameTarget(place: Place, offset: number): { readonly span: Span; readonly name: string } {
  const reference = renamable(place, offset);
  const name = declaredName(reference);
  const span = nameSpanOf(reference, place.analysis);
  if (span === undefined || !reference.text.endsWith(name))
    throw new RenameRefused("this name is not written in one piece");
  return { span: { ...span, start: span.end - name.length }, name };
}

function renamable({ analysis, file }: Place, offset: number): Renamed {
  const reference = referenceAt(analysis, file, offset);
  switch (reference?.kind) {
    case "variable":
      return reference;
    case "declared":
      if (reference.entries.length === 1) return reference;
      throw new RenameRefused(
        reference.entries.length === 0
          ? `nothing is called \`${reference.text}\``
          : `\`${reference.text}\` could mean several things: write it out first`,
      );
    case "field":
      throw new RenameRefused("callers send fields by their names: rename one by hand, on both sides");
    case "pattern":
      throw new RenameRefused("a pattern is not a name: rename the tools");
    case "root":
    case "function":
      throw new RenameRefused(`\`${reference.text}\` is built in`);
    default:
      throw new RenameRefused("nothing here has a name that could be changed");
  }
}

function declaredName(reference: Renamed): string {
  return reference.kind === "variable" ? reference.text : (reference.entries[0]?.name ?? reference.text);
}

/** Returns the edits that rename the declaration at an offset. Throws RenameRefused if they would change a meaning. */
export function rename(place: Place, offset: number, newName: string, workspace: Workspace): WorkspaceEdit {
  const { analysis } = place;
  if (analysis.loaded.checked === undefined)
    throw new RenameRefused("a file of this bundle has wrong syntax: mend it first");
  const reference = renamable(place, offset);
  const name = declaredName(reference);
  assertName(newName, reference);
  if (newName === name) return { changes: {} };
  const spans = sameAs(reference, analysis)
    .filter((each) => each.kind === "declared" || each.kind === "variable")
    .map((each) => suffixOf(each, name, analysis));
  const declaredAt = reference.kind === "variable" ? [reference.variable.span] : [];
  const edits = new Edits([...spans, ...declaredAt], newName);
  assertSameMeaning(analysis, workspace.suppose(analysis.root, edits.textsOf(analysis)), edits, name);
  return { changes: edits.changes(analysis, workspace) };
}

function assertName(name: string, reference: Renamed): void {
  const group = reference.kind === "variable" ? "variable" : reference.group;
  const shape = group === "type" ? /^[A-Z][A-Za-z0-9]*$/ : /^[a-z_][A-Za-z0-9_]*$/;
  const parts = group === "tool" ? name.split(".") : [name];
  const [first = ""] = parts;
  const fits =
    name.length <= 200 && shape.test(first) && parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part));
  if (!fits) {
    const begins = group === "type" ? "a capital" : "a small letter";
    throw new RenameRefused(
      `\`${name}\` is not a name: it begins with ${begins}, and has letters, digits and \`_\``,
    );
  }
  if ((RESERVED_WORDS as readonly string[]).includes(first))
    throw new RenameRefused(`\`${first}\` is a reserved word`);
}

/** Returns the name itself, without the module before it. */
function suffixOf(reference: Reference, name: string, analysis: Analysis): Span {
  const span = nameSpanOf(reference, analysis);
  if (span === undefined || !reference.text.endsWith(name)) {
    const { file, start } = reference.span;
    const line = analysis.loaded.sources.get(file)?.positionAt(start).line ?? 1;
    throw new RenameRefused(`at ${file}:${line} the name is not written in one piece`);
  }
  return { ...span, start: span.end - name.length };
}

/** Replaces several spans with one text. */
class Edits {
  readonly #byFile = new Map<string, Span[]>();
  readonly #text: string;

  constructor(spans: readonly Span[], text: string) {
    this.#text = text;
    const seen = new Set<string>();
    for (const span of [...spans].sort((a, b) => a.start - b.start)) {
      const key = `${span.start}:${span.file}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const list = this.#byFile.get(span.file);
      if (list === undefined) this.#byFile.set(span.file, [span]);
      else list.push(span);
    }
  }

  textsOf(analysis: Analysis): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const [file, spans] of this.#byFile) {
      let text = analysis.loaded.sources.get(file)?.text ?? "";
      for (const { start, end } of spans.toReversed())
        text = text.slice(0, start) + this.#text + text.slice(end);
      texts.set(file, text);
    }
    return texts;
  }

  changes(analysis: Analysis, workspace: Workspace): { [uri: string]: TextEdit[] } {
    const changes: { [uri: string]: TextEdit[] } = {};
    for (const [file, spans] of this.#byFile) {
      const source = analysis.loaded.sources.get(file);
      if (source === undefined) continue;
      const edits = spans.map((span) => ({ range: rangeOf(source, span), newText: this.#text }));
      changes[workspace.uriOf(analysis, file)] = edits;
    }
    return changes;
  }

  /** Converts an offset of the old text to the new one. */
  moved(file: string, offset: number): number {
    let shift = 0;
    for (const { start, end } of this.#byFile.get(file) ?? []) {
      if (end <= offset) shift += this.#text.length - (end - start);
      else break;
    }
    return offset + shift;
  }
}

function assertSameMeaning(before: Analysis, after: Analysis, edits: Edits, name: string): void {
  const known = tally(before);
  for (const each of after.loaded.diagnostics) {
    const left = known.get(each.code) ?? 0;
    if (left === 0) throw new RenameRefused(`the bundle would then say: ${each.message}`);
    known.set(each.code, left - 1);
  }
  const old = meanings(before, (file, offset) => edits.moved(file, offset));
  const now = meanings(after, (_, offset) => offset);
  for (const [place, meaning] of old) {
    if (now.get(place) !== meaning)
      throw new RenameRefused(`something else would change its meaning: \`${name}\` is taken`);
  }
  if (old.size !== now.size) throw new RenameRefused("something else would change its meaning");
}

function tally({ loaded }: Analysis): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of loaded.diagnostics) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** Returns every reference to a declaration, and where that is declared. */
function meanings(
  analysis: Analysis,
  move: (file: string, offset: number) => number,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const placed = ({ file, end }: Span) => `${file}:${move(file, end)}`;
  for (const reference of [...analysis.references.values()].flat()) {
    const spans =
      reference.kind === "declared" || reference.kind === "pattern"
        ? reference.entries.map((entry) => entry.nameSpan)
        : reference.kind === "variable"
          ? [reference.variable.span]
          : undefined;
    if (spans === undefined) continue;
    const key = `${reference.kind === "variable" ? "variable" : "name"} ${placed(reference.span)}`;
    found.set(key, [found.get(key) ?? "", ...spans.map(placed).sort()].join(" "));
  }
  return found;
}
