/** The matrix as text for people and as Markdown for a pull request. */
import { alignRows } from "../format/align-rows.js";
import { codeSpan, markdownTable, plainText } from "./markdown.js";
import { type Posture, type PostureTool, rowName, type Way } from "./posture.js";
import type { Move, PostureDiff } from "./posture-diff.js";

/** A way in one line: `small_refund (REF-1): for role clerk; when …; needs …`. */
export function wayText(way: Way): string {
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

/** A table with a line a tool and a column a row of the matrix; with conditions, a list of ways below it. */
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

/** Every cell that moved, a line each. */
export function renderDiffTable(diff: PostureDiff, conditions: boolean): string {
  if (diff.moves.length === 0) return "no cell moves\n";
  const rows = diff.moves.map((move) => [move.change, move.who, move.tool, moved(move)]);
  const lines = alignRows(rows.map((row) => row.map((cell) => `${cell} `)));
  const all = diff.moves.flatMap((move, index) => [
    (lines[index] ?? "").trimEnd(),
    ...(conditions || move.change === "conditions" ? changes(move).map((text) => `    ${text}`) : []),
  ]);
  return `${all.join("\n")}\n\n${tally(diff)}\n`;
}

/** A difference for a review, in Markdown. */
export function renderDiffMarkdown(diff: PostureDiff, conditions: boolean): string {
  if (diff.moves.length === 0) return "No cell of the permission matrix moves.\n";
  const body = diff.moves.map((move) => [
    move.change,
    plainText(move.who),
    codeSpan(move.tool),
    `tier ${move.tier}`,
    moved(move),
  ]);
  const details = diff.moves
    .filter((move) => conditions || move.change === "conditions")
    .flatMap((move) => [
      `- ${plainText(move.who)}, ${codeSpan(move.tool)}`,
      ...changes(move).map((text) => `  - ${codeSpan(text)}`),
    ]);
  const lines = [`${tally(diff)}.`, "", ...markdownTable(["change", "who", "tool", "risk", "access"], body)];
  return `${[...lines, ...(details.length === 0 ? [] : ["", ...details])].join("\n")}\n`;
}

function moved({ before, after }: Move): string {
  return before === after ? after : `${before} → ${after}`;
}

/** Ways that went and ways that came. */
function changes({ waysBefore, waysAfter }: Move): string[] {
  const [old, now] = [waysBefore.map(wayText), waysAfter.map(wayText)];
  return [
    ...old.filter((text) => !now.includes(text)).map((text) => `- ${text}`),
    ...now.filter((text) => !old.includes(text)).map((text) => `+ ${text}`),
  ];
}

function tally({ moves }: PostureDiff): string {
  const count = (change: Move["change"]) => moves.filter((move) => move.change === change).length;
  const cells = moves.length === 1 ? "1 cell moves" : `${moves.length} cells move`;
  return `${cells}: ${count("looser")} looser, ${count("tighter")} tighter, ${count("conditions")} in conditions alone`;
}

function* ways(posture: Posture): Iterable<{ who: string; tool: string; text: string }> {
  for (const row of posture.rows) {
    for (const [index, tool] of posture.tools.entries()) {
      for (const way of row.cells[index]?.ways ?? []) {
        yield { who: rowName(row), tool: tool.name, text: wayText(way) };
      }
    }
  }
}
