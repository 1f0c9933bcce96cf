/** Keeps turns of phrase out that read as translated: of every page and message, and of all code in the folders that are clean. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";

const ROOT = join(import.meta.dirname, "..");

/** What is not written, and what to write instead; `CONTRIBUTING.md` has the whole list. */
const BANNED: readonly (readonly [turn: RegExp, instead: string])[] = [
  [/\b(?:who|what|which)ever\b/i, "anyone who, any"],
  [/\b(?:somebody|anybody|everybody|nobody knows)\b/i, "someone, anyone, everyone"],
  [/\bof (?:its|their|our|your) own(?! [a-z])/i, "its own"],
  [/\bstands? (?:in|for|at|twice|before|behind|beside|there|here|nowhere)\b/i, "is in, appears, means"],
  [/\braises? the bar\b/i, "adds a requirement"],
  [/\bso many\b/i, "this many"],
  [/\bmade up\b/i, "generated"],
  [/\bdear(?:est)?\b/i, "expensive"],
  [/\bheld to\b/i, "checked against"],
  [/\bout of reach\b/i, "unreachable"],
  [/\banew\b/i, "again, from zero"],
  [/\b(?:is|are) told\b/i, "is reported"],
  [/(?<!there )\bis no `/i, "is not a"],
  [/\bhere may stand\b/i, "expected one of"],
  [/\bsightings?\b/i, "observed value"],
  [/\bby way of\b/i, "through"],
];

/** Folders whose comments are still to be rewritten. It only shrinks. */
const COMMENTS_TO_REWRITE: readonly string[] = [];

function offences(path: string, text: string): readonly string[] {
  return BANNED.flatMap(([turn, instead]) => {
    const found = turn.exec(text);
    if (found === null) return [];
    const around = text.slice(Math.max(0, found.index - 30), found.index + 50).replace(/\s+/g, " ");
    return [`${path}: “${around}” (write: ${instead})`];
  });
}

const codeFiles = ["src", "grammar"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
);
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("pages use plain words", () => {
  const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const pages = listed.stdout.trim().split("\n");
  expect(pages).toContain("README.md");
  // The table of CONTRIBUTING.md names what to avoid; code on a page is checked where it is.
  const prose = (text: string) => text.replaceAll(/^```.*?^```$/gms, "").replace(/\| avoid \|.*?\n\n/s, "");
  expect(pages.flatMap((page) => offences(page, prose(read(page))))).toEqual([]);
});

test("messages use plain words", () => {
  expect(codeFiles.flatMap((path) => textsOf(read(path)).flatMap((text) => offences(path, text)))).toEqual(
    [],
  );
});

test("code and comments use plain words, except in folders that are listed", () => {
  const isListed = (path: string) => COMMENTS_TO_REWRITE.some((folder) => path.startsWith(`${folder}/`));
  const clean = codeFiles.filter((path) => !isListed(path));
  expect(clean.length).toBeGreaterThan(10);
  expect(clean.flatMap((path) => offences(path, read(path)))).toEqual([]);
  const done = COMMENTS_TO_REWRITE.filter((folder) =>
    codeFiles
      .filter((path) => path.startsWith(`${folder}/`))
      .every((path) => offences(path, read(path)).length === 0),
  );
  expect(done, "clean by now: take it off the list").toEqual([]);
});

type Node = Readonly<Record<string, unknown>>;

/** Every string literal and every piece of a template, except paths of imports. */
function textsOf(code: string): readonly string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const node = value as Node;
    if (node.type === "Literal" && typeof node.value === "string" && !/^\.\.?\//.test(node.value))
      texts.push(node.value);
    if (node.type === "TemplateElement") texts.push(String((node.value as Node).cooked));
    for (const part of Object.values(node)) visit(part);
  };
  visit(parseAst(code.replace(/^#!.*/, ""), { lang: "ts" }));
  return texts;
}
