import type { CatalogueEntry } from "./catalogue/entry.js";

/** What `writ explain CODE` prints for an entry: what is wrong, why, a policy to avoid and one to prefer. */
export function renderCode(entry: CatalogueEntry): string {
  const parts = [
    `${entry.severity}[${entry.code}]: ${entry.title}`,
    entry.why,
    "Avoid:",
    indented(entry.avoid),
    "Prefer:",
    indented(entry.prefer),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The lines of a policy, indented by two blanks, without blank lines at either end. */
function indented(policy: string): string {
  const lines = policy.replace(/^\n+|\s+$/g, "").split("\n");
  return lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n");
}
