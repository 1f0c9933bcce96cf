import { Command } from "commander";
import { EXIT } from "../exit-code.js";
import { formatOption } from "../report.js";
import type { Terminal } from "../terminal.js";

/** `writ decide`: the answer to one request, without a service. */
export function decideCommand(terminal: Terminal): Command {
  return new Command("decide")
    .description("answer one request, with nothing before it")
    .usage("[options] [dir] <request.json>")
    .argument(
      "<operands...>",
      "the bundle's folder, the current one by default; and a request, or - for stdin",
    )
    .addOption(formatOption(["json", "human"]).default("json"))
    .action(async (operands: readonly string[], { format }: { format: "json" | "human" }) => {
      const { bundleAndRequest, readRequest } = await import("../request-file.js");
      const { askLocally } = await import("../local-engine.js");
      const [directory, path] = bundleAndRequest(operands);
      const request = await readRequest(path, terminal);
      const ask = askLocally(directory, path, (engine, caller) => engine.decide(request, caller), terminal);
      const decision = await ask;
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
}
