import { run } from "../../src/cli/run.js";
import type { Terminal } from "../../src/cli/terminal.js";

/** What a command line printed, and its exit code. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/** A terminal that nobody watches, and what was printed on it. */
export function recordingTerminal(stdin = "") {
  const printed = { out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    interactive: false,
    colour: { out: false, err: false },
    stdin: async () => stdin,
    exitCode: 0,
  };
  return { terminal, printed };
}

/** Runs `writ` with these words in this process. */
export async function writ(words: readonly string[], stdin = ""): Promise<Ran> {
  const { terminal, printed } = recordingTerminal(stdin);
  const exitCode = await run(words, terminal);
  return { ...printed, exitCode };
}
