/** The language server: connects an editor to the compiler. */
import {
  type CancellationToken,
  CodeActionKind,
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type ExecuteCommandParams,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  type Message,
  MessageType,
  ProposedFeatures,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { answers } from "./answers.js";
import { EXPLAIN, RUN_TEST } from "./commands.js";
import { Publisher } from "./publisher.js";
import { runTest } from "./run-test.js";
import { TOKEN_TYPES } from "./tokens.js";
import { type Place, Workspace } from "./workspace.js";

/** The options that an editor may send at start; unknown ones are ignored. */
interface Options {
  /** Bundle folders, relative to the workspace, if they cannot be detected. */
  readonly bundles: readonly string[];
  /** A URI scheme under which the editor shows `SCHEME:/W2001.txt`; codes link there. */
  readonly explanations: string | undefined;
}

/**
 * Serves one editor over two streams. The process exits when the editor requests it or disconnects: with 0 after
 * `shutdown`, else with 1.
 */
export function serveEditor(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  version: string,
): void {
  const connection = createConnection(ProposedFeatures.all, input, output, {
    connectionStrategy: { cancelUndispatched },
  });
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(() => documents.all());
  const publisher = new Publisher(connection, workspace);
  initialise(connection, workspace, publisher, version);
  documents.onDidChangeContent(({ document }) => publisher.changed(document.uri));
  documents.onDidClose(({ document }) => publisher.changed(document.uri));
  documents.onDidSave(() => publisher.changedOnDisk());
  connection.onDidChangeWatchedFiles(() => publisher.changedOnDisk());
  documents.listen(connection);
  register(connection, documents, workspace, publisher);
  connection.listen();
}

/** A request that is cancelled before its turn is not started. */
function cancelUndispatched(message: Message): ReturnType<typeof cancelled> | undefined {
  return "id" in message && "method" in message ? cancelled(message.id as number) : undefined;
}

function cancelled(id: number) {
  const error = { code: LSPErrorCodes.RequestCancelled, message: "cancelled" };
  return { jsonrpc: "2.0", id, error };
}

function initialise(
  connection: Connection,
  workspace: Workspace,
  publisher: Publisher,
  version: string,
): void {
  let watches = false;
  let follows = false;
  let bundles: readonly string[] = [];
  const folders = new Set<string>();
  connection.onInitialize((params): InitializeResult => {
    const options = optionsOf(params.initializationOptions);
    bundles = options.bundles;
    for (const folder of foldersOf(params)) folders.add(folder);
    workspace.configure([...folders], bundles);
    follows = params.capabilities.workspace?.workspaceFolders === true;
    publisher.explanations = options.explanations;
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return { serverInfo: { name: "writ", version }, capabilities: CAPABILITIES };
  });
  connection.onInitialized(() => {
    if (follows) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) folders.delete(uri);
        for (const { uri } of added) folders.add(uri);
        workspace.configure([...folders], bundles);
        publisher.changedOnDisk();
      });
    }
    if (!watches) return;
    const watchers = [{ globPattern: "**/*.writ" }, { globPattern: "**/*.json" }];
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined);
  });
}

function optionsOf(given: unknown): Options {
  const record =
    typeof given === "object" && given !== null ? (given as { readonly [key: string]: unknown }) : {};
  const bundles = Array.isArray(record.bundles)
    ? record.bundles.filter((each) => typeof each === "string")
    : [];
  const scheme = record.explanations;
  const isScheme = typeof scheme === "string" && /^[a-z][a-z0-9.+-]{0,30}$/.test(scheme);
  return { bundles, explanations: isScheme ? scheme : undefined };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.map((folder) => folder.uri);
  return rootUri ? [rootUri] : [];
}

const CAPABILITIES: InitializeResult["capabilities"] = {
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  completionProvider: { triggerCharacters: [".", "@", '"'] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  codeLensProvider: { resolveProvider: false },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Empty] },
  executeCommandProvider: { commands: [RUN_TEST, EXPLAIN] },
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] }, full: true },
};

/**
 * Runs an answer after the requests and cancellations that have already arrived, so that a cancelled request costs
 * nothing. An internal error is logged and returned as an error; the server keeps running.
 */
function answering<P, R>(
  connection: Connection,
  answer: (params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | ResponseError> {
  return async (params, token) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    try {
      return await answer(params, token);
    } catch (error) {
      if (error instanceof ResponseError) return error;
      const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`internal error: ${story}`);
      return new ResponseError(ErrorCodes.InternalError, "internal error");
    }
  };
}

function register(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
  publisher: Publisher,
): void {
  const on = <P, R>(answer: (params: P, token: CancellationToken) => R | Promise<R>) =>
    answering(connection, answer);
  const answer = answers(documents, workspace);
  connection.onCompletion(on(answer.completion));
  connection.onHover(on(answer.hover));
  connection.onDefinition(on(answer.definition));
  connection.onReferences(on(answer.references));
  connection.onDocumentHighlight(on(answer.highlights));
  connection.onPrepareRename(on(answer.prepareRename));
  connection.onRenameRequest(on(answer.rename));
  connection.onDocumentFormatting(on(answer.formatting));
  connection.onDocumentSymbol(on(answer.outline));
  connection.onWorkspaceSymbol(on(answer.search));
  connection.onCodeLens(on(answer.lenses));
  connection.onCodeAction(on(answer.actions));
  connection.languages.semanticTokens.on(on(answer.tokens));
  connection.onExecuteCommand(
    on<ExecuteCommandParams, unknown>(({ command, arguments: given = [] }, token) => {
      const [first, second] = given.map(String);
      if (command === EXPLAIN) return explain(first ?? "", connection, publisher);
      if (command !== RUN_TEST) throw new ResponseError(ErrorCodes.InvalidParams, `no command ${command}`);
      const place = workspace.placeOf(first ?? "");
      if (place === undefined) throw new ResponseError(ErrorCodes.InvalidParams, "no such document");
      return run(place, second ?? "", { connection, publisher, token });
    }),
  );
}

/** Returns the text of an explanation; an editor that cannot show it as a document also gets it as a message. */
async function explain(code: string, connection: Connection, publisher: Publisher): Promise<string> {
  const { findCode } = await import("../diagnostics/catalogue.js");
  const { renderCode } = await import("../diagnostics/render-code.js");
  const entry = findCode(code);
  if (entry === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `no code ${code.slice(0, 20)}`);
  const text = renderCode(entry);
  if (publisher.explanations === undefined) show(connection, MessageType.Info, text);
  return text;
}

/** Runs a test and reports the result: as a message, as diagnostics of failures, and as the answer. */
async function run(
  { analysis, file }: Place,
  title: string,
  { connection, publisher, token }: Running,
): Promise<{ readonly passed: boolean; readonly message: string }> {
  const { passed, message, failures } = await runTest(
    analysis,
    file,
    title,
    () => token.isCancellationRequested,
  );
  publisher.ran(analysis, title, failures);
  show(connection, passed ? MessageType.Info : MessageType.Warning, message);
  return { passed, message };
}

/** What receives the result of a run, and can cancel it. */
interface Running {
  readonly connection: Connection;
  readonly publisher: Publisher;
  readonly token: CancellationToken;
}

/** Sends a notification: a request would wait until the user presses a button. */
function show(connection: Connection, type: MessageType, message: string): void {
  void connection.sendNotification("window/showMessage", { type, message });
}
