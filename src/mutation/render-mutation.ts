/** The mutants that the tests do not notice, as text. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { locationText } from "../scenario/location.js";
import type { DistinguishingRequest } from "./distinguish.js";
import type { MutationReport, Survivor, Untried } from "./mutation.js";

/** Returns survivors with a distinguishing request first, then possible equivalents, untried mutants, and the score. */
export function renderMutation(report: MutationReport, paint: Paint, prefix: string): string {
  const { all, noticed, unnoticed, refused, unchanged, untried, score } = report;
  const apart = unnoticed.filter((each) => each.apart !== undefined);
  const alike = unnoticed.filter((each) => each.apart === undefined);
  const counted = all - refused - unchanged;
  const parts = [
    ...apart.map((each) => renderSurvivor(each, paint, prefix)),
    ...(alike.length === 0
      ? []
      : [
          `${paint("message", "possibly equivalent: no request was found that they answer differently")}\n\n`,
        ]),
    ...alike.map((each) => renderSurvivor(each, paint, prefix)),
    ...untriedLines(untried, paint),
    `${all - untried.length} of ${all} mutants tried (${report.milliseconds} ms): ` +
      `${noticed} noticed, ${apart.length} not noticed, ${alike.length} possibly equivalent, ` +
      `${unchanged} unchanged, ${refused} rejected by the checker\n`,
    `score: ${score} % (${noticed} noticed of ${counted} that count${untried.length === 0 ? "" : `, ${untried.length} of them not tried`})\n`,
  ];
  return parts.join("");
}

/** Returns one line per declaration, because all untried mutants of a declaration are alike to a reader. */
function untriedLines(untried: readonly Untried[], paint: Paint): readonly string[] {
  if (untried.length === 0) return [];
  const subjects = new Map<string, number>();
  for (const { subject } of untried) subjects.set(subject, (subjects.get(subject) ?? 0) + 1);
  const lines = [...subjects].map(([subject, count]) => `  ${visibleText(subject)}: ${count}\n`);
  return [`${paint("message", "not tried: the budget ended first")}\n`, ...lines, "\n"];
}

function renderSurvivor({ what, subject, diff, apart }: Survivor, paint: Paint, prefix: string): string {
  const place = locationText({ ...diff.at, file: `${prefix}${diff.at.file}` });
  const head = apart === undefined ? paint("secondary", "equivalent?") : paint("error", "not noticed");
  const lines = [
    `${head}  ${paint("message", visibleText(`${subject}: ${what}`))}`,
    `  ${paint("frame", "-->")} ${visibleText(place)}`,
    ...diff.removed.map((line) => paint("error", `  - ${visibleText(line)}`)),
    ...diff.added.map((line) => paint("secondary", `  + ${visibleText(line)}`)),
  ];
  if (apart !== undefined) lines.push(...apartLines(apart, prefix).map((line) => visibleText(line)));
  return `${lines.join("\n")}\n\n`;
}

function apartLines(
  { near, step, how, policy, mutant }: DistinguishingRequest,
  prefix: string,
): readonly string[] {
  const place = locationText({ ...near.at, file: `${prefix}${near.at.file}` });
  return [
    `  answered differently ${how === undefined ? "at" : "near"} ${place}, in "${near.test}"`,
    `    ${step}${how === undefined ? "" : `   (${how})`}`,
    `    policy  ${policy}`,
    `    mutant  ${mutant}`,
  ];
}
