/** A fix is applied without reading on: each of them, in every text of the corpora, has to be right. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import type { Diagnostic, Fix } from "../../src/diagnostics/diagnostic.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

type Texts = ReadonlyMap<string, string>;

const CORPORA = fileURLToPath(new URL("../corpora/", import.meta.url));

/** The bundles of one folder of the corpora, and what each of them brings in with `//use`. */
function corpus(folder: string): readonly (readonly [string, Texts])[] {
  return readdirSync(join(CORPORA, folder)).map((name) => {
    const text = readFileSync(join(CORPORA, folder, name), "utf8");
    const [before = "", ...parts] = text.split(/^\/\/== (.*)\n/m);
    const texts = new Map<string, string>();
    if (parts.length === 0) texts.set("case.writ", before);
    for (let i = 0; i < parts.length; i += 2) texts.set(parts[i] ?? "", parts[i + 1] ?? "");
    for (const [, used = ""] of text.matchAll(/^\/\/use (.*)$/gm)) {
      texts.set(used, readFileSync(join(CORPORA, "check", used), "utf8"));
    }
    return [name, texts];
  });
}

/** As editors are told: names are only looked at where the syntax is right. */
function diagnose(texts: Texts): readonly Diagnostic[] {
  const sources = [...texts].filter(([name]) => name.endsWith(".writ"));
  const parsed = sources.map(([name, text]) => parse(new Source(name, text)));
  const syntax = parsed.flatMap(({ diagnostics }) => diagnostics);
  if (syntax.some(({ severity }) => severity === "error")) return syntax;
  const readData = () => ({ problem: "is not here" });
  return check(
    parsed.map(({ file }) => file),
    { readData },
  ).diagnostics;
}

function applied(texts: Texts, { span, text }: Fix): Texts {
  const before = texts.get(span.file) ?? "";
  return new Map(texts).set(span.file, before.slice(0, span.start) + text + before.slice(span.end));
}

/** Fixes that leave what they mend. */
function failures(texts: Texts): readonly string[] {
  const before = diagnose(texts);
  return before.flatMap((each) => {
    if (each.fix === undefined) return [];
    const after = diagnose(applied(texts, each.fix));
    const same = (all: readonly Diagnostic[]) =>
      all.filter(({ code, message }) => code === each.code && message === each.message).length;
    return same(after) < same(before) ? [] : [`${each.message}: ${each.fix.title}`];
  });
}

describe("every fix of wrong syntax mends what it is of", () => {
  test.each(corpus("syntax/invalid"))("in %s", (_, texts) => {
    expect(failures(texts)).toEqual([]);
  });
});

describe("every fix of a wrong name mends what it is of", () => {
  test.each(corpus("check/invalid"))("in %s", (_, texts) => {
    expect(failures(texts)).toEqual([]);
  });
});

test("there are fixes for most of what is plainly mistyped", () => {
  const fixes = (folder: string) =>
    corpus(folder).flatMap(([, texts]) => diagnose(texts).filter(({ fix }) => fix !== undefined)).length;
  expect(fixes("syntax/invalid")).toBeGreaterThan(100);
  expect(fixes("check/invalid")).toBeGreaterThan(20);
});
