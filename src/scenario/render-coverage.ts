/** Coverage as a table, as an lcov file, and as annotated policies. */
import type { Paint } from "../diagnostics/paint.js";
import { visibleText } from "../diagnostics/visible-text.js";
import type { Source } from "../source/source.js";
import type { ConditionCoverage, Coverage, RuleCoverage, Share } from "./coverage.js";

const VERDICTS = ["allow", "step-up", "require-approval", "deny"] as const;

/** Returns one row per rule, and below it every condition that had only one result. */
export function renderCoverageTable({ rules, totals }: Coverage, paint: Paint, prefix: string): string {
  const head = ["rule", "effect", "asked", "decided", "allow", "step-up", "approval", "deny"];
  const rows = rules.map((rule) => [
    `${prefix}${rule.at.file}:${rule.at.line} ${rule.name}`,
    rule.shadow ? `shadow ${rule.effect}` : rule.effect,
    String(rule.asked),
    String(rule.determined),
    ...VERDICTS.map((verdict) => String(rule.verdicts[verdict] || "")),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  const body = rules.flatMap((rule, i) => {
    const text = visibleText(line(rows[i] ?? []));
    const shown = rule.determined === 0 ? paint("warning", text) : text;
    return [shown, ...gapsOf(rule).map((gap) => paint("warning", `    ${visibleText(gap)}`))];
  });
  const shown = [
    totalLine("rules that decided", totals.rules),
    totalLine("conditions seen true and seen false", totals.conditions),
    ...(totals.shadow.all === 0 ? [] : [totalLine("shadow rules that would have decided", totals.shadow)]),
  ];
  return `${[paint("message", line(head)), ...body, "", ...shown].join("\n")}\n`;
}

function totalLine(what: string, { seen, all, percent }: Share): string {
  return `${what}: ${seen} of ${all} (${percent} %)`;
}

/** Returns what the tests do not cover of a rule, in words. */
export function gapsOf(rule: RuleCoverage): readonly string[] {
  const gaps = rule.determined === 0 ? [rule.asked === 0 ? "no call concerned it" : "it never decided"] : [];
  return [...gaps, ...rule.conditions.flatMap((each) => conditionGap(each) ?? [])];
}

function conditionGap({ text, ...counts }: ConditionCoverage): string | undefined {
  if (counts.true > 0 && counts.false > 0) return undefined;
  const never =
    counts.true === 0 && counts.false === 0 ? "true nor false" : counts.true === 0 ? "true" : "false";
  return `\`${text}\` was never ${never}`.replace("never true nor", "neither true nor");
}

/**
 * Returns a tracefile for `genhtml` and editors: a rule is a function that is hit when it decides, a condition a line
 * with two branches. `prefix` makes paths relative to the current folder.
 */
export function renderLcov({ rules }: Coverage, prefix: string): string {
  let text = "";
  for (const [file, of] of byFile(rules)) {
    const lines = new Map<number, number>();
    for (const rule of of) {
      lines.set(rule.at.line, Math.max(lines.get(rule.at.line) ?? 0, rule.determined));
      for (const each of rule.conditions) {
        const count = each.true + each.false + each.unknown;
        lines.set(each.at.line, Math.max(lines.get(each.at.line) ?? 0, count));
      }
    }
    const branches = of.flatMap((rule, block) =>
      rule.conditions.flatMap(({ at, true: held, false: failed }, i) => {
        const taken = held + failed === 0 ? undefined : [held, failed];
        return [0, 1].map((way) => ({ line: at.line, block, branch: 2 * i + way, taken: taken?.[way] }));
      }),
    );
    const records = [
      "TN:writ",
      `SF:${prefix}${file}`,
      ...of.map((rule) => `FN:${rule.at.line},${rule.endLine},${rule.id}`),
      ...of.map((rule) => `FNDA:${rule.determined},${rule.id}`),
      `FNF:${of.length}`,
      `FNH:${of.filter(({ determined }) => determined > 0).length}`,
      ...branches.map(({ line, block, branch, taken }) => `BRDA:${line},${block},${branch},${taken ?? "-"}`),
      `BRF:${branches.length}`,
      `BRH:${branches.filter(({ taken }) => (taken ?? 0) > 0).length}`,
      ...[...lines].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`),
      `LF:${lines.size}`,
      `LH:${[...lines.values()].filter((count) => count > 0).length}`,
      "end_of_record",
    ];
    text += `${records.join("\n")}\n`;
  }
  return text;
}

/** Returns every file that has rules, with each rule's count before its line, and the gaps below it. */
export function renderAnnotated(
  { rules }: Coverage,
  sources: ReadonlyMap<string, Source>,
  paint: Paint,
  prefix: string,
): string {
  let text = "";
  for (const [file, of] of byFile(rules)) {
    const source = sources.get(file);
    if (source === undefined) continue;
    text += `${paint("message", visibleText(`${prefix}${file}`))}\n`;
    const shown = source.text.replace(/(?:\r\n|\n|\r)$/, "");
    for (
      let line = 1;
      line <= source.lineStarts.length && source.lineStarts[line - 1]! <= shown.length;
      line++
    ) {
      const here = of.filter(({ at }) => at.line === line);
      const count = here.length === 0 ? "" : String(here.reduce((sum, rule) => sum + rule.determined, 0));
      text +=
        `${count.padStart(6)} ${paint("frame", `${String(line).padStart(4)} |`)} ${visibleText(source.lineText(line).replaceAll("\t", "  "))}\n`.replace(
          / +\n$/,
          "\n",
        );
      for (const gap of gapsAt(of, line))
        text += `${paint("warning", `     !      | ${visibleText(gap)}`)}\n`;
    }
    text += "\n";
  }
  return text;
}

function gapsAt(rules: readonly RuleCoverage[], line: number): readonly string[] {
  return rules.flatMap((rule) => [
    ...(rule.at.line === line && rule.determined === 0 ? gapsOf({ ...rule, conditions: [] }) : []),
    ...rule.conditions.filter(({ at }) => at.line === line).flatMap((each) => conditionGap(each) ?? []),
  ]);
}

function byFile(rules: readonly RuleCoverage[]): ReadonlyMap<string, readonly RuleCoverage[]> {
  const files = new Map<string, RuleCoverage[]>();
  for (const rule of rules) {
    const list = files.get(rule.at.file);
    if (list === undefined) files.set(rule.at.file, [rule]);
    else list.push(rule);
  }
  return files;
}
