import { Command, Option } from "commander";
import type { Terminal } from "../terminal.js";

/** `writ lsp`: the language server, on standard input and output. It ends the process itself when the editor is done. */
export function lspCommand(_terminal: Terminal): Command {
  return (
    new Command("lsp")
      .description("start the language server for editors, on standard input and output")
      // What editors say to any language server; it serves standard input and output anyway.
      .addOption(new Option("--stdio").hideHelp())
      .addOption(new Option("--clientProcessId <pid>").hideHelp())
      .action(async () => {
        const { serveEditor } = await import("../../editor/server.js");
        const { packageVersion } = await import("../version.js");
        serveEditor(process.stdin, process.stdout, packageVersion());
      })
  );
}
