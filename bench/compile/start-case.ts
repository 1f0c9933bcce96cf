/** How long a command takes that has just been started, beside a Node that has nothing to do. */
import { strictEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deviation, median } from "../measure.js";
import { ROOT } from "../process/root.js";

/** One command, by the clock on the wall. */
export interface StartRow {
  readonly command: string;
  readonly ms: number;
  /** To bare Node in the same round. */
  readonly ratio: number;
  readonly spread: number;
}

const PACKAGE = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { bin: { writ: string } };
/** What a user has. */
const WRIT = join(ROOT, PACKAGE.bin.writ);
const STARTER = join(ROOT, "policies/starter");

interface Start {
  readonly command: string;
  run(): Promise<void>;
}

const STARTS: readonly Start[] = [
  { command: "node -e 0", run: () => finishes(["-e", "0"], "") },
  { command: "writ --version", run: () => finishes([WRIT, "--version"], ".") },
  { command: "writ check policies/starter", run: () => finishes([WRIT, "check", STARTER], "") },
  { command: "writ serve policies/starter, to its first answer", run: firstAnswer },
];

/** The commands take turns. The built command is what is started: it must have been built. */
export async function startCase(rounds: number): Promise<readonly StartRow[]> {
  const times = STARTS.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { run }] of STARTS.entries()) {
      const before = process.hrtime.bigint();
      await run();
      times[index]?.push(Number(process.hrtime.bigint() - before) / 1e6);
    }
  }
  const bare = times[0] ?? [];
  return STARTS.map(({ command }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((time, round) => time / (bare[round] ?? Number.NaN));
    const ratio = median(ratios);
    return { command, ms: median(own), ratio, spread: deviation(ratios) / ratio };
  });
}

async function finishes(words: readonly string[], saying: string): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, "close");
  strictEqual(code, 0, words.join(" "));
  strictEqual(out.includes(saying), true, out);
}

const REQUEST = readFileSync(join(STARTER, "requests/lookup.json"), "utf8");

async function firstAnswer(): Promise<void> {
  const words = [WRIT, "serve", STARTER, "--dev", "--port", "0"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "close");
  try {
    let said = "";
    for await (const chunk of child.stderr) {
      said += chunk;
      if (said.includes("\n")) break;
    }
    const url = /http:\/\/\S+/.exec(said)?.[0] ?? "";
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/decide`, { method: "POST", headers, body: REQUEST });
    strictEqual(((await response.json()) as { decision?: string }).decision, "allow");
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
