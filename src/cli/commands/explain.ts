import { Command } from "commander";
import { CommandFailure, EXIT } from "../exit-code.js";
import { formatOption } from "../report.js";
import { type Situation, situationOptions } from "../situation.js";
import type { Terminal } from "../terminal.js";

interface Options extends Situation {
  readonly format: "human" | "json";
}

/** `writ explain`: explains a code of the error index, or shows the result of every rule for a request. */
export function explainCommand(terminal: Terminal): Command {
  const command = new Command("explain")
    .description("explain a code that `writ check` printed, or the answer to a request")
    .usage("[options] <code> | [dir] <request.json>")
    .argument("<operands...>", "a code such as W2001; or a folder and a request, or - for stdin")
    .addOption(formatOption(["human", "json"]))
    .action(async (operands: readonly string[], options: Options) => {
      const [first = ""] = operands;
      const isCode = operands.length === 1 && /^w\d+$/i.test(first);
      terminal.out(isCode ? await explainCode(first) : await explainRequest(operands, options, terminal));
    });
  for (const option of situationOptions()) command.addOption(option);
  return command;
}

async function explainCode(code: string): Promise<string> {
  const { catalogue, findCode } = await import("../../diagnostics/catalogue.js");
  const { renderCode } = await import("../../diagnostics/render-code.js");
  const entry = findCode(code);
  if (entry !== undefined) return renderCode(entry);
  const { suggest } = await import("../../diagnostics/did-you-mean.js");
  const codes = catalogue.map((each) => each.code);
  const near = suggest(code.toUpperCase(), codes);
  const help = near === undefined ? "codes look like W2001" : `did you mean ${near}?`;
  throw new CommandFailure(`no code \`${code}\``, EXIT.usage, help);
}

async function explainRequest(
  operands: readonly string[],
  { format, ...situation }: Options,
  terminal: Terminal,
): Promise<string> {
  const { askLocally } = await import("../local-engine.js");
  const explanation = await askLocally(
    operands,
    situation,
    (engine, request, caller) => engine.explain(request, caller),
    terminal,
  );
  if (format === "json") {
    const { visibleJson } = await import("../../diagnostics/visible-text.js");
    return `${visibleJson(JSON.stringify(explanation, null, 2))}\n`;
  }
  const { renderExplanation } = await import("../render-decision.js");
  const { colours, noColours } = await import("../../diagnostics/paint.js");
  return renderExplanation(explanation, terminal.colour.out ? colours : noColours);
}
