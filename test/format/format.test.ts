import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatSource } from "../../src/format/format-source.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const folder = new URL("cases/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".before.writ"))
  .map((file) => file.replace(".before.writ", ""));

function caseText(file: string): string {
  return readFileSync(new URL(file, folder), "utf8");
}

test.each(names)("%s has one canonical text", (name) => {
  const after = caseText(`${name}.after.writ`);
  expect(formatSource(new Source("case.writ", caseText(`${name}.before.writ`)), parse)).toEqual({
    kind: "formatted",
    text: after,
    changed: true,
  });
  expect(formatSource(new Source("case.writ", after), parse)).toEqual({
    kind: "formatted",
    text: after,
    changed: false,
  });
});

test("an empty file stays empty, and blanks are none", () => {
  expect(formatSource(new Source("a.writ", ""), parse)).toMatchObject({ text: "", changed: false });
  expect(formatSource(new Source("a.writ", "\n \r\n"), parse)).toMatchObject({ text: "", changed: true });
});

test("line ends become one kind", () => {
  expect(formatSource(new Source("a.writ", "\ufefftag a\r\n// x\r\ntag b"), parse)).toMatchObject({
    text: "tag a\n// x\ntag b\n",
  });
});

test("a file with errors has no canonical text", () => {
  const result = formatSource(new Source("a.writ", "allow { }"), parse);
  expect(result.kind).toBe("invalid");
});

test("a text that would lose a comment is refused", () => {
  const forgetful = (source: Source): ReturnType<typeof parse> => {
    const { file, diagnostics } = parse(source);
    return {
      file: { ...file, comments: file.comments.slice(0, source.text.includes("\n\n\n") ? 2 : 1) },
      diagnostics,
    };
  };
  expect(formatSource(new Source("a.writ", "tag a // one\n\n\n// two\n"), forgetful)).toEqual({
    kind: "refused",
    reason: "the formatted text lacks a comment",
  });
});

test("a text that would mean something else is refused", () => {
  const parseDrifting = (source: Source): ReturnType<typeof parse> =>
    source.text.endsWith("\n") ? parse(new Source(source.path, "tag b")) : parse(source);
  expect(formatSource(new Source("a.writ", "tag a"), parseDrifting)).toEqual({
    kind: "refused",
    reason: "the formatted text means something else",
  });
});

test("a text that would not parse is refused", () => {
  const parseFailing = (source: Source): ReturnType<typeof parse> =>
    source.text.endsWith("\n") ? parse(new Source(source.path, "tag")) : parse(source);
  expect(formatSource(new Source("a.writ", "tag a"), parseFailing)).toEqual({
    kind: "refused",
    reason: "the formatted text does not parse",
  });
});
