import { Command, Option } from "commander";
import { DIRECTORY_HELP, requireLoaded } from "../bundle-folder.js";
import type { Terminal } from "../terminal.js";
import type { ThreatsOptions } from "../threats-options.js";

/** `writ threats`: lists the threats of published catalogues that rules and tests name, and those that none does. */
export function threatsCommand(terminal: Terminal): Command {
  return new Command("threats")
    .description("list the known threats that rules and tests name, and the gaps")
    .argument("[dir]", DIRECTORY_HELP, ".")
    .addOption(
      new Option("--format <format>", "how to print").choices(["table", "json", "markdown"]).default("table"),
    )
    .option(
      "--profile <name...>",
      "owasp-llm-2025, owasp-agentic-2026, mitre-atlas, owasp-llm-2026; the first three by default",
    )
    .option("--no-tests", "do not run the tests to find the rules that decide in them")
    .action(async (directory: string, options: ThreatsOptions) => {
      const { printThreats } = await import("../print-threats.js");
      const { bundle, sources } = await requireLoaded(directory, terminal);
      await printThreats({ ...bundle, sources }, options, terminal);
    });
}
