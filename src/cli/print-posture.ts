/** `writ posture`: derives the matrix and prints it, or prints the difference to another version of the bundle. */
import { basename, resolve } from "node:path";
import { comparePrograms } from "../analysis/compare-programs.js";
import { derivePosture } from "../analysis/derive-posture.js";
import type { Posture } from "../analysis/posture.js";
import { diffPostures, mayBeLooser } from "../analysis/posture-diff.js";
import {
  renderDiffMarkdown,
  renderDiffTable,
  renderPostureMarkdown,
  renderPostureTable,
} from "../analysis/render-posture.js";
import { renderPostureHtml } from "../analysis/render-posture-html.js";
import type { Bundle } from "../bundle/load.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { visibleJson, visibleLines } from "../diagnostics/visible-text.js";
import { systemClock } from "../state/clock.js";
import { loadBefore } from "./bundle-before.js";
import { CommandFailure, EXIT } from "./exit-code.js";
import type { PostureOptions } from "./posture-options.js";
import type { Terminal } from "./terminal.js";

/** What `writ posture` prints. */
export async function printPosture(
  directory: string,
  bundle: Bundle,
  options: PostureOptions,
  terminal: Terminal,
): Promise<void> {
  const matrix = (of: Bundle) => {
    const derived = derivePosture(of.program, of.revision, {
      roles: options.roles === true,
      now: systemClock.now(),
    });
    return narrowed(derived, options);
  };
  const posture = matrix(bundle);
  if (options.agent !== undefined && posture.rows.length === 0) throw unknownAgent(options.agent, bundle);
  const conditions = options.conditions === true;
  if (options.diff !== undefined) {
    const before = await loadBefore(directory, options.diff, terminal);
    const diff = diffPostures(matrix(before), posture, comparePrograms(before.program, bundle.program));
    if (options.failIfLooser === true && mayBeLooser(diff)) terminal.exitCode = EXIT.mayBeLooser;
    if (options.format === "html")
      throw new CommandFailure(
        "a difference cannot be printed as `html`",
        EXIT.usage,
        "choose table, json or markdown",
      );
    if (options.format === "json") terminal.out(`${visibleJson(JSON.stringify(diff, null, 2))}\n`);
    else if (options.format === "markdown") terminal.out(visibleLines(renderDiffMarkdown(diff, conditions)));
    else terminal.out(visibleLines(renderDiffTable(diff, conditions)));
    return;
  }
  if (options.format === "json") terminal.out(`${visibleJson(JSON.stringify(posture, null, 2))}\n`);
  else if (options.format === "markdown")
    terminal.out(visibleLines(renderPostureMarkdown(posture, conditions)));
  else if (options.format === "html")
    terminal.out(renderPostureHtml(posture, basename(resolve(directory)), conditions));
  else terminal.out(visibleLines(renderPostureTable(posture, conditions)));
}

function narrowed(posture: Posture, { agent, tier }: PostureOptions): Posture {
  const kept = posture.tools.map((tool) => tier === undefined || tool.tier === tier);
  return {
    ...posture,
    tools: posture.tools.filter((_, index) => kept[index]),
    rows: posture.rows
      .filter((row) => agent === undefined || row.name === agent || row.agent === agent)
      .map((row) => ({ ...row, cells: row.cells.filter((_, index) => kept[index]) })),
  };
}

function unknownAgent(agent: string, { program }: Bundle): CommandFailure {
  const near = suggest(
    agent,
    [...program.agents.values()].map(({ name }) => name),
  );
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  return new CommandFailure(`this bundle has no agent \`${agent}\``, EXIT.usage, help);
}
