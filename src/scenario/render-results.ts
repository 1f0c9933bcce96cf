/** A test report as text. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import { locationText } from "./location.js";
import type { Failure, RuleStory, TestReport, TestResult } from "./report.js";

/** Returns a line that sums up the run: `12 passed, 1 failed`. */
export function tallyOf({ passed, failed, milliseconds }: TestReport): string {
  const parts = [`${passed} passed`, ...(failed === 0 ? [] : [`${failed} failed`])];
  return `${parts.join(", ")} (${milliseconds} ms)`;
}

/** Returns one test; for a failed one with the step, what was expected, and the smallest explanation. */
export function renderResult(result: TestResult, paint: Paint): string {
  const name = visibleText(result.name);
  if (result.failures.length === 0) return `${paint("secondary", "pass")}  ${name}\n`;
  return `${paint("error", "FAIL")}  ${paint("message", name)}\n${result.failures
    .map((failure) => renderFailure(failure, paint))
    .join("")}`;
}

function renderFailure(failure: Failure, paint: Paint): string {
  const { at, source, message, expected, actual, rounds, because = [], state = [] } = failure;
  const round = rounds === undefined ? "" : `, round ${rounds.join(" of round ")}`;
  const place = locationText(at);
  const lines = [
    `${paint("frame", "-->")} ${visibleText(place)}${round}`,
    `    ${visibleText(source)}`,
    visibleText(message),
    ...(expected === undefined ? [] : [`expected  ${visibleText(expected)}`]),
    ...(actual === undefined ? [] : [`actual    ${visibleText(actual)}`]),
    ...because.flatMap((story) => storyLines(story, paint)),
    ...state.map((line) => `state     ${visibleText(line)}`),
  ];
  return `${lines.map((line) => `  ${line}\n`).join("")}\n`;
}

function storyLines(story: RuleStory, paint: Paint): string[] {
  const at = story.at === undefined ? "" : `  ${paint("frame", visibleText(story.at))}`;
  return [
    `because   ${paint("message", visibleText(story.rule))} ${visibleText(story.did)}${at}`,
    ...story.clauses.flatMap(({ text, result, values }) => [
      `            ${result.padEnd(7)}  ${visibleText(text)}`,
      ...values.map((value) => `                     ${visibleText(value)}`),
    ]),
  ];
}
