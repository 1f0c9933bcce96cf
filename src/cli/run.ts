/** Runs one command line and returns its exit code. */
import { CommanderError } from "commander";
import { visibleLines } from "../diagnostics/visible-text.js";
import { CommandFailure, EXIT, type ExitCode } from "./exit-code.js";
import { commandLine } from "./program.js";
import { processTerminal, type Terminal } from "./terminal.js";

/** Runs `writ` with these words; never throws and never ends the process itself. */
export async function run(
  words: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  try {
    await commandLine(terminal).parseAsync([...words], { from: "user" });
    return terminal.exitCode;
  } catch (error) {
    return failed(error, terminal);
  }
}

function failed(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CommandFailure) {
    // The message may contain text of a policy, a service or a tool server.
    terminal.err(`error: ${visibleLines(error.message)}\n`);
    if (error.help !== undefined) terminal.err(`  ${visibleLines(error.help)}\n`);
    return error.exitCode;
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`internal error: ${visibleLines(story)}\n`);
  return EXIT.internal;
}
