/**
 * `server-process writ DIR STATE KEYS CONFIG` or `server-process bare|checked|guarded ANSWER`: runs one server in a
 * separate process. Reports its address and its processor time on request.
 */
import { answerMessages } from "../process/script.js";
import type { BareKind } from "./bare-route.js";

const [kind = "", ...words] = process.argv.slice(2);
const listening = kind === "writ" ? writ(words) : bare(kind as BareKind, words);

answerMessages(async ({ ask }) => {
  if (ask === "url") return listening;
  const { user, system } = process.cpuUsage();
  return user + system;
});

/** As `writ serve` starts it, but for its log; once its state is in reach. */
async function writ([
  bundleDir = "",
  stateUrl = "memory:",
  keysFile,
  configFile,
]: readonly string[]): Promise<string> {
  const { start } = await import("../../src/service/start.js");
  const log = { level: "silent" } as const;
  const { url } = await start({ bundleDir, stateUrl, keysFile, configFile, port: 0, log, stateNew: true });
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    if ((await fetch(`${url}/readyz`)).ok) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the service is not ready over ${stateUrl}`);
}

const READY_ATTEMPTS = 600;

async function bare(kind: BareKind, [answer = "{}"]: readonly string[]): Promise<string> {
  const { bareRoute } = await import("./bare-route.js");
  return bareRoute(kind, JSON.parse(answer) as object).listen({ host: "127.0.0.1", port: 0 });
}
