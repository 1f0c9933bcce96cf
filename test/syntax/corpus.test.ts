import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

/** Every file of a folder of the corpus. */
function corpus(folder: string): readonly Source[] {
  const path = fileURLToPath(new URL(`../corpora/syntax/${folder}/`, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".writ"))
    .map((name) => new Source(name, readFileSync(`${path}${name}`, "utf8")));
}

/** What a file says of itself in its last lines: `//! W1003 "the underlined text"`. */
function expected(source: Source): readonly string[] {
  return [...source.text.matchAll(/^\/\/! (.*)$/gm)].map(([, line]) => line ?? "");
}

function found(source: Source): readonly string[] {
  const { diagnostics } = parse(source);
  return diagnostics.map(({ code, primary }) => `${code} ${written(source.slice(primary.span))}`);
}

/** A text in quotes, with escapes for what nobody would see. */
function written(text: string): string {
  const codeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}\u00a0\u3000]/gu, codeOf);
}

describe("valid files", () => {
  it.each(corpus("valid").map((source) => [source.path, source] as const))(
    "%s has no mistake",
    (_, source) => {
      expect(found(source)).toEqual([]);
    },
  );
});

describe("invalid files", () => {
  const files = corpus("invalid").map((source) => [source.path, source] as const);

  it.each(files)("%s has the mistakes that it names, and no other", (_, source) => {
    expect(expected(source)).not.toEqual([]);
    expect(found(source)).toEqual(expected(source));
  });

  it.each(files)("%s keeps the declaration after its mistakes", (_, source) => {
    if (!source.text.includes("role untouched")) return;
    expect(parse(source).file.items.at(-1)).toMatchObject({ kind: "role", name: { text: "untouched" } });
  });

  it.each(files)("%s has messages in words of the language", (_, source) => {
    for (const { message, help = "" } of parse(source).diagnostics) {
      expect(message).not.toMatch(/\.$|\n|^[A-Z]/);
      expect(`${message} ${help}`).not.toMatch(
        /LCurly|RCurly|LRound|TypeName|undefined (?!`)|NAME|STRING|EOF|token/,
      );
    }
  });
});
