/** The threats report as plain text and as Markdown. */
import { alignRows } from "../format/align-rows.js";
import { codeSpan, markdownTable, plainText } from "./markdown.js";
import type { ThreatEntry, ThreatProfile, ThreatReport, ThreatRule } from "./threats.js";

/** Returns one table per catalogue; a threat that no rule names is a gap. */
export function renderThreatsTable(report: ThreatReport): string {
  const parts = report.profiles.map((profile) => {
    const rows = profile.entries.map((entry) => [
      `  ${entry.id} `,
      `${entry.name} `,
      `${entry.state} `,
      [entry.rules.map(ruleText).join(", "), testsText(entry)].filter((text) => text !== "").join(" · "),
    ]);
    const lines = alignRows(rows).map((line) => line.trimEnd());
    return [`${profile.name} ${profile.edition} (${profile.profile})`, ...lines, `  ${tally(profile)}`].join(
      "\n",
    );
  });
  return `${parts.join("\n\n")}\n`;
}

/** A report in Markdown. */
export function renderThreatsMarkdown(report: ThreatReport): string {
  const parts = report.profiles.map((profile) => [
    `## ${plainText(profile.name)} ${profile.edition}`,
    "",
    `${tally(profile)}. Source: <${profile.source}>, ${profile.published}.`,
    "",
    ...markdownTable(
      ["id", "threat", "state", "rules", "tests"],
      profile.entries.map((entry) => [
        entry.id,
        plainText(entry.name),
        entry.state === "gap" ? "**gap**" : entry.state,
        entry.rules.map((rule) => codeSpan(ruleText(rule))).join(", "),
        entry.tests.map(plainText).join("; "),
      ]),
    ),
  ]);
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function ruleText({ id, ref, shadow }: ThreatRule): string {
  const name = id.slice(id.lastIndexOf(".") + 1);
  return `${name}${ref === undefined ? "" : ` (${ref})`}${shadow ? ", shadow" : ""}`;
}

function testsText({ tests }: ThreatEntry): string {
  return tests.length === 0 ? "" : tests.length === 1 ? "1 test" : `${tests.length} tests`;
}

function tally({ entries, all, gaps }: ThreatProfile): string {
  const count = (state: ThreatEntry["state"]) => entries.filter((entry) => entry.state === state).length;
  const shown =
    entries.length === all ? `${all} threats` : `${entries.length} of ${all} techniques are named`;
  return `${shown}: ${count("covered")} covered, ${count("untested")} untested, ${gaps === 1 ? "1 gap" : `${gaps} gaps`}`;
}
