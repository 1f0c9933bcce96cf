import { Command, InvalidArgumentError, Option } from "commander";
import { DIRECTORY_HELP, requireLoaded } from "../bundle-folder.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import type { PostureOptions } from "../posture-options.js";
import type { Terminal } from "../terminal.js";

/** `writ posture`: shows who may call what, derived from the rules, or how a change affects it. */
export function postureCommand(terminal: Terminal): Command {
  return new Command("posture")
    .description("show what agents may do, or which permissions a change affects")
    .argument("[dir]", DIRECTORY_HELP, ".")
    .addOption(
      new Option("--format <format>", "how to print")
        .choices(["table", "json", "markdown", "html"])
        .default("table"),
    )
    .option("--conditions", "also show the rules that grant, with their conditions and needs")
    .option("--roles", "also show a column per user role, and one for users without a role")
    .option("--agent <name>", "only this agent")
    .option("--tier <tier>", "only tools of this tier", readTier)
    .option("--diff <before>", "show differences from a git revision or another folder")
    .option("--fail-if-looser", "with --diff: exit with 6 if a change is looser, or its direction is unknown")
    .action(async (directory: string, options: PostureOptions) => {
      if (options.failIfLooser === true && options.diff === undefined)
        throw new CommandFailure("`--fail-if-looser` goes with `--diff`", EXIT.usage);
      const { printPosture } = await import("../print-posture.js");
      const { bundle } = await requireLoaded(directory, terminal);
      await printPosture(directory, bundle, options, terminal);
    });
}

function readTier(text: string): number {
  if (/^[123]$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a tier is 1, 2 or 3");
}
