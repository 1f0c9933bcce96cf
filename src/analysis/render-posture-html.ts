/** The matrix as one self-contained page, to attach to a review or to archive. */
import { createHash } from "node:crypto";
import { visibleText } from "../diagnostics/visible-text.js";
import { ACCESS_ORDER, type Access, type Cell, type Posture, rowName } from "./posture.js";
import { alternativeText } from "./render-posture.js";

const MEANING: Readonly<Record<Access, string>> = {
  allow: "every valid call, as far as limits have room",
  conditional: "some calls, without anyone being asked",
  "step-up": "after a fresh or stronger sign-in",
  "some need": "after a sign-in, a confirmation or an approval: which one depends on the call",
  confirmation: "after the user's own confirmation",
  approval: "after an approval",
  "step-up + confirmation": "after a sign-in and the user's own confirmation",
  "step-up + approval": "after a sign-in and an approval",
  "confirmation + approval": "after the user's own confirmation and an approval",
  "step-up + confirmation + approval": "after a sign-in, the user's own confirmation and an approval",
  never: "no request at all",
};

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --paper: #ffffff; --line: #d5dae1; --head: #f3f5f8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --soft: #a3acb8; --paper: #14171b; --line: #363d47; --head: #1e2329; } }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } .soft { color: var(--soft); font-weight: 400; } th .soft { font-size: .9em; } code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.25rem 0; } label { display: flex; gap: .5rem; align-items: center; }
select { font: inherit; padding: .2rem .4rem; color: inherit; background: var(--head); border: 1px solid var(--line); border-radius: 4px; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .45rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--head); position: sticky; top: 0; } tbody th { font-weight: 600; } tr.group th { background: var(--head); font-weight: 600; color: var(--soft); }
tbody tr:last-child > * { border-bottom: 0; } td { min-width: 9rem; } tbody th[scope=row] { position: sticky; left: 0; min-width: 10rem; background: var(--paper); } td ul { margin: .3rem 0 0; padding-left: 1.1rem; } summary { cursor: pointer; white-space: nowrap; }
.mark { display: inline-block; padding: 0 .5rem; border-radius: 4px; border: 1px solid transparent; white-space: nowrap; }
.allow { background: #d9f2e0; color: #0b4a22; border-color: #7cc796; } .conditional { background: #e7f0fd; color: #0d3a78; border-color: #8fb5ea; }
.step-up { background: #fdf3d1; color: #5a4300; border-color: #d9b94a; } .approval { background: #fde6d3; color: #6b3200; border-color: #e0a16a; }
.several { background: #fadadd; color: #701420; border-color: #dd8d96; } .never { color: var(--soft); border-color: var(--line); }
@media (prefers-color-scheme: dark) {
  .allow { background: #10381f; color: #b5ecc6; border-color: #2f7a49; } .conditional { background: #132d52; color: #c3dafb; border-color: #3c669f; }
  .step-up { background: #40330a; color: #f6e2a0; border-color: #83691a; } .approval { background: #472a10; color: #fbd3af; border-color: #8d5722; }
  .several { background: #4a1a20; color: #fbc7cd; border-color: #93424c; }
}
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: 1.5rem 0; } dd { margin: 0; } [hidden] { display: none; }
@media (max-width: 40rem) { body { margin: 1rem auto; padding: 0 .75rem; } .wide { font-size: .9em; } }
@media print {
  form { display: none; } body { margin: 0; max-width: none; } .wide { overflow: visible; border: 0; } thead th, tbody th[scope=row] { position: static; }
  .mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; } tr { break-inside: avoid; }
}
`;

/** Filters rows and columns, and opens every condition for printing. Without the script the page shows everything. */
const SCRIPT = `
const form = document.querySelector("form");
form.hidden = false;
form.addEventListener("change", () => {
  const { agent, tier, access } = Object.fromEntries(new FormData(form));
  for (const cell of document.querySelectorAll("[data-agent]")) cell.hidden = agent !== "" && cell.dataset.agent !== agent;
  for (const row of document.querySelectorAll("tr[data-tier]")) {
    const cells = [...row.querySelectorAll("td")].filter((cell) => !cell.hidden);
    const shown = access === "" || row.className === "group" || cells.some((cell) => cell.dataset.access === access);
    row.hidden = (tier !== "" && row.dataset.tier !== tier) || !shown;
  }
});
const closed = new Set();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details:not([open])")) { closed.add(each); each.open = true; }
});
addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
  closed.clear();
});
`;

/**
 * Returns one page; with `open` its conditions are expanded, as for printing. Every text of the bundle is escaped, and
 * the page's content security policy blocks all requests.
 */
export function renderPostureHtml(posture: Posture, title: string, open: boolean): string {
  const hash = createHash("sha256").update(SCRIPT).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}: what agents may do</title>
<style>${STYLE}</style>
</head>
<body>
<h1>What agents may do</h1>
<p class="soft">${escaped(title)} · revision <code>${escaped(posture.revision)}</code></p>
${filters(posture)}
<div class="wide">
<table>
<thead><tr><th scope="col">tool</th>${posture.rows.map(columnHead).join("")}</tr></thead>
<tbody>
${bodyOf(posture, open)}
</tbody>
</table>
</div>
<dl>${ACCESS_ORDER.map((access) => `<dt>${mark(access)}</dt><dd>${MEANING[access]}</dd>`).join("")}</dl>
<p class="soft">Derived from the rules by reasoning, not by trying requests out: a cell says never only where no request can be allowed.</p>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function filters(posture: Posture): string {
  const agents = new Map(posture.rows.map((row) => [row.agent, row.name]));
  const tiers = [...new Set(posture.tools.map(({ tier }) => tier))];
  const options = (all: string, values: Iterable<readonly [value: string, text: string]>) =>
    [["", all] as const, ...values]
      .map(([value, text]) => `<option value="${escaped(value)}">${escaped(text)}</option>`)
      .join("");
  return `<form hidden autocomplete="off">
<label>Agent <select name="agent">${options("all", agents)}</select></label>
<label>Tier <select name="tier">${options(
    "all",
    tiers.map((tier) => [String(tier), String(tier)] as const),
  )}</select></label>
<label>Access <select name="access">${options(
    "any",
    ACCESS_ORDER.map((access) => [access, access] as const),
  )}</select></label>
</form>`;
}

function columnHead(row: Posture["rows"][number]): string {
  const acts = row.acts === "alone" ? "acts alone" : "acts for a user";
  const about = [row.title, row.owner, acts].filter((text) => text !== undefined).join(" · ");
  return `<th scope="col" data-agent="${escaped(row.agent)}">${escaped(rowName(row))}<br><span class="soft">${escaped(about)}</span></th>`;
}

function bodyOf(posture: Posture, open: boolean): string {
  const lines: string[] = [];
  let group = "";
  posture.tools.forEach((tool, index) => {
    const { tier, action } = tool;
    if (`${tier} ${action}` !== group) {
      group = `${tier} ${action}`;
      const columns = posture.rows.length + 1;
      lines.push(
        `<tr class="group" data-tier="${tier}"><th colspan="${columns}" scope="rowgroup">tier ${tier} · ${action}</th></tr>`,
      );
    }
    const notes = [
      tool.title,
      tool.irreversible ? "irreversible" : undefined,
      tool.preconditions.length === 0 ? undefined : `needs ${tool.preconditions.join(", ")}`,
      tool.limits.length === 0 ? undefined : `limits: ${tool.limits.join(", ")}`,
    ].filter((note) => note !== undefined);
    const head = `<th scope="row"><code>${escaped(tool.name).replaceAll(".", ".<wbr>")}</code><br><span class="soft">${escaped(notes.join(" · "))}</span></th>`;
    const cells = posture.rows.map((row) => cellOf(row.agent, row.cells[index], open));
    lines.push(`<tr data-tier="${tier}">${head}${cells.join("")}</tr>`);
  });
  return lines.join("\n");
}

function cellOf(agent: string, cell: Cell | undefined, open: boolean): string {
  const access = cell?.access ?? "never";
  const ways = (cell?.ways ?? []).map((way) => `<li><code>${escaped(alternativeText(way))}</code></li>`);
  const inner =
    ways.length === 0
      ? mark(access)
      : `<details${open ? " open" : ""}><summary>${mark(access)}</summary><ul>${ways.join("")}</ul></details>`;
  return `<td data-agent="${escaped(agent)}" data-access="${access}">${inner}</td>`;
}

function mark(access: Access): string {
  const style = access.includes("+")
    ? "several"
    : access.replace("some need", "step-up").replace("confirmation", "approval");
  return `<span class="mark ${style}">${access}</span>`;
}

/** Also escapes characters that mislead a reader, such as bidirectional controls. */
function escaped(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
