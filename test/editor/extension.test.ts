/** The extension for VS Code, as far as it can be told without one. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { EXPLAIN, RUN_TEST } from "../../src/editor/commands.js";

const folder = fileURLToPath(new URL("../../grammar/vscode/", import.meta.url));
const text = (file: string) => readFileSync(`${folder}${file}`, "utf8");
const manifest = JSON.parse(text("package.json"));

test("every file that the manifest names is there", () => {
  const { languages, grammars } = manifest.contributes;
  for (const path of [manifest.main, languages[0].configuration, grammars[0].path]) {
    expect(existsSync(`${folder}${path}`)).toBe(true);
  }
  expect(JSON.parse(text(grammars[0].path)).scopeName).toBe(grammars[0].scopeName);
});

test("the program is JavaScript as VS Code loads it, and speaks of commands that exist", () => {
  execFileSync(process.execPath, ["--check", `${folder}extension.js`]);
  const named = [...text("extension.js").matchAll(/"(writ\.[a-zA-Z]+)"/g)].map(([, name]) => name);
  const own = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  expect([EXPLAIN, ...own].sort()).toEqual([...new Set(named)].sort());
  // The client registers what the server offers: to declare it here as well would register it twice.
  expect(own).not.toContain(RUN_TEST);
});

test("no workspace can say which program is run", () => {
  expect(manifest.contributes.configuration.properties["writ.command"].scope).toBe("machine");
});

test("the patterns of the language's configuration compile", () => {
  const { wordPattern, indentationRules, onEnterRules } = JSON.parse(text("language-configuration.json"));
  const patterns = [wordPattern, ...Object.values(indentationRules), onEnterRules[0].beforeText];
  for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
});
