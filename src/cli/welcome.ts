/** The start message of `writ serve`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { visibleText } from "../diagnostics/visible-text.js";
import type { RunningService } from "../service/start.js";

/** Returns address, revision, warnings, and one command that works as copied. */
export function welcome(service: RunningService, directory: string, dev: boolean): string {
  const { revision } = service.policy();
  const lines = [
    `Writ decides at ${service.url}`,
    `  bundle    ${visibleText(directory)}`,
    `  revision  ${revision}`,
    ...service.notices.map((notice) => `  warning   ${notice}`),
    ...(dev
      ? [
          "",
          "  DEVELOPMENT MODE: anyone on this machine can approve anything. Never expose this mode to an agent.",
        ]
      : []),
    "",
    "Try it:",
    `  ${tryIt(service.url, directory)}`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** A `curl` of the first request in the bundle's `requests/` folder; of the policy's state if there is none. */
function tryIt(url: string, directory: string): string {
  const example = exampleRequest(directory);
  if (example === undefined) return `curl -s ${url}/policy`;
  const body = example.replaceAll("'", "'\\''");
  return `curl -s ${url}/decide -H 'content-type: application/json' -d '${body}'`;
}

function exampleRequest(directory: string): string | undefined {
  try {
    const folder = join(directory, "requests");
    const [first] = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
    if (first === undefined) return undefined;
    return visibleText(JSON.stringify(JSON.parse(readFileSync(join(folder, first), "utf8"))));
  } catch {
    // An unreadable example must not keep the service from starting.
    return undefined;
  }
}
