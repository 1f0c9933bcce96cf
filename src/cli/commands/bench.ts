import { Command, InvalidArgumentError, Option } from "commander";
import type { BenchOptions } from "../bench-options.js";
import type { Terminal } from "../terminal.js";

/** `writ bench`: measures decisions and rules of a bundle on the author's requests. */
export function benchCommand(terminal: Terminal): Command {
  return new Command("bench")
    .description("measure your own requests, most expensive tools and rules first")
    .usage("[options] [dir] <requests.jsonl>")
    .argument(
      "<operands...>",
      "the bundle's folder, the current one by default; and a file with one request per line, or - for stdin",
    )
    .addOption(
      new Option("--seconds <seconds>", "roughly how long to measure").default(10).argParser(readSeconds),
    )
    .addOption(new Option("--format <format>", "how to print").choices(["human", "json"]).default("human"))
    .action(async (operands: readonly string[], options: BenchOptions) => {
      const { bundleAndRequest } = await import("../request-file.js");
      const { printBench } = await import("../print-bench.js");
      const [directory, path] = bundleAndRequest(operands);
      await printBench(directory, path, options, terminal);
    });
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && seconds > 0 && seconds <= 600) return seconds;
  throw new InvalidArgumentError("a number of seconds, up to 600");
}
