/**
 * `soak [SECONDS] [PER_SECOND]`: decisions of the starter and their outcomes on a store in memory, 20 minutes at 300 a
 * second by default. Prints what is live and what it takes as time goes by, and fails if memory grows beyond that.
 */
import { strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compileBundle } from "../../src/bundle/compile-bundle.js";
import { loadBundle } from "../../src/bundle/load.js";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import type { DecideRequest } from "../../src/model/request.js";
import { elapsed, systemClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { ROOT } from "../process/root.js";

const [seconds = 1_200, perSecond = 300] = process.argv.slice(2).map(Number);
const CALLER = { id: "soak" };
const SAMPLES = 12;
/** How much more a live cell may take at the end than after the first part. */
const MAX_GROWTH = 1.25;

const STARTER = join(ROOT, "policies/starter");
const { bundle, sources } = loadBundle(STARTER, { now: systemClock.now() });
if (bundle === undefined) throw new Error("the starter does not load");
const store = new MemoryStore();
const pdp = new Pdp({ bundle: compileBundle(bundle, sources), store, keys: await createKeys() });
const request = JSON.parse(readFileSync(join(STARTER, "requests/lookup.json"), "utf8")) as DecideRequest;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

interface Sample {
  readonly second: number;
  readonly decisions: number;
  readonly cells: number;
  readonly bytes: number;
}

/** A call and its outcome, as a gateway makes them. */
async function callOnce(n: number): Promise<void> {
  const { decision, decision_id } = await pdp.decide(
    { ...request, args: { customer: `C-${n + 1_000}` } },
    CALLER,
  );
  strictEqual(decision, "allow");
  await pdp.outcome({ decision_id, status: "ok" }, CALLER);
}

async function sample(second: number, decisions: number, empty: number): Promise<Sample> {
  const { cells } = await store.health();
  collect();
  return { second, decisions, cells, bytes: process.memoryUsage().heapUsed - empty };
}

await callOnce(-1);
collect();
const empty = process.memoryUsage().heapUsed;
const begun = elapsed();
const samples: Sample[] = [];
let made = 0;
for (let part = 1; part <= SAMPLES; part++) {
  const until = (seconds / SAMPLES) * part;
  for (let now = 0; now < until; now = (elapsed() - begun) / 1_000) {
    for (const due = Math.min(now, until) * perSecond; made < due; made++) await callOnce(made);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const found = await sample(Math.round(until), made, empty);
  samples.push(found);
  const each = Math.round(found.bytes / Math.max(1, found.cells));
  process.stdout.write(
    `${found.second} s: ${found.decisions} decisions, ${found.cells} cells, ${Math.round(found.bytes / 1e6)} MB, ${each} bytes a cell\n`,
  );
}
const [first, last] = [samples[0], samples.at(-1)] as [Sample, Sample];
const growth = last.bytes / last.cells / (first.bytes / first.cells);
process.stdout.write(
  `${(last.cells / last.decisions).toFixed(2)} cells and ${Math.round(last.bytes / last.decisions)} bytes a decision\n`,
);
if (!(growth <= MAX_GROWTH)) throw new Error(`a live cell takes ${growth.toFixed(2)} times what it took`);
