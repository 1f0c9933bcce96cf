/** An editor as the server sees one: a real process, spoken to over its streams. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

/** A text with `‸` where the cursor stands. */
export function cursor(text: string): { readonly text: string; readonly position: Position } {
  const at = text.indexOf("‸");
  const before = text.slice(0, at).split("\n");
  return {
    text: text.replace("‸", ""),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

/** What a range of a text holds. */
export function slice(text: string, { start, end }: Range): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return text.slice(offset(start), offset(end));
}

/** A text with edits, as an editor applies them. */
export function edited(
  text: string,
  edits: readonly { readonly range: Range; readonly newText: string }[],
): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

/** A server and a folder of its own. */
export class Editor {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "writ-editor-")));
  readonly connection: ProtocolConnection;
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #shown = new Map<string, readonly Diagnostic[]>();
  readonly #waiting = new Set<() => void>();
  readonly messages: string[] = [];
  readonly logged: string[] = [];
  #version = 1;

  constructor() {
    this.#process = spawn(process.execPath, ["--import", "tsx", MAIN, "lsp", "--stdio"], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stderr?.on("data", (data) => this.logged.push(String(data)));
    this.#exited = new Promise((resolve) =>
      this.#process.on("exit", (code) => {
        // What is still asked is never answered.
        this.connection.dispose();
        resolve(code);
      }),
    );
    const [input, output] = [this.#process.stdout, this.#process.stdin];
    if (input === null || output === null) throw new Error("no streams");
    this.connection = createProtocolConnection(
      new StreamMessageReader(input),
      new StreamMessageWriter(output),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.#shown.set(params.uri, params.diagnostics);
      for (const wake of [...this.#waiting]) wake();
    });
    type Said = { readonly message: string };
    this.connection.onNotification("window/showMessage", ({ message }: Said) => {
      this.messages.push(message);
    });
    this.connection.onNotification("window/logMessage", ({ message }: Said) => {
      this.logged.push(message);
    });
    this.connection.listen();
  }

  write(file: string, text: string): string {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this.uri(file);
  }

  uri(file: string): string {
    return pathToFileURL(join(this.root, file)).href;
  }

  async initialise(initializationOptions: unknown = {}): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(this.root).href,
      workspaceFolders: [{ uri: pathToFileURL(this.root).href, name: "work" }],
      capabilities: {},
      initializationOptions,
    });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  async open(file: string, text: string): Promise<string> {
    const uri = this.uri(file);
    const textDocument = { uri, languageId: "writ", version: this.#version++, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
    return uri;
  }

  async change(uri: string, text: string): Promise<void> {
    const textDocument = { uri, version: this.#version++ };
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  ask<R>(method: string, uri: string, more: object = {}): Promise<R> {
    return this.connection.sendRequest<R>(method, { textDocument: { uri }, ...more });
  }

  /** What is shown as wrong in a document, once it is as it is awaited. */
  async diagnostics(
    uri: string,
    until: (shown: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const shown = this.#shown.get(uri);
      if (shown !== undefined && until(shown)) return shown;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`still shown: ${JSON.stringify(shown)}; logged: ${this.logged.join("\n")}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
  }

  /** Says goodbye, and gives the exit code. */
  async leave(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return this.#exited;
  }

  /** Goes away without a word. */
  vanish(): Promise<number | null> {
    this.#process.stdin?.end();
    return this.#exited;
  }

  dispose(): void {
    this.connection.dispose();
    this.#process.kill();
    rmSync(this.root, { recursive: true, force: true });
  }
}
