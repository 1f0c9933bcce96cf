/** What the tests would not notice, for people. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { placeText } from "../scenario/place.js";
import type { MutationReport, Survivor, Untried } from "./mutation.js";
import type { Apart } from "./tell-apart.js";

/** Survivors with a request that tells them apart first, then those that may mean the same, what was not tried, the score. */
export function renderMutation(report: MutationReport, paint: Paint, prefix: string): string {
  const { all, noticed, unnoticed, refused, unchanged, untried, score } = report;
  const apart = unnoticed.filter((each) => each.apart !== undefined);
  const alike = unnoticed.filter((each) => each.apart === undefined);
  const counted = all - refused - unchanged;
  const parts = [
    ...apart.map((each) => renderSurvivor(each, paint, prefix)),
    ...(alike.length === 0
      ? []
      : [`${paint("message", "may mean the same: no request was found that tells them apart")}\n\n`]),
    ...alike.map((each) => renderSurvivor(each, paint, prefix)),
    ...untriedLines(untried, paint),
    `${all - untried.length} of ${all} mutants tried (${report.milliseconds} ms): ` +
      `${noticed} noticed, ${apart.length} not noticed, ${alike.length} may mean the same, ` +
      `${unchanged} change nothing, ${refused} do not check\n`,
    `score: ${score} % (${noticed} noticed of ${counted} that count${untried.length === 0 ? "" : `, ${untried.length} of them not tried`})\n`,
  ];
  return parts.join("");
}

/** One line for each declaration: the mutants of one are cut off together. */
function untriedLines(untried: readonly Untried[], paint: Paint): readonly string[] {
  if (untried.length === 0) return [];
  const subjects = new Map<string, number>();
  for (const { subject } of untried) subjects.set(subject, (subjects.get(subject) ?? 0) + 1);
  const lines = [...subjects].map(([subject, count]) => `  ${visibleText(subject)}: ${count}\n`);
  return [`${paint("message", "not tried: the budget ended before them")}\n`, ...lines, "\n"];
}

function renderSurvivor({ what, subject, diff, apart }: Survivor, paint: Paint, prefix: string): string {
  const place = placeText({ ...diff.at, file: `${prefix}${diff.at.file}` });
  const head = apart === undefined ? paint("secondary", "same?") : paint("error", "not noticed");
  const lines = [
    `${head}  ${paint("message", visibleText(`${subject}: ${what}`))}`,
    `  ${paint("frame", "-->")} ${visibleText(place)}`,
    ...diff.removed.map((line) => paint("error", `  - ${visibleText(line)}`)),
    ...diff.added.map((line) => paint("secondary", `  + ${visibleText(line)}`)),
  ];
  if (apart !== undefined) lines.push(...apartLines(apart, prefix).map((line) => visibleText(line)));
  return `${lines.join("\n")}\n\n`;
}

function apartLines({ near, step, how, policy, mutant }: Apart, prefix: string): readonly string[] {
  const place = placeText({ ...near.at, file: `${prefix}${near.at.file}` });
  return [
    `  told apart ${how === undefined ? "already at" : "near"} ${place}, in "${near.test}"`,
    `    ${step}${how === undefined ? "" : `   (${how})`}`,
    `    policy  ${policy}`,
    `    mutant  ${mutant}`,
  ];
}
