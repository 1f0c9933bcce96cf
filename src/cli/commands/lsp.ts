import { Command, Option } from "commander";
import type { Terminal } from "../terminal.js";

/** `writ lsp`: runs the language server on standard input and output. The server ends the process when the editor is done. */
export function lspCommand(_terminal: Terminal): Command {
  return (
    new Command("lsp")
      .description("start the language server for editors, on standard input and output")
      // Editors pass this option to any language server; it uses standard input and output anyway.
      .addOption(new Option("--stdio").hideHelp())
      .addOption(new Option("--clientProcessId <pid>").hideHelp())
      .action(async () => {
        const { serveEditor } = await import("../../editor/server.js");
        const { packageVersion } = await import("../version.js");
        serveEditor(process.stdin, process.stdout, packageVersion());
      })
  );
}
