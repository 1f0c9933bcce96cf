/** The whole command line: all commands, and what they share. */
import { Command } from "commander";
import { approvalsCommand } from "./commands/approvals.js";
import { benchCommand } from "./commands/bench.js";
import { checkCommand } from "./commands/check.js";
import { decideCommand } from "./commands/decide.js";
import { explainCommand } from "./commands/explain.js";
import { fmtCommand } from "./commands/fmt.js";
import { importCommand } from "./commands/import.js";
import { initCommand } from "./commands/init.js";
import { keysCommand } from "./commands/keys.js";
import { lspCommand } from "./commands/lsp.js";
import { postureCommand } from "./commands/posture.js";
import { serveCommand } from "./commands/serve.js";
import { stateCommand } from "./commands/state.js";
import { testCommand } from "./commands/test.js";
import { threatsCommand } from "./commands/threats.js";
import type { Terminal } from "./terminal.js";
import { packageVersion } from "./version.js";

/** In the order of `--help`. */
const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [
  initCommand,
  checkCommand,
  fmtCommand,
  testCommand,
  decideCommand,
  explainCommand,
  postureCommand,
  threatsCommand,
  benchCommand,
  serveCommand,
  approvalsCommand,
  stateCommand,
  keysCommand,
  importCommand,
  lspCommand,
];

const EXIT_CODES = `
Exit codes: 0 done · 1 internal · 2 the verdict is not allow · 3 the bundle does not load ·
            4 tests failed · 5 not formatted · 64 usage
`;

/** `writ` as commander understands it. A wrong command line is reported and then throws CommanderError. */
export function commandLine(terminal: Terminal): Command {
  const writ = new Command("writ")
    .description("Policy engine for AI agents: allows or denies each tool call before it happens.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or the help of a command")
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .showHelpAfterError("(writ --help lists the commands)")
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHasColors: () => terminal.colour.out,
      getErrHasColors: () => terminal.colour.err,
    })
    .addHelpText("after", EXIT_CODES)
    .exitOverride();
  for (const command of COMMANDS) adopt(writ, command(terminal));
  return writ;
}

/** Adds a command with its subcommands; each behaves like the whole command line. */
function adopt(parent: Command, command: Command): void {
  const below = [...command.commands];
  command.copyInheritedSettings(parent).showHelpAfterError(`(writ ${command.name()} --help describes it)`);
  for (const each of below) each.copyInheritedSettings(command);
  parent.addCommand(command);
}
