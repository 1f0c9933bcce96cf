/** The matrix as plain text and as Markdown for a pull request. */
import { alignRows } from "../format/align-rows.js";
import type { Change } from "./change.js";
import { codeSpan, markdownTable, plainText } from "./markdown.js";
import { type Alternative, type Posture, type PostureTool, rowName } from "./posture.js";
import type { Move, PostureDiff } from "./posture-diff.js";

/** Returns an alternative in one line: `small_refund (REF-1): for role clerk; when …; needs …`. */
export function alternativeText(way: Alternative): string {
  const name = way.rule.slice(way.rule.lastIndexOf(".") + 1);
  const parts = [
    ...(way.within.length === 0 ? [] : [way.within.join(", ")]),
    ...(way.when.length === 0 ? [] : [`when ${way.when.join(" and ")}`]),
    ...(way.unless.length === 0 ? [] : [`unless ${way.unless.join(", ")}`]),
    ...(way.needs.length === 0 ? [] : [`needs ${way.needs.join(", ")}`]),
    ...(way.mayNeed.length === 0 ? [] : [`may need ${way.mayNeed.join(", ")}`]),
  ];
  const ref = way.ref === undefined ? "" : ` (${way.ref})`;
  return `${name}${ref}: ${parts.length === 0 ? "always" : parts.join("; ")}`;
}

/** `tier 3 · write`. */
export function groupName({ tier, action }: PostureTool): string {
  return `tier ${tier} · ${action}`;
}

/**
 * Returns a table with one line per tool and one column per row of the matrix; with conditions, a list of alternatives
 * below it.
 */
export function renderPostureTable(posture: Posture, conditions: boolean): string {
  const lines: string[][] = [["", ...posture.rows.map(rowName)]];
  let group = "";
  posture.tools.forEach((tool, index) => {
    if (groupName(tool) !== group) {
      group = groupName(tool);
      lines.push([group, ...posture.rows.map(() => "")]);
    }
    lines.push([`  ${tool.name}`, ...posture.rows.map((row) => row.cells[index]?.access ?? "never")]);
  });
  const table = alignRows(lines.map((line) => line.map((cell) => `${cell} `)))
    .map((line) => line.trimEnd())
    .join("\n");
  const details = conditions
    ? [...ways(posture)].map(({ who, tool, text }) => `  ${who}, ${tool}\n    ${text}`)
    : [];
  return `${[table, ...(details.length === 0 ? [] : ["", ...details])].join("\n")}\n`;
}

/** The same as a Markdown table. */
export function renderPostureMarkdown(posture: Posture, conditions: boolean): string {
  const head = ["tier", "action", "tool", ...posture.rows.map(rowName)];
  const body = posture.tools.map((tool, index) => [
    String(tool.tier),
    tool.action,
    codeSpan(tool.name),
    ...posture.rows.map((row) => row.cells[index]?.access ?? "never"),
  ]);
  const details = conditions
    ? [
        "",
        ...[...ways(posture)].map(
          ({ who, tool, text }) => `- ${plainText(who)}, ${codeSpan(tool)}: ${codeSpan(text)}`,
        ),
      ]
    : [];
  return `${[...markdownTable(head, body), ...details].join("\n")}\n`;
}

/** Returns every change that can affect a verdict, then every cell that differs, one per line. */
export function renderDiffTable(diff: PostureDiff, conditions: boolean): string {
  if (isEmpty(diff)) return `${NOTHING}\n`;
  const { changes, moves } = diff;
  const aligned = (rows: readonly (readonly string[])[]) =>
    alignRows(rows.map((row) => row.map((cell) => `${cell} `))).map((line) => line.trimEnd());
  const lines = aligned(moves.map((move) => [move.change, move.who, move.tool, moved(move)]));
  const cells = moves.flatMap((move, index) => [
    lines[index] ?? "",
    ...(conditions || move.change === "conditions" ? movedWays(move).map((text) => `    ${text}`) : []),
  ]);
  const parts = [
    aligned(changes.map((change) => [DIRECTIONS[change.direction], subjectOf(change), change.what])),
    cells,
    tally(diff),
  ];
  return parts.flatMap((part) => (part.length === 0 ? [] : [`${part.join("\n")}\n`])).join("\n");
}

/** A difference for a review, in Markdown. */
export function renderDiffMarkdown(diff: PostureDiff, conditions: boolean): string {
  if (isEmpty(diff)) return `${NOTHING}\n`;
  const { changes, moves } = diff;
  const list = changes.map((change) => [
    DIRECTIONS[change.direction],
    codeSpan(subjectOf(change)),
    codeSpan(change.what),
  ]);
  const cells = moves.map((move) => [
    move.change,
    plainText(move.who),
    codeSpan(move.tool),
    `tier ${move.tier}`,
    moved(move),
  ]);
  const details = moves
    .filter((move) => conditions || move.change === "conditions")
    .flatMap((move) => [
      `- ${plainText(move.who)}, ${codeSpan(move.tool)}`,
      ...movedWays(move).map((text) => `  - ${codeSpan(text)}`),
    ]);
  const parts = [
    tally(diff).map((line) => `${line}.`),
    list.length === 0 ? [] : markdownTable(["direction", "declaration", "change"], list),
    cells.length === 0 ? [] : markdownTable(["change", "who", "tool", "risk", "access"], cells),
    details,
  ];
  return parts.flatMap((part) => (part.length === 0 ? [] : [`${part.join("\n")}\n`])).join("\n");
}

const NOTHING = "nothing differs that can change a verdict";
const DIRECTIONS = { looser: "looser", tighter: "tighter", unknown: "changed" } as const;

function isEmpty({ changes, moves }: PostureDiff): boolean {
  return changes.length === 0 && moves.length === 0;
}

function subjectOf({ kind, name }: Change): string {
  return name === "" ? kind : `${kind} ${name}`;
}

function moved({ before, after }: Move): string {
  return before === after ? after : `${before} → ${after}`;
}

/** Returns removed and added alternatives. */
function movedWays({ waysBefore, waysAfter }: Move): string[] {
  const [old, now] = [waysBefore.map(alternativeText), waysAfter.map(alternativeText)];
  return [
    ...old.filter((text) => !now.includes(text)).map((text) => `- ${text}`),
    ...now.filter((text) => !old.includes(text)).map((text) => `+ ${text}`),
  ];
}

/** Returns the counts that are not zero: a zero would claim that there can be no others. */
function tally({ changes, moves }: PostureDiff): readonly string[] {
  const counts = (named: readonly (readonly [count: number, name: string])[]) =>
    named.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}`])).join(", ");
  const inDirection = (direction: Change["direction"]) =>
    changes.filter((change) => change.direction === direction).length;
  const cells = (change: Move["change"]) => moves.filter((move) => move.change === change).length;
  const lines: string[] = [];
  if (changes.length > 0) {
    const all = changes.length === 1 ? "1 change" : `${changes.length} changes`;
    const named = counts([
      [inDirection("looser"), "looser"],
      [inDirection("tighter"), "tighter"],
      [inDirection("unknown"), "changed in a direction that is unknown"],
    ]);
    lines.push(`${all} can move a verdict: ${named}`);
  }
  if (moves.length > 0) {
    const all = moves.length === 1 ? "1 cell moves" : `${moves.length} cells move`;
    const named = counts([
      [cells("looser"), "looser"],
      [cells("tighter"), "tighter"],
      [cells("conditions"), "in conditions alone"],
    ]);
    lines.push(`${all}: ${named}`);
  }
  return lines;
}

function* ways(posture: Posture): Iterable<{ who: string; tool: string; text: string }> {
  for (const row of posture.rows) {
    for (const [index, tool] of posture.tools.entries()) {
      for (const way of row.cells[index]?.ways ?? []) {
        yield { who: rowName(row), tool: tool.name, text: alternativeText(way) };
      }
    }
  }
}
