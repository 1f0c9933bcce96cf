/** Whatever stands in a document and wherever somebody points, there is an answer and the server lives on. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Range } from "vscode-languageserver/node";
import { Editor, edited, slice } from "./client.js";
import { RULES, TESTS, TOOLS } from "./policy.js";

const WHOLE = `${TOOLS.replace("module acme.tools\n", "")}\n${RULES.replace("module acme.refunds\n", "")}\n${TESTS}`;

let editor: Editor;
let uri: string;

beforeAll(async () => {
  editor = new Editor();
  uri = editor.write("all.writ", WHOLE);
  await editor.initialise();
  await editor.open("all.writ", WHOLE);
});
afterAll(() => editor.dispose());

const position = fc.record({
  line: fc.oneof(fc.nat(150), fc.constant(2_000_000_000)),
  character: fc.oneof(fc.nat(120), fc.constant(2_000_000_000)),
});

/** The policy with a stretch left out and something put in its place. */
const spoilt = fc
  .tuple(
    fc.nat(WHOLE.length),
    fc.nat(60),
    fc.oneof(
      fc.constantFrom(
        "",
        "{",
        "}",
        '"',
        "@",
        ".",
        "(",
        "when ",
        "\0",
        "😀",
        "/*",
        "args.",
        "by ",
        "__proto__",
        "\r",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
    ),
  )
  .map(([at, gone, put]) => `${WHOLE.slice(0, at)}${put}${WHOLE.slice(at + gone)}`);

const ASKED = [
  ["textDocument/completion", {}],
  ["textDocument/hover", {}],
  ["textDocument/definition", {}],
  ["textDocument/references", { context: { includeDeclaration: true } }],
  ["textDocument/documentHighlight", {}],
  ["textDocument/documentSymbol", {}],
  ["textDocument/codeLens", {}],
  ["textDocument/semanticTokens/full", {}],
  ["textDocument/formatting", { options: { tabSize: 2, insertSpaces: true } }],
] as const;

async function askEverything(at: object) {
  await Promise.all(ASKED.map(([method, more]) => editor.ask(method, uri, { position: at, ...more })));
  const range = { start: at, end: at };
  await editor.ask("textDocument/codeAction", uri, { range, context: { diagnostics: [] } });
  // A rename may be refused, and is never a fault.
  const refused = (error: Error) => expect(error.message).not.toContain("internal");
  await editor.ask("textDocument/prepareRename", uri, { position: at }).catch(refused);
  await editor.ask("textDocument/rename", uri, { position: at, newName: "another" }).catch(refused);
}

test("every request is answered in any text, at any place", async () => {
  await fc.assert(
    fc.asyncProperty(spoilt, position, async (text, at) => {
      await editor.change(uri, text);
      await askEverything(at);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 8_000 },
  );
  expect(editor.logged.filter((line) => line.includes("internal error"))).toEqual([]);
}, 30_000);

type Renamed = { readonly changes: { readonly [uri: string]: readonly { range: Range; newText: string }[] } };

/** What was renamed. */
function wordAt([first]: readonly { range: Range }[]): string {
  return first === undefined ? "" : slice(WHOLE, first.range);
}

test("a rename that is not refused leaves a bundle that loads, and comes back", async () => {
  await editor.change(uri, WHOLE);
  const lines = WHOLE.split("\n");
  const places = lines.flatMap((line, number) =>
    [...line.matchAll(/[a-z_]+/g)].map((word) => ({ line: number, character: word.index + 1 })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), async (at) => {
      const edit = await editor
        .ask<Renamed>("textDocument/rename", uri, {
          position: at,
          newName: "another_name",
        })
        .catch(() => undefined);
      if (edit === undefined) return;
      const renamed = edited(WHOLE, edit.changes[uri] ?? []);
      expect(renamed).not.toBe(WHOLE);
      await editor.change(uri, renamed);
      const position = {
        line: at.line,
        character: renamed.split("\n")[at.line]?.indexOf("another_name") ?? 0,
      };
      const { placeholder } = await editor.ask<{ placeholder: string }>("textDocument/prepareRename", uri, {
        position,
      });
      expect(placeholder).toBe("another_name");
      const word = wordAt(edit.changes[uri] ?? []);
      const back = await editor.ask<Renamed>("textDocument/rename", uri, { position, newName: word });
      expect(edited(renamed, back.changes[uri] ?? [])).toBe(WHOLE);
      await editor.change(uri, WHOLE);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 6_000 },
  );
}, 30_000);

test("a document beyond every bound is answered in time", async () => {
  await editor.change(uri, `${WHOLE}\n${"// x\n".repeat(300_000)}`);
  const begun = Date.now();
  await askEverything({ line: 40, character: 10 });
  expect(Date.now() - begun).toBeLessThan(30_000);
  await editor.change(uri, "allow x { agent any  call ".repeat(5_000));
  await askEverything({ line: 0, character: 60_000 });
  await editor.change(uri, WHOLE);
  expect(await editor.leave()).toBe(0);
}, 60_000);
