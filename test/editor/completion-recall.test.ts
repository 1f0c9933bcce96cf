/** What stands in a policy could have been completed: the words are taken out one by one and asked for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { lexer } from "../../grammar/tokens.js";
import { completionsAt } from "../../src/editor/completion.js";
import { Workspace } from "../../src/editor/workspace.js";

const root = fileURLToPath(new URL("../../policies/starter/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".writ"),
);
/** Every so many words one is asked for: all of them take long. */
const STRIDE = 7;

interface Asked {
  readonly word: string;
  readonly found: boolean;
}

/** Asks at the words of a file; `spoil` is what has become of the text by then. */
function ask(file: string, spoil: (text: string, at: number) => string): readonly Asked[] {
  const text = readFileSync(join(root, file), "utf8");
  const uri = pathToFileURL(join(root, file)).href;
  let document = TextDocument.create(uri, "writ", 1, text);
  const workspace = new Workspace(() => [document]);
  workspace.configure([pathToFileURL(root).href], ["."]);
  const place = workspace.placeOf(uri);
  if (place === undefined) throw new Error(`${file} is not in its bundle`);
  const declared = new Set([...place.analysis.files.values()].flatMap(namesIn));
  const { tokens } = lexer.tokenize(text);
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1]?.image;
    const asked = /^[A-Za-z]/.test(token.image) && before !== "." && before !== "module";
    if (index % STRIDE !== 0 || !asked || declared.has(`${file}:${token.startOffset}`)) return [];
    document = TextDocument.create(uri, "writ", index + 2, spoil(text, token.startOffset));
    workspace.touch(place.analysis.root);
    const now = workspace.placeOf(uri) ?? place;
    const labels = completionsAt(now, token.startOffset, workspace).map(({ label }) => label);
    const found = labels.some((label) => label === token.image || label.startsWith(`${token.image}.`));
    return [{ word: `${file}: ${before} ${token.image}`, found }];
  });
}

/** Where names are declared: nobody can complete what is new. */
function namesIn(file: { readonly path: string; readonly items: readonly object[] }): readonly string[] {
  return file.items.flatMap((item) =>
    "name" in item ? [`${file.path}:${(item.name as { span: { start: number } }).span.start}`] : [],
  );
}

function share(asked: readonly Asked[]): { readonly share: number; readonly missed: readonly string[] } {
  const missed = asked.filter(({ found }) => !found).map(({ word }) => word);
  return { share: 1 - missed.length / asked.length, missed };
}

test("of the words of whole policies nearly all are offered", () => {
  const { share: offered, missed } = share(files.flatMap((file) => ask(file, (text) => text)));
  expect(offered, missed.join("\n")).toBeGreaterThan(0.93);
});

test("and of those at the end of a line that is still being written as well", () => {
  const cut = (text: string, at: number) => {
    const end = text.indexOf("\n", at);
    return text.slice(0, at) + (end === -1 ? "" : text.slice(end));
  };
  const { share: offered, missed } = share(files.flatMap((file) => ask(file, cut)));
  expect(offered, missed.join("\n")).toBeGreaterThan(0.9);
});
