import { Command } from "commander";
import { CommandFailure, EXIT } from "../exit-code.js";
import type { Terminal } from "../terminal.js";

/** `writ explain`: what a code of the error index means, with a policy to avoid and one to prefer. */
export function explainCommand(terminal: Terminal): Command {
  return new Command("explain")
    .description("explain a code that `writ check` printed")
    .argument("<code>", "a code, such as W2001")
    .action(async (code: string) => {
      const { catalogue, findCode } = await import("../../diagnostics/catalogue.js");
      const { renderCode } = await import("../../diagnostics/render-code.js");
      const entry = findCode(code);
      if (entry === undefined) throw await unknownCode(code, catalogue);
      terminal.out(renderCode(entry));
    });
}

async function unknownCode(
  code: string,
  catalogue: readonly { readonly code: string }[],
): Promise<CommandFailure> {
  const { suggest } = await import("../../diagnostics/did-you-mean.js");
  const near = suggest(
    code.toUpperCase(),
    catalogue.map((entry) => entry.code),
  );
  const help = near === undefined ? "codes look like W2001" : `did you mean ${near}?`;
  return new CommandFailure(`no code \`${code}\``, EXIT.usage, help);
}
