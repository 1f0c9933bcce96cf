/** A test report as JUnit XML for build servers: one suite per file, one case per test or matrix. */
import { locationText } from "./location.js";
import type { Failure, TestReport, TestResult } from "./report.js";

/** Returns the report as XML 1.0. Characters that XML does not allow become U+FFFD. */
export function renderJunit(report: TestReport): string {
  const byFile = new Map<string, TestResult[]>();
  for (const result of report.results) {
    const list = byFile.get(result.at.file);
    if (list === undefined) byFile.set(result.at.file, [result]);
    else list.push(result);
  }
  const totals = `tests="${report.results.length}" failures="${report.failed}" time="${seconds(report.milliseconds)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="writ" ${totals}>
${[...byFile].map(([file, results]) => suite(file, results)).join("")}</testsuites>
`;
}

function suite(file: string, results: readonly TestResult[]): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const time = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const head = `  <testsuite name="${attribute(file)}" tests="${results.length}" failures="${failed}" errors="0" skipped="0" time="${seconds(time)}">\n`;
  return `${head}${results.map((result) => testcase(file, result)).join("")}  </testsuite>\n`;
}

function testcase(file: string, result: TestResult): string {
  const head = `    <testcase name="${attribute(result.name)}" classname="${attribute(file.replace(/\.writ$/, "").replaceAll("/", "."))}" file="${attribute(file)}" line="${result.at.line}" time="${seconds(result.milliseconds)}"`;
  if (result.failures.length === 0) return `${head}/>\n`;
  const failures = result.failures.map(
    (failure) =>
      `      <failure message="${attribute(failure.message)}" type="${result.kind}">${text(story(failure))}</failure>\n`,
  );
  return `${head}>\n${failures.join("")}    </testcase>\n`;
}

function story({ at, source, expected, actual, because = [], state = [] }: Failure): string {
  return [
    `${locationText(at)}  ${source}`,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(actual === undefined ? [] : [`actual ${actual}`]),
    ...because.flatMap(({ rule, did, clauses }) => [
      `because ${rule} ${did}`,
      ...clauses.map(({ text: clause, result }) => `  ${result}: ${clause}`),
    ]),
    ...state,
  ].join("\n");
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function text(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function attribute(value: string): string {
  return text(value).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
