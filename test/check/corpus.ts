/** Reads the corpora of bundles: one text file a bundle, its parts and what is expected of it in comments. */
import { readdirSync, readFileSync } from "node:fs";
import { check } from "../../src/check/check.js";
import { patternProblem } from "../../src/compile/pattern.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const CORPUS = new URL("../corpora/check/", import.meta.url);
const NOW = Date.UTC(2026, 10, 24);

/** The bundles of one folder, by the words of their names. */
export function bundlesOf(folder: "valid" | "invalid"): { readonly name: string; readonly text: string }[] {
  return readdirSync(new URL(`${folder}/`, CORPUS))
    .sort()
    .map((file) => ({
      name: file.replace(/\.writ$/, "").replaceAll("-", " "),
      text: readFileSync(new URL(`${folder}/${file}`, CORPUS), "utf8"),
    }));
}

/**
 * What checking a bundle says, one line a diagnostic: its code, what it underlines, and its message.
 *
 * `//== a.writ` begins a file of the bundle, `//use x.writ` brings in a file of the corpus.
 */
export function diagnose(text: string): { readonly lines: string[]; readonly loads: boolean } {
  const parts = partsOf(text);
  const sources = new Map<string, Source>();
  for (const [name, part] of parts) if (name.endsWith(".writ")) sources.set(name, new Source(name, part));
  for (const [, name = ""] of text.matchAll(/^\/\/use (.*)$/gm)) {
    sources.set(name, new Source(name, readFileSync(new URL(name, CORPUS), "utf8")));
  }
  const parsed = [...sources.values()].map((source) => parse(source));
  const checked = check(
    parsed.map((each) => each.file),
    { readData: (path) => dataIn(parts, path), now: NOW, isPattern: patternProblem },
  );
  const readable = parsed.every((each) => each.diagnostics.every(({ severity }) => severity === "warning"));
  const found = [...parsed.flatMap((each) => each.diagnostics), ...checked.diagnostics];
  return {
    lines: found.map((each) => lineOf(each, sources)),
    loads: readable && checked.program !== undefined,
  };
}

/** What a bundle says will be found in it: the lines that begin with `//! `. */
export function expectedIn(text: string): string[] {
  return [...text.matchAll(/^\/\/! (.*)$/gm)].map(([, line = ""]) => line);
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  const [before = "", ...rest] = text.split(/^\/\/== (.*)\n/m);
  if (rest.length === 0) return parts.set("case.writ", before);
  for (let i = 0; i < rest.length; i += 2)
    parts.set(rest[i] ?? "", (rest[i + 1] ?? "").replace(/^\/\/! .*\n?/gm, ""));
  return parts;
}

function dataIn(parts: ReadonlyMap<string, string>, path: string): { json: unknown } | { problem: string } {
  const part = parts.get(path);
  return part === undefined ? { problem: "there is no such file" } : { json: JSON.parse(part) };
}

function lineOf({ code, primary, message }: Diagnostic, sources: ReadonlyMap<string, Source>): string {
  const underlined = sources.get(primary.span.file)?.slice(primary.span).replace(/\s+/g, " ") ?? "";
  return `${code} [${underlined}] ${message}`;
}
