/** `writ bench`: decides every request once and prints the verdicts, then times them and prints what is expensive. */
import { compileBundle } from "../bundle/compile-bundle.js";
import { displayWidth } from "../diagnostics/display-width.js";
import { visibleJson, visibleText } from "../diagnostics/visible-text.js";
import { Pdp } from "../engine/pdp.js";
import { RequestProblem } from "../engine/request/types.js";
import { createKeys } from "../identity/keys.js";
import { MemoryStore } from "../state/memory-store.js";
import {
  type Costs,
  groupBy,
  type JudgedRequest,
  judgeOnce,
  TIMING_CALLER,
  targetOf,
  timeRequests,
} from "../timing/time-requests.js";
import type { BenchOptions } from "./bench-options.js";
import { malformedLines, nameOf, type RequestLine, readRequestLines } from "./bench-requests.js";
import { requireLoaded } from "./bundle-folder.js";
import { openNamed } from "./open-named.js";
import { mistakeText } from "./request-file.js";
import type { Terminal } from "./terminal.js";

type Judged = JudgedRequest & RequestLine;

/** Runs the bench. Throws CommandFailure, before timing, for requests that cannot be decided. */
export async function printBench(
  directory: string,
  path: string,
  { seconds, format }: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  const requests = await readRequestLines(path, terminal);
  const { bundle, sources } = await requireLoaded(directory, terminal);
  const store = new MemoryStore();
  const pdp = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys() });
  try {
    const opened = await openNamed(pdp, requests, bundle.program, TIMING_CALLER);
    const judged = await judgeAll(pdp, path, opened);
    const costs = await timeRequests(pdp, judged, seconds * 1000, progressOn(terminal));
    if (terminal.interactive) terminal.err("\r\u001b[K");
    if (format === "json") terminal.out(jsonReport(bundle.revision, judged, costs));
    else terminal.out(humanReport(path, judged, costs));
  } finally {
    await store.close();
  }
}

async function judgeAll(
  pdp: Pdp,
  path: string,
  requests: readonly RequestLine[],
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const mistakes: string[] = [];
  for (const each of requests) {
    try {
      judged.push({ ...(await judgeOnce(pdp, each)), line: each.line });
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      const { message, problems } = error;
      const told = problems.length === 0 ? [{ pointer: "", message }] : problems;
      mistakes.push(...told.map((problem) => `${nameOf(path)}:${each.line}: ${mistakeText(problem)}`));
    }
  }
  if (mistakes.length > 0) throw malformedLines(path, mistakes);
  return judged;
}

/** Prints one line that is overwritten if its number changes. */
function progressOn(terminal: Terminal): (done: number) => void {
  let shown = -1;
  return (done) => {
    const percent = Math.floor(done * 100);
    if (!terminal.interactive || percent === shown) return;
    shown = percent;
    terminal.err(`\r\u001b[Ktiming: ${percent} %`);
  };
}

function jsonReport(revision: string, judged: readonly Judged[], costs: Costs): string {
  const verdicts = judged.map((each) => ({
    line: each.line,
    target: targetOf(each),
    decision: each.decision.decision,
    rules: each.decision.reasons.map(({ rule }) => rule),
  }));
  return `${visibleJson(JSON.stringify({ revision, parse_ns: costs.parse, ...costs, parse: undefined, verdicts }, null, 2))}\n`;
}

function humanReport(path: string, judged: readonly Judged[], costs: Costs): string {
  const figures = ({ ns, ratio, spread }: Costs["targets"][number] | Costs["rules"][number]) => [
    nanoseconds(ns),
    figure(ratio),
    `± ${Math.round(spread * 100)} %`,
  ];
  const tools = costs.targets.map((each) => [each.target, String(each.requests), ...figures(each)]);
  const rules = costs.rules.map((each) => [
    `${each.effect} ${each.rule}`,
    String(each.requests),
    ...figures(each),
    each.at,
  ]);
  const parts = [
    `${judged.length} requests; ${nanoseconds(costs.parse)} ns to parse one as JSON, the unit below\n`,
    table(["a decision of", "requests", "ns", "ratio", ""], tools),
    rules.length === 0
      ? "no request reached any rule\n"
      : table(["judging once", "requests", "ns", "ratio", "", ""], rules),
    `what was timed, each as if nothing came before it, in sessions and transactions just opened:\n${verdictLines(path, judged).join("")}`,
  ];
  return parts.join("\n");
}

/** Groups lines by verdict. */
function verdictLines(path: string, judged: readonly Judged[]): readonly string[] {
  const groups = groupBy(judged, (each) => {
    const { decision, reasons } = each.decision;
    const rules = [...new Set(reasons.map(({ rule }) => rule))].join(", ");
    return `${targetOf(each)}: ${decision}${rules === "" ? "" : ` by ${rules}`}`;
  });
  return [...groups].map(
    ([verdict, own]) =>
      `  ${visibleText(`${nameOf(path)}:${ranges(own.map(({ line }) => line))}  ${verdict}`)}\n`,
  );
}

/** `1-3,7`. */
function ranges(lines: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else parts.push([line, line]);
  }
  return parts.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

/** Aligns names left, figures right, and the rest left. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(visibleText));
  const widths = head.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column] ?? ""))));
  const isFigure = (column: number) => column >= 1 && column <= 4;
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const gap = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
        return isFigure(column) ? gap + cell : cell + gap;
      })
      .join("  ")
      .trimEnd();
  return all.map((row) => `${line(row)}\n`).join("");
}

function nanoseconds(ns: number): string {
  return ns >= 100 ? Math.round(ns).toLocaleString("en") : ns.toFixed(1);
}

/** Formats with two significant digits and no exponent. */
function figure(ratio: number): string {
  return ratio >= 10 ? String(Math.round(ratio)) : String(Number(ratio.toPrecision(2)));
}
