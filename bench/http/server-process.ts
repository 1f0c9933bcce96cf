/**
 * `server-process writ DIR STATE KEYS` or `server-process bare|checked|serialised ANSWER`: one server in a process of its own. Tells
 * where it listens and what time of the processor it has spent, when asked.
 */
import { start } from "../../src/service/start.js";
import { answerMessages } from "../process/script.js";
import { type BareKind, bareRoute } from "./bare-route.js";

const [kind = "", ...words] = process.argv.slice(2);
const listening = kind === "writ" ? writ(words) : bare(kind as BareKind, words);

answerMessages(async ({ ask }) => {
  if (ask === "url") return listening;
  const { user, system } = process.cpuUsage();
  return user + system;
});

/** As `writ serve` starts it, but for its log. */
async function writ([bundleDir = "", stateUrl = "memory:", keysFile]: readonly string[]): Promise<string> {
  const { url } = await start({ bundleDir, stateUrl, keysFile, port: 0, log: { level: "silent" } });
  return url;
}

function bare(kind: BareKind, [answer = "{}"]: readonly string[]): Promise<string> {
  return bareRoute(kind, JSON.parse(answer) as object).listen({ host: "127.0.0.1", port: 0 });
}
