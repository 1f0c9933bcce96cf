import { join } from "node:path";
import { Command } from "commander";
import type { LimitChange } from "../../analysis/limit-changes.js";
import type { Bundle } from "../../bundle/load.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { TestedBundle } from "../../scenario/run-tests.js";
import { BUNDLE_HELP, bundleFolderOf, loadFolder } from "../bundle-folder.js";
import { EXIT } from "../exit-code.js";
import { pathFromHere } from "../from-here.js";
import {
  type DiagnosticFormat,
  type Findings,
  formatOption,
  fromHere,
  renderFindings,
  tally,
} from "../report.js";
import type { Terminal } from "../terminal.js";

interface Options {
  readonly format: DiagnosticFormat;
  readonly denyWarnings?: boolean;
  readonly profile?: readonly string[];
  readonly against?: string;
  readonly tests?: boolean;
}

/** `writ check`: reports everything that is wrong with a bundle, or that it loads. */
export function checkCommand(terminal: Terminal): Command {
  return new Command("check")
    .description("report errors and likely mistakes in a bundle")
    .argument("[bundle]", BUNDLE_HELP, bundleFolderOf, ".")
    .addOption(formatOption())
    .option("--deny-warnings", "exit with 3 for warnings too")
    .option(
      "--profile <name...>",
      "warn of threats of this catalogue that no rule names (writ threats lists them)",
    )
    .option(
      "--against <before>",
      "also report what stored state would be lost, compared with a git revision or another folder",
    )
    .option("--tests", "run the tests too, and warn of rules that never decided")
    .action(async (directory: string, options: Options) => {
      const threatProfiles = await knownProfiles(options.profile ?? []);
      const { bundle, sources, ...loaded } = await loadFolder(directory, { threatProfiles });
      const tested = options.tests === true && bundle !== undefined ? { ...bundle, sources } : undefined;
      const diagnostics = [...loaded.diagnostics, ...(await found(tested, loaded.diagnostics, terminal))];
      const findings = { directory, diagnostics, sources };
      const revision = bundle?.revision;
      const restarted = await restartedLimits(directory, bundle, options.against, terminal);
      if (options.format === "json") terminal.out(await renderJson(findings, revision, restarted));
      else terminal.out(await renderFindings(findings, options.format, terminal.colour.out));
      if (options.format === "human") terminal.out(summary(findings, revision));
      await reportRestarted(restarted, findings, options, terminal);
      const refused = options.denyWarnings === true && diagnostics.length > 0;
      terminal.exitCode = revision === undefined || refused ? EXIT.notLoaded : EXIT.done;
    });
}

/** The state that would be lost. */
interface Restarted {
  readonly limits: readonly LimitChange[];
  /** Changes of labels, `prior` and exceptions, one line each. */
  readonly beside: readonly string[];
}

/** Returns undefined if no comparison was requested, or there is no bundle to compare. */
async function restartedLimits(
  directory: string,
  bundle: Bundle | undefined,
  before: string | undefined,
  terminal: Terminal,
): Promise<Restarted | undefined> {
  if (before === undefined) return undefined;
  const { loadBefore } = await import("../bundle-before.js");
  const { restartedLimits } = await import("../../analysis/limit-changes.js");
  const earlier = await loadBefore(directory, before, terminal);
  if (bundle === undefined) return undefined;
  const { forgottenBeside } = await import("../../analysis/forgotten.js");
  const { compile } = await import("../../compile/compile.js");
  const [was, is] = [earlier.program, bundle.program].map((program) => compile(program, "")) as [
    CompiledBundle,
    CompiledBundle,
  ];
  return {
    limits: restartedLimits(earlier.program, bundle.program),
    beside: forgottenBeside(was, is),
  };
}

/** Prints after the findings for people, and to standard error if a program reads the output. */
async function reportRestarted(
  restarted: Restarted | undefined,
  findings: Findings,
  { format, against }: Options,
  terminal: Terminal,
): Promise<void> {
  if (restarted === undefined || format === "json") return;
  const { limitChangeText } = await import("../../analysis/limit-changes.js");
  const { sources } = fromHere(findings);
  const folder = pathFromHere(findings.directory);
  const lines = restarted.limits.map((change) => {
    const file = join(folder, change.span.file);
    const { line, column } = sources.get(file)?.positionAt(change.span.start) ?? { line: 1, column: 1 };
    return `${file}:${line}:${column}: ${limitChangeText(change)}\n`;
  });
  if (lines.length === 0) lines.push(`no limit starts again from zero, compared with ${against}\n`);
  lines.push(...restarted.beside.map((line) => `${line}\n`));
  const print = format === "human" ? terminal.out : terminal.err;
  print(lines.join(""));
}

/** Returns the findings of running the tests. */
async function found(
  tested: TestedBundle | undefined,
  known: readonly Diagnostic[],
  terminal: Terminal,
): Promise<readonly Diagnostic[]> {
  if (tested === undefined) return [];
  const { untestedRules } = await import("../untested-rules.js");
  const { warnings, failed } = await untestedRules(tested);
  if (failed > 0) terminal.err(`${failed} of the tests failed: see \`writ test\`\n`);
  const told = new Set(known.filter(({ code }) => code === "W6007").map(({ message }) => message));
  return warnings.filter(({ message }) => !told.has(message));
}

/** Throws for an unknown profile. Catalogues are loaded only if one is requested. */
async function knownProfiles(profiles: readonly string[]): Promise<readonly string[]> {
  if (profiles.length === 0) return profiles;
  const { requireCatalogue } = await import("../threat-profile.js");
  return profiles.map((profile) => requireCatalogue(profile).profile);
}

function summary(findings: Findings, revision: string | undefined): string {
  const files = `${findings.sources.size} file${findings.sources.size === 1 ? "" : "s"}`;
  const gap = findings.diagnostics.length === 0 ? "" : "\n";
  const line = `${gap}${findings.directory}: ${files}, ${tally(findings.diagnostics)}\n`;
  return revision === undefined ? line : `${line}revision ${revision}\n`;
}

async function renderJson(
  findings: Findings,
  revision: string | undefined,
  restarted: Restarted | undefined,
): Promise<string> {
  const { jsonReport } = await import("../../diagnostics/render-json.js");
  const { sortDiagnostics } = await import("../../diagnostics/sort.js");
  const { diagnostics, sources } = fromHere(findings);
  const report = jsonReport(sortDiagnostics(diagnostics), sources);
  const whole = {
    loads: revision !== undefined,
    revision,
    ...report,
    ...(restarted === undefined
      ? {}
      : {
          limits_begin_anew: restarted.limits.map(({ limit, was, changes }) => ({ limit, was, changes })),
          forgotten: restarted.beside,
        }),
  };
  const { visibleJson } = await import("../../diagnostics/visible-text.js");
  return `${visibleJson(JSON.stringify(whole, null, 2))}\n`;
}
