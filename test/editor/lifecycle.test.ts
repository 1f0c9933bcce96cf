import { afterEach, describe, expect, test } from "vitest";
import { Editor } from "./client.js";
import { RULES, TESTS, TOOLS } from "./policy.js";

const editors: Editor[] = [];
afterEach(() => {
  for (const each of editors.splice(0)) each.dispose();
});

function start(): Editor {
  const editor = new Editor();
  editors.push(editor);
  return editor;
}

describe("the server", () => {
  test("says what it can do, and ends with 0 once it was told to shut down", async () => {
    const editor = start();
    const { serverInfo, capabilities } = await editor.initialise();
    expect(serverInfo?.name).toBe("writ");
    expect(capabilities).toMatchObject({ hoverProvider: true, definitionProvider: true });
    expect(await editor.leave()).toBe(0);
  });

  test("ends with 1 when the editor goes away without a word", async () => {
    const editor = start();
    await editor.initialise();
    expect(await editor.vanish()).toBe(1);
  });

  test("answers for documents that are no files, and for ones that are not open, with nothing", async () => {
    const editor = start();
    await editor.initialise();
    const position = { line: 3, character: 90 };
    for (const uri of [
      "untitled:Untitled-1",
      "file:///no/such/file.writ",
      "nonsense",
      "file://host/x.writ",
    ]) {
      expect(await editor.ask("textDocument/hover", uri, { position })).toBeNull();
      expect(await editor.ask("textDocument/completion", uri, { position })).toEqual([]);
      expect(await editor.ask("textDocument/documentSymbol", uri)).toEqual([]);
      await expect(editor.ask("textDocument/rename", uri, { position, newName: "x" })).rejects.toThrow(
        /does not belong to a bundle/,
      );
    }
    expect(await editor.leave()).toBe(0);
  });

  test("refuses commands that it does not have, and runs no test of a bundle with errors", async () => {
    const editor = start();
    const uri = editor.write("all.writ", TESTS);
    await editor.initialise();
    await editor.open("all.writ", TESTS);
    const run = (command: string, given: readonly unknown[]) =>
      editor.connection.sendRequest("workspace/executeCommand", { command, arguments: given });
    await expect(run("writ.reboot", [])).rejects.toThrow(/no command/);
    await expect(run("writ.explain", ["__proto__"])).rejects.toThrow(/no code/);
    await expect(run("writ.runTest", [])).rejects.toThrow(/no such document/);
    expect(await run("writ.runTest", [uri, "a clerk reads"])).toMatchObject({ passed: false });
  });

  test("stops a test that nobody waits for", async () => {
    const editor = start();
    const endless = `test "endless" {
      given user "ana" { roles: ["clerk"] }
      given agent support_bot
      repeat 10_000 { repeat 10_000 { call crm.lookup { customer: "C-1" } } }
      expect allow
    }\n`;
    editor.write("tools.writ", TOOLS);
    editor.write("rules.writ", RULES);
    const uri = editor.write("tests.writ", endless);
    await editor.initialise();
    await editor.open("tests.writ", endless);
    const { CancellationTokenSource } = await import("vscode-languageserver/node");
    const source = new CancellationTokenSource();
    const command = { command: "writ.runTest", arguments: [uri, "endless"] };
    const running = editor.connection.sendRequest("workspace/executeCommand", command, source.token);
    // The editor is answered meanwhile.
    expect(await editor.ask("textDocument/codeLens", uri)).toHaveLength(1);
    source.cancel();
    expect(await running).toMatchObject({
      passed: false,
      message: '"endless" was stopped: it was cancelled',
    });
  });

  test("takes back a request that was cancelled before its turn", async () => {
    const editor = start();
    const uri = editor.write("tools.writ", TOOLS);
    await editor.initialise();
    await editor.open("tools.writ", TOOLS);
    const { CancellationTokenSource } = await import("vscode-languageserver/node");
    const source = new CancellationTokenSource();
    const position = { line: 10, character: 4 };
    const asked = editor.connection.sendRequest(
      "textDocument/completion",
      { textDocument: { uri }, position },
      source.token,
    );
    source.cancel();
    await expect(asked).rejects.toThrow(/cancel/i);
    expect(await editor.ask("textDocument/hover", uri, { position })).toBeNull();
  });
});

describe("which folder is the bundle", () => {
  test("is told by the outermost policies within the workspace", async () => {
    const editor = start();
    editor.write("policies/shop/tools.writ", TOOLS);
    editor.write("policies/shop/rules.writ", RULES);
    editor.write("policies/shop/tests/calls.writ", TESTS);
    editor.write("policies/other/tools.writ", "label pii\nlabel pii\n");
    await editor.initialise();
    const uri = await editor.open("policies/shop/tests/calls.writ", TESTS.replace("crm.lookup", "crm.lokup"));
    const shown = await editor.diagnostics(uri, (all) => all.length > 0);
    expect(shown.map(({ code }) => code)).toEqual(["W2001"]);
    const other = await editor.open("policies/other/tools.writ", "label pii\nlabel pii\n");
    expect((await editor.diagnostics(other, (all) => all.length > 0))[0]?.code).toBe("W2002");
    await editor.close(other);
    await editor.diagnostics(other, (all) => all.length === 0);
  });

  test("may be said where the editor starts", async () => {
    const editor = start();
    editor.write("bundle/a/tools.writ", TOOLS);
    editor.write("bundle/b/rules.writ", RULES);
    await editor.initialise({ bundles: ["bundle"] });
    const uri = await editor.open("bundle/b/rules.writ", RULES.replace("payments.refund", "payments.refnud"));
    const shown = await editor.diagnostics(uri, (all) => all.length > 0);
    expect(shown.map(({ code }) => code)).toContain("W2001");
    expect(shown[0]?.message).toContain("did you mean");
  });

  test("holds files that are not saved yet, and forgets them when they are closed", async () => {
    const editor = start();
    const rules = editor.write("rules.writ", RULES);
    await editor.initialise();
    await editor.open("rules.writ", RULES);
    await editor.diagnostics(rules, (all) => all.some(({ code }) => code === "W2001"));
    const tools = await editor.open("tools.writ", TOOLS);
    await editor.diagnostics(rules, (all) => !all.some(({ code }) => code === "W2001"));
    await editor.close(tools);
    await editor.diagnostics(rules, (all) => all.some(({ code }) => code === "W2001"));
  });
});
