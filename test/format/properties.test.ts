import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../../src/format/format.js";
import { formatSource } from "../../src/format/format-source.js";
import { isSameTree } from "../../src/format/same-tree.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { disturb, disturbances } from "./disturb.js";
import { files } from "./trees.js";

const root = new URL("../..", import.meta.url).pathname;

function writFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".writ"))
    .map((file) => join(folder, file))
    .sort();
}

const corpus = [
  ...writFiles("test/corpora/syntax/valid"),
  ...writFiles("test/format/cases"),
  ...writFiles("policies"),
];

/** The canonical text, or a complaint that says why there is none. */
function formatted(path: string, text: string): string {
  const result = formatSource(new Source(path, text), parse);
  if (result.kind === "formatted") return result.text;
  throw new Error(`${path}: ${JSON.stringify(result)}\n${text}`);
}

describe("the canonical text of a file", () => {
  test.each(corpus)("keeps the tree and the comments of %s, and is canonical itself", (path) => {
    const once = formatted(path, readFileSync(join(root, path), "utf8"));
    expect(formatted(path, once)).toBe(once);
  });

  test("keeps both wherever a comment or a line break is put", () => {
    const texts = corpus.map((path) => readFileSync(join(root, path), "utf8").replace("\ufeff", ""));
    fc.assert(
      fc.property(fc.constantFrom(...texts), disturbances, (text, changes) => {
        const once = formatted("disturbed.writ", disturb(text, changes));
        expect(formatted("disturbed.writ", once)).toBe(once);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the text of any tree", () => {
  test("has that tree, and is canonical", () => {
    fc.assert(
      fc.property(files, (file) => {
        const text = format(file, new Source(file.path, ""));
        const again = parse(new Source(file.path, text));
        expect(again.diagnostics.filter((each) => each.severity === "error")).toEqual([]);
        expect(isSameTree(again.file, file), text).toBe(true);
        expect(formatted(file.path, text)).toBe(text);
      }),
      { numRuns: 250 },
    );
  });

  test("has it still when comments and line breaks are put into it", () => {
    fc.assert(
      fc.property(files, disturbances, (file, changes) => {
        const text = format(file, new Source(file.path, ""));
        const once = formatted(file.path, disturb(text, changes));
        expect(formatted(file.path, once)).toBe(once);
      }),
      { numRuns: 150 },
    );
  });
});
