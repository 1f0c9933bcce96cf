import { Command } from "commander";
import { EXIT } from "../exit-code.js";
import { formatOption } from "../report.js";
import { type Situation, situationOptions } from "../situation.js";
import type { Terminal } from "../terminal.js";

interface Options extends Situation {
  readonly format: "json" | "human";
}

/** `writ decide`: answers one request, without a service. */
export function decideCommand(terminal: Terminal): Command {
  const command = new Command("decide")
    .description("answer one request on empty state; a session that it names counts as just opened")
    .usage("[options] [dir] <request.json>")
    .argument(
      "<operands...>",
      "the bundle's folder, the current one by default; and a request, or - for stdin",
    )
    .addOption(formatOption(["json", "human"]).default("json"))
    .action(async (operands: readonly string[], { format, ...situation }: Options) => {
      const { askLocally } = await import("../local-engine.js");
      const decision = await askLocally(
        operands,
        situation,
        (engine, request, caller) => engine.decide(request, caller),
        terminal,
      );
      if (format === "json") {
        const { visibleJson } = await import("../../diagnostics/visible-text.js");
        terminal.out(`${visibleJson(JSON.stringify(decision, null, 2))}\n`);
      } else {
        const { renderDecision } = await import("../render-decision.js");
        const { colours, noColours } = await import("../../diagnostics/paint.js");
        terminal.out(renderDecision(decision, terminal.colour.out ? colours : noColours));
      }
      terminal.exitCode = decision.decision === "allow" ? EXIT.done : EXIT.notAllowed;
    });
  for (const option of situationOptions()) command.addOption(option);
  return command;
}
