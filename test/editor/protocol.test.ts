import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentSymbol,
  Hover,
  Location,
  Range,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { cursor, Editor, edited, slice } from "./client.js";
import { RULES, TESTS, TOOLS } from "./policy.js";

let editor: Editor;
let tools: string;
let rules: string;
let tests: string;

beforeAll(async () => {
  editor = new Editor();
  editor.write("tools.writ", TOOLS);
  editor.write("rules.writ", RULES);
  editor.write("tests/calls.writ", TESTS);
  await editor.initialise({ explanations: "writ-explain" });
  tools = await editor.open("tools.writ", TOOLS);
  rules = await editor.open("rules.writ", RULES);
  tests = editor.uri("tests/calls.writ");
});
afterAll(() => editor.dispose());

/** Puts the rules as they are with a change and a cursor in the editor. */
async function typed(from: string, to: string, text = RULES) {
  const { text: now, position } = cursor(text.replace(from, to));
  await editor.change(rules, now);
  return position;
}

async function completed(from: string, to: string): Promise<readonly string[]> {
  const position = await typed(from, to);
  const items = await editor.ask<CompletionItem[]>("textDocument/completion", rules, { position });
  return items.map((item) => item.label);
}

/** The position of the cursor in the rules as they are. */
function at(marked: string, text = RULES) {
  const start = text.indexOf(marked.replace("‸", ""));
  return cursor(text.slice(0, start) + marked + text.slice(start + marked.length - 1)).position;
}

test("a mistake is shown while it is typed, with its code, its help and a link", async () => {
  await typed("args.amount)", "args.amuont)‸");
  const [shown] = await editor.diagnostics(rules, (all) => all.some(({ code }) => code === "W3001"));
  expect(shown).toMatchObject({ code: "W3001", source: "writ", severity: 1 });
  expect(shown?.message).toContain("help: did you mean `amount`?");
  expect(shown?.codeDescription?.href).toBe("writ-explain:/W3001.txt");
  await editor.change(rules, RULES);
  await editor.diagnostics(rules, (all) => !all.some(({ code }) => code === "W3001"));
});

test("an unsaved change in one file is seen in the others, and named beside them", async () => {
  await editor.change(tools, TOOLS.replace("role clerk ", "role teller "));
  const shown = await editor.diagnostics(rules, (all) => all.some(({ code }) => code === "W2001"));
  expect(shown.filter(({ code }) => code === "W2001").length).toBeGreaterThan(0);
  await editor.diagnostics(tests, (all) => all.some(({ code }) => code === "W2001"));
  await editor.change(
    tools,
    TOOLS.replace("label pii implies internal", "label pii implies internal\nlabel pii"),
  );
  const [twice] = await editor.diagnostics(tools, (all) => all.some(({ code }) => code === "W2002"));
  expect(twice?.relatedInformation?.[0]).toMatchObject({
    message: "first declared here",
    location: { uri: tools },
  });
  await editor.change(tools, TOOLS);
  await editor.diagnostics(tools, (all) => !all.some(({ code }) => code === "W2002"));
});

describe("completion", () => {
  test("offers the tools where a call is written", async () => {
    expect(await completed("call  payments.refund\n", "call ‸\n")).toEqual(
      expect.arrayContaining(["crm.lookup", "payments.refund", "any", "channel"]),
    );
  });

  test("offers the arguments of the tools in reach, and says which may be absent", async () => {
    const position = await typed("args.amount) and", "args.‸) and");
    const items = await editor.ask<CompletionItem[]>("textDocument/completion", rules, { position });
    expect(items.map(({ label }) => label)).toEqual(["case", "amount", "currency", "note"]);
    expect(items.at(-1)?.detail).toContain("may be absent");
  });

  test.each([
    ["for role clerk", "for role ‸", ["clerk"]],
    ["agent support_bot", "agent ‸", ["support_bot", "any"]],
    ["approval two_people\n}", "approval ‸\n}", ["two_people"]],
    ["at mfa", "at ‸", ["password", "mfa"]],
    ["tagged external", "tagged ‸", ["external"]],
    ["when pii in", "when ‸ in", ["pii", "ours", "small", "args", "session", "size", "has", "not", "some"]],
    ["session.labels  because", "session.‸  because", ["labels", "steps"]],
    ['"EUR"', '"‸"', ["EUR", "USD"]],
    ['"EUR"', "‸", ['"EUR"', '"USD"']],
    ["set<domain>", "set<‸>", ["domain", "text", "email"]],
    ["  need  approval", "  ‸\n  need  approval", ["when", "unless", "with", "until", "because", "call"]],
    ["at most 5", "‸ 5", ["at", "over", "per"]],
    ["per user,", "per ‸,", ["user", "session", "args.case"]],
    ["@id(", "@‸(", ["id", "owner", "threat"]],
    ["allow reading", "‸\n\nallow reading", ["allow", "deny", "limit", "tool", "test", "shadow"]],
    ["need  approval two_people\n", "need  ‸\n", ["approval", "step-up", "confirmation"]],
  ])("for `%s` replaced by `%s`", async (from, to, wanted) => {
    expect(await completed(from, to)).toEqual(expect.arrayContaining(wanted));
  });

  test("works in a file that ends in the middle of a rule", async () => {
    const { text, position } = cursor(`${RULES}\nallow more {\n  agent support_bot for role ‸`);
    await editor.change(rules, text);
    const items = await editor.ask<CompletionItem[]>("textDocument/completion", rules, { position });
    expect(items.map(({ label }) => label)).toContain("clerk");
  });

  test("knows steps, verdicts and rules in tests", async () => {
    const open = await editor.open("tests/calls.writ", TESTS);
    const ask = async (from: string, to: string) => {
      const { text, position } = cursor(TESTS.replace(from, to));
      await editor.change(open, text);
      const items = await editor.ask<CompletionItem[]>("textDocument/completion", open, { position });
      return items.map(({ label }) => label);
    };
    expect(await ask("expect allow by reading", "expect ‸")).toEqual(
      expect.arrayContaining(["allow", "deny", "step-up", "require-approval", "needs", "refused"]),
    );
    expect(await ask("allow by reading", "allow by ‸")).toEqual(
      expect.arrayContaining(["reading", "refunds", "out"]),
    );
    expect(await ask("allow by reading", "deny by reading, bui‸")).toContain("builtin.nothing_grants");
    expect(await ask("  expect allow by reading", "  ‸")).toEqual(
      expect.arrayContaining(["given", "call", "expect", "wait", "repeat", "approve"]),
    );
    expect(await ask('{ customer: "C-1" }', "{ ‸ }")).toEqual(["customer"]);
    expect(await ask('["clerk"]', '["‸"]')).toEqual(["clerk"]);
    await editor.close(open);
    await editor.change(rules, RULES);
  });

  test("is silent in comments", async () => {
    expect(await completed("/// Addresses", "/// ‸ Addresses")).toEqual([]);
    await editor.change(rules, RULES);
  });
});

test("a hover shows the declaration and what its author says of it", async () => {
  await editor.change(rules, RULES);
  const ask = (marked: string) =>
    editor.ask<Hover | null>("textDocument/hover", rules, { position: at(marked) });
  const shown = JSON.stringify(await ask("small(args.am‸ount)"));
  expect(shown).toContain("amount: number<0..10_000>");
  expect(JSON.stringify(await ask("when  sm‸all("))).toContain("define small(amount: number)");
  expect(JSON.stringify(await ask("pay‸ments.refund\n"))).toContain("Refund a customer");
  expect(await ask("allow‸ reading")).toBeNull();
  const lookup = TESTS.indexOf("crm.lookup");
  expect(lookup).toBeGreaterThan(0);
});

test("a definition is found across files, of names, fields, parameters and texts", async () => {
  const ask = async (marked: string) => {
    const [found] = await editor.ask<Location[]>("textDocument/definition", rules, { position: at(marked) });
    return (
      found && [
        found.uri === tools ? "tools" : "rules",
        slice(found.uri === tools ? TOOLS : RULES, found.range),
      ]
    );
  };
  expect(await ask("call  payments.ref‸und")).toEqual(["tools", "payments.refund"]);
  expect(await ask("small(args.am‸ount)")).toEqual(["tools", "amount"]);
  expect(await ask("= am‸ount <= 50")).toEqual(["rules", "amount"]);
  expect(await ask("role cl‸erk at")).toEqual(["tools", "clerk"]);
  expect(await ask("per user, args.ca‸se")).toEqual(["tools", "case"]);
});

test("references are found in every file, tests among them", async () => {
  const found = await editor.ask<Location[]>("textDocument/references", rules, {
    position: at("for role cl‸erk"),
    context: { includeDeclaration: true },
  });
  const where = found.map(({ uri }) => uri.split("/").at(-1)).sort();
  expect(where).toEqual(["calls.writ", "calls.writ", "calls.writ", "rules.writ", "rules.writ", "tools.writ"]);
});

describe("a rename", () => {
  const ask = (marked: string, newName: string) =>
    editor.ask<WorkspaceEdit>("textDocument/rename", rules, { position: at(marked), newName });

  test("reaches every file, and texts in quotes", async () => {
    const { changes = {} } = await ask("for role cl‸erk", "teller");
    expect(Object.keys(changes).sort()).toEqual([rules, tests, tools].sort());
    const now = edited(TESTS, changes[tests] ?? []);
    expect(now).toBe(TESTS.replaceAll('["clerk"]', '["teller"]'));
    expect(edited(TOOLS, changes[tools] ?? [])).toContain("role teller ");
  });

  test("of a tool takes a name with dots", async () => {
    const { changes = {} } = await ask("call  payments.ref‸und", "bank.pay_back");
    expect(edited(RULES, changes[rules] ?? [])).toBe(RULES.replaceAll("payments.refund", "bank.pay_back"));
  });

  test("of a parameter stays in its define", async () => {
    const { changes = {} } = await ask("= am‸ount <= 50", "sum");
    expect(edited(RULES, changes[rules] ?? [])).toContain("define small(sum: number) = sum <= 50");
  });

  test.each([
    ["for role cl‸erk", "Teller", /begins with a small letter/],
    ["for role cl‸erk", "any", /reserved/],
    ["for role cl‸erk", "a b", /is not a name/],
    ["allow read‸ing", "out", /declared twice/],
    ["define sm‸all", "size", /./],
    ["define sm‸all", "ours", /declared twice/],
    ["small(args.am‸ount)", "sum", /callers send fields/],
    ["small(ar‸gs.amount)", "sum", /built in/],
    ["all‸ow reading", "sum", /nothing here/],
  ])("of `%s` to `%s` is refused", async (marked, newName, why) => {
    await expect(ask(marked, newName)).rejects.toThrow(why);
  });
});

test("formatting gives the canonical text, and leaves a broken one alone", async () => {
  const untidy = RULES.replace(
    "allow reading { agent any  call any",
    "allow   reading {   agent any call any",
  );
  await editor.change(rules, untidy);
  const options = { options: { tabSize: 2, insertSpaces: true } };
  const edits = await editor.ask<TextEdit[]>("textDocument/formatting", rules, options);
  expect(edited(untidy, edits)).toContain("allow reading { agent any  call any read tier 1 }");
  await editor.change(rules, "allow {");
  expect(await editor.ask("textDocument/formatting", rules, options)).toBeNull();
  await editor.change(rules, RULES);
});

test("the outline lists declarations, and a search finds them by some of their letters", async () => {
  const outline = await editor.ask<DocumentSymbol[]>("textDocument/documentSymbol", tools);
  expect(outline.map(({ name }) => name)).toEqual([
    "internal",
    "pii",
    "external",
    "clerk",
    "assurance",
    "crm.lookup",
    "payments.refund",
    "support_bot",
  ]);
  expect(outline.at(6)?.children?.map(({ name }) => name)).toEqual(["case", "amount", "currency", "note"]);
  const found = await editor.connection.sendRequest<{ name: string }[]>("workspace/symbol", {
    query: "smallref",
  });
  expect(found.map(({ name }) => name)).toEqual(["small_refund"]);
});

test("a quick fix mends what was mistyped", async () => {
  const wrong = RULES.replace("for role clerk", "for role clrek").replace("limit refunds", "limti refunds");
  await editor.change(rules, wrong);
  const mend = async (text: string, word: string) => {
    const { position } = cursor(text.replace(word, `${word}‸`));
    const actions = await editor.ask<CodeAction[]>("textDocument/codeAction", rules, {
      range: { start: position, end: position },
      context: { diagnostics: [] },
    });
    const [fix] = actions.filter(({ kind }) => kind === "quickfix");
    return edited(text, fix?.edit?.changes?.[rules] ?? []);
  };
  const once = await mend(wrong, "limti");
  expect(once).toBe(RULES.replace("for role clerk", "for role clrek"));
  await editor.change(rules, once);
  expect(await mend(once, "clrek")).toBe(RULES);
  await editor.change(rules, RULES);
});

test("a lens runs a test, and shows where it failed and why", async () => {
  const open = await editor.open("tests/calls.writ", TESTS);
  const lenses = await editor.ask<CodeLens[]>("textDocument/codeLens", open);
  expect(lenses.map(({ command }) => command?.title)).toEqual(["Run test", "Run test", "Run matrix"]);
  const run = (lens: CodeLens | undefined) =>
    editor.connection.sendRequest<{ passed: boolean; message: string }>(
      "workspace/executeCommand",
      lens?.command ?? {},
    );
  expect(await run(lenses[0])).toMatchObject({ passed: true });
  expect(await run(lenses[1])).toMatchObject({ passed: false });
  const [failure] = await editor.diagnostics(open, (all) => all.some(({ source }) => source === "writ test"));
  expect(slice(TESTS, failure?.range ?? expect.fail())).toBe("expect deny by out");
  expect(editor.messages.some((message) => message.includes("passed"))).toBe(true);
  expect(await run(lenses[2])).toMatchObject({ passed: true });
  await editor.close(open);
});

test("places are counted in UTF-16 units, whatever ends the lines", async () => {
  const text = RULES.replace('"Nothing leaves."', '"😀 Nothing 👋🏽"').replaceAll("\n", "\r\n");
  await editor.change(
    rules,
    `${text}deny more { call any tagged external because "😀" when pii in session.labels }\r\n`,
  );
  const line = text.split("\r\n").length - 1;
  const marked = 'deny more { call any tagged external because "😀" when p';
  const found = await editor.ask<Hover | null>("textDocument/hover", rules, {
    position: { line, character: marked.length },
  });
  expect(found?.range).toEqual({
    start: { line, character: marked.length - 1 },
    end: { line, character: marked.length + 2 },
  });
  await editor.change(rules, RULES);
});

test("names are coloured by what they mean, and found again in their file", async () => {
  const { data } = await editor.ask<{ data: number[] }>("textDocument/semanticTokens/full", rules);
  expect(data.length % 5).toBe(0);
  expect(data.length).toBeGreaterThan(100);
  const found = await editor.ask<{ range: Range }[]>("textDocument/documentHighlight", rules, {
    position: at("need  approval two_‸people"),
  });
  expect(found.map(({ range }) => slice(RULES, range))).toEqual(["two_people", "two_people"]);
});

test("a code is explained", async () => {
  const text = await editor.connection.sendRequest("workspace/executeCommand", {
    command: "writ.explain",
    arguments: ["W2001"],
  });
  expect(text).toContain("error[W2001]");
});

test("a broken file still gives definitions, its own and those it used to hold", async () => {
  const broken = RULES.replace("define small(amount: number) = amount <= 50", "define small(amount: number");
  await editor.change(rules, broken);
  await editor.diagnostics(rules, (all) => all.some(({ code }) => String(code).startsWith("W1")));
  const ask = (marked: string) =>
    editor.ask<Location[]>("textDocument/definition", rules, { position: at(marked, broken) });
  expect((await ask("call  payments.ref‸und"))[0]?.uri).toBe(tools);
  expect((await ask("when  sm‸all("))[0]?.uri).toBe(rules);
  await editor.change(rules, RULES);
});
