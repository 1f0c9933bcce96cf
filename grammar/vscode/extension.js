/** Starts `writ lsp` and shows what codes mean; everything else is the language server's. */
const { commands, Uri, window, workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** Codes of diagnostics link to `writ-explain:/W2001.txt`. */
const SCHEME = "writ-explain";

/** @type {LanguageClient | undefined} */
let client;

/** @param {import("vscode").ExtensionContext} context */
async function activate(context) {
  context.subscriptions.push(
    workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: explanation }),
    commands.registerCommand("writ.restart", restart),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration("writ") && restart()),
    workspace.onDidGrantWorkspaceTrust(start),
  );
  await start();
}

/** Nothing is run in a workspace that nobody trusts yet. */
async function start() {
  if (!workspace.isTrusted || client !== undefined) return;
  const settings = workspace.getConfiguration("writ");
  const [command, ...args] = settings.get("command", ["writ", "lsp"]);
  client = new LanguageClient(
    "writ",
    "Writ",
    { command, args, transport: TransportKind.stdio },
    {
      documentSelector: [{ scheme: "file", language: "writ" }],
      initializationOptions: { bundles: settings.get("bundles", []), explanations: SCHEME },
      middleware: { executeCommand },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const said = error instanceof Error ? error.message : String(error);
    window.showErrorMessage(
      `Writ: \`${command}\` does not start (${said}). Set \`writ.command\` to where it is.`,
    );
  }
}

async function restart() {
  await deactivate();
  await start();
}

/** An explanation is a text to read, not the answer of a command. */
async function executeCommand(command, args, next) {
  if (command !== "writ.explain") return next(command, args);
  const document = await workspace.openTextDocument(Uri.parse(`${SCHEME}:/${args[0]}.txt`));
  return window.showTextDocument(document, { preview: true });
}

/** @param {import("vscode").Uri} uri */
async function explanation(uri) {
  const [, code] = /^\/(W\d{4})\.txt$/.exec(uri.path) ?? [];
  if (client === undefined || code === undefined) return "The language server does not run.";
  return client.sendRequest("workspace/executeCommand", { command: "writ.explain", arguments: [code] });
}

async function deactivate() {
  const running = client;
  client = undefined;
  await running?.dispose();
}

module.exports = { activate, deactivate };
