import { Command, Option } from "commander";
import { DIRECTORY_HELP, requireLoaded } from "../bundle-folder.js";
import type { Terminal } from "../terminal.js";
import type { ResultFormat } from "../test-results.js";

interface Options {
  readonly filter?: string;
  readonly format?: ResultFormat;
}

/** `writ test`: runs the tests and matrices of a bundle. */
export function testCommand(terminal: Terminal): Command {
  return new Command("test")
    .description("run the tests of a bundle")
    .argument("[dir]", DIRECTORY_HELP, ".")
    .addOption(new Option("--format <format>", "how to print").choices(["human", "json", "junit"]))
    .option("--filter <text>", "only tests whose name or file holds this text")
    .action(async (directory: string, options: Options) => {
      const { bundle, sources } = await requireLoaded(directory, terminal);
      const tested = { ...bundle, sources };
      const { selectTests } = await import("../test-selection.js");
      const { printResults } = await import("../test-results.js");
      const select = selectTests(tested, options.filter);
      await printResults(directory, tested, options.format ?? "human", { select }, terminal);
    });
}
