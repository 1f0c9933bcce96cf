/** What the tests would not notice, for people. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { placeText } from "../scenario/place.js";
import type { MutationReport, Survivor } from "./mutation.js";
import type { Apart } from "./tell-apart.js";

/** Survivors with a request that tells them apart first, then those that may mean the same, then the score. */
export function renderMutation(report: MutationReport, paint: Paint, prefix: string): string {
  const { noticed, unnoticed, refused, untried, score } = report;
  const apart = unnoticed.filter((each) => each.apart !== undefined);
  const alike = unnoticed.filter((each) => each.apart === undefined);
  const parts = [
    ...apart.map((each) => renderSurvivor(each, paint, prefix)),
    ...(alike.length === 0
      ? []
      : [`${paint("message", "may mean the same: no request was found that tells them apart")}\n\n`]),
    ...alike.map((each) => renderSurvivor(each, paint, prefix)),
    `${noticed} noticed, ${apart.length} not noticed, ${alike.length} may mean the same, ${refused} do not check` +
      `${untried === 0 ? "" : `, ${untried} not tried`} (${report.milliseconds} ms)\n`,
    `score: ${score} %\n`,
  ];
  return parts.join("");
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

function apartLines({ near, before, step, how, policy, mutant }: Apart, prefix: string): readonly string[] {
  const told = how === undefined ? "already at" : "near";
  const head =
    near === undefined
      ? "told apart in a test such as"
      : `told apart ${told} ${placeText({ ...near.at, file: `${prefix}${near.at.file}` })}, in "${near.test}"`;
  return [
    `  ${head}`,
    ...before.map((line) => `    ${line}`),
    ...(near === undefined && how === undefined
      ? []
      : [`    ${step}${how === undefined ? "" : `   (${how})`}`]),
    `    policy  ${policy}`,
    `    mutant  ${mutant}`,
  ];
}
