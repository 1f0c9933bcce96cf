import { Command } from "commander";
import { DIRECTORY_HELP, loadFolder } from "../bundle-folder.js";
import { EXIT } from "../exit-code.js";
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
}

/** `writ check`: everything that is wrong with a bundle, or that it loads. */
export function checkCommand(terminal: Terminal): Command {
  return new Command("check")
    .description("find mistakes in a bundle")
    .argument("[dir]", DIRECTORY_HELP, ".")
    .addOption(formatOption())
    .option("--deny-warnings", "exit with 3 for warnings too")
    .option(
      "--profile <name...>",
      "warn of threats of this catalogue that no rule names (writ threats lists them)",
    )
    .action(async (directory: string, options: Options) => {
      const threatProfiles = await knownProfiles(options.profile ?? []);
      const { bundle, diagnostics, sources } = await loadFolder(directory, { threatProfiles });
      const findings = { directory, diagnostics, sources };
      const revision = bundle?.revision;
      if (options.format === "json") terminal.out(await renderJson(findings, revision));
      else terminal.out(await renderFindings(findings, options.format, terminal.colour.out));
      if (options.format === "human") terminal.out(summary(findings, revision));
      const refused = options.denyWarnings === true && diagnostics.length > 0;
      terminal.exitCode = revision === undefined || refused ? EXIT.notLoaded : EXIT.done;
    });
}

/** Throws for a profile that no catalogue has; catalogues are loaded only where one is asked for. */
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

async function renderJson(findings: Findings, revision: string | undefined): Promise<string> {
  const { jsonReport } = await import("../../diagnostics/render-json.js");
  const { sortDiagnostics } = await import("../../diagnostics/sort.js");
  const { diagnostics, sources } = fromHere(findings);
  const report = jsonReport(sortDiagnostics(diagnostics), sources);
  const { visibleJson } = await import("../../diagnostics/visible-text.js");
  return `${visibleJson(JSON.stringify({ loads: revision !== undefined, revision, ...report }, null, 2))}\n`;
}
