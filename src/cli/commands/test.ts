import { Command, InvalidArgumentError, Option } from "commander";
import type { TestedBundle } from "../../scenario/run-tests.js";
import { BUNDLE_HELP, bundleFolderOf, requireLoaded } from "../bundle-folder.js";
import { CommandFailure, EXIT } from "../exit-code.js";
import type { Terminal } from "../terminal.js";
import type { CoverageFormat } from "../test-coverage.js";
import type { MutationFormat } from "../test-mutation.js";
import type { ResultFormat } from "../test-results.js";

interface Options {
  readonly filter?: string;
  readonly format?: string;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly mutate?: boolean;
  readonly threshold?: number;
  readonly budget?: number;
}

/** The modes, and the output formats of each; the first is the default. */
const FORMATS = {
  results: ["human", "json", "junit"],
  coverage: ["table", "lcov", "annotated", "json"],
  mutants: ["human", "json"],
} as const;

/** `writ test`: runs the tests and matrices of a bundle, or reports what they cover. */
export function testCommand(terminal: Terminal): Command {
  const formats = [...new Set(Object.values(FORMATS).flat())];
  return new Command("test")
    .description("run the tests of a bundle")
    .argument("[bundle]", BUNDLE_HELP, bundleFolderOf, ".")
    .addOption(
      new Option("--format <format>", `how to print: ${formatsHelp()}`).choices(formats).default(undefined),
    )
    .option("--filter <text>", "only tests whose name or file contains this text")
    .option("--watch", "run again the tests that a change affects, until interrupted")
    .option("--coverage", "report which rules decided, and which conditions were both true and false")
    .option("--mutate", "change the policy in small ways, and report the changes that no test notices")
    .option("--budget <seconds>", "with --mutate: stop trying mutants after this time", readSeconds)
    .option("--threshold <percent>", "with --coverage or --mutate: exit with 4 below this", readPercent)
    .action(async (directory: string, options: Options) => {
      const { bundle, sources } = await requireLoaded(directory, terminal);
      await run(directory, { ...bundle, sources }, options, terminal);
    });
}

async function run(
  directory: string,
  tested: TestedBundle,
  options: Options,
  terminal: Terminal,
): Promise<void> {
  const { selectTests } = await import("../test-selection.js");
  const select = selectTests(tested, options.filter);
  requireFitting(options);
  if (options.mutate === true) {
    const { printMutation } = await import("../test-mutation.js");
    const format = formatOf("mutants", options.format) as MutationFormat;
    const bounded = { select, ...(options.budget === undefined ? {} : { budget: options.budget * 1000 }) };
    await printMutation(directory, tested, format, options.threshold, bounded, terminal);
    return;
  }
  if (options.coverage === true) {
    const { printCoverage } = await import("../test-coverage.js");
    const format = formatOf("coverage", options.format) as CoverageFormat;
    await printCoverage(directory, tested, format, options.threshold, { select }, terminal);
    return;
  }
  if (options.watch === true) {
    const { watchTests } = await import("../test-watch.js");
    await watchTests(directory, tested, select, terminal, interruption());
    return;
  }
  const { printResults } = await import("../test-results.js");
  const format = formatOf("results", options.format) as ResultFormat;
  await printResults(directory, tested, format, { select }, terminal);
}

function requireFitting({ watch, format, coverage, mutate, threshold, budget }: Options): void {
  const refuse = (message: string): never => {
    throw new CommandFailure(message, EXIT.usage);
  };
  if (coverage === true && mutate === true) refuse("use `--coverage` or `--mutate`, not both");
  if (threshold !== undefined && coverage !== true && mutate !== true)
    refuse("`--threshold` needs `--coverage` or `--mutate`");
  if (watch === true && (coverage === true || mutate === true || (format ?? "human") !== "human"))
    refuse("`--watch` cannot be combined with other output options");
  if (budget !== undefined && mutate !== true) refuse("`--budget` needs `--mutate`");
}

/** Aborted when the person at the terminal presses Ctrl-C. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

function formatOf(what: keyof typeof FORMATS, format: string | undefined): string {
  const known: readonly string[] = FORMATS[what];
  if (format === undefined) return FORMATS[what][0];
  if (known.includes(format)) return format;
  throw new CommandFailure(
    `${what} cannot be printed as \`${format}\``,
    EXIT.usage,
    `choose one of ${known.join(", ")}`,
  );
}

function formatsHelp(): string {
  return `${FORMATS.results.join(", ")}; with --coverage ${FORMATS.coverage.join(", ")}`;
}

function readPercent(text: string): number {
  const percent = /^[0-9]{1,3}(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidArgumentError("must be a number from 0 to 100");
}

function readSeconds(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("must be a whole number of seconds");
}
