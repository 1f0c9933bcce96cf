/**
 * `load-one DIR REQUEST`: a folder to the bundle that decides by it, once, in a process that has done nothing else. Prints
 * milliseconds as JSON: what the clock on the wall and the processor say, and beside them reading the files and nothing more.
 */
import { strictEqual } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileBundle } from "../../src/bundle/compile-bundle.js";
import { loadBundle } from "../../src/bundle/load.js";
import { readCall } from "../../src/engine/request/call.js";
import type { DecideRequest } from "../../src/model/request.js";
import { decidePure } from "../peers/pure-decision.js";

/** What one load took. */
export interface LoadOnce {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly readMs: number;
}

const [directory = "", request = "{}"] = process.argv.slice(2);
const started = process.hrtime.bigint();
const bytes = readdirSync(directory).reduce(
  (sum, name) => sum + readFileSync(join(directory, name)).length,
  0,
);
const read = process.hrtime.bigint();
const before = process.cpuUsage();
const { bundle, diagnostics, sources } = loadBundle(directory, { now: Date.now() });
if (bundle === undefined) throw new Error(diagnostics[0]?.message);
const compiled = compileBundle(bundle, sources);
const { user, system } = process.cpuUsage(before);
const done = process.hrtime.bigint();

const asked = JSON.parse(request) as DecideRequest;
const { frame } = readCall(asked, { id: "bench" }, compiled, 0);
strictEqual(decidePure(compiled, asked.tool ?? "", frame).decision, "allow");
strictEqual(bytes > 0, true);
const result: LoadOnce = {
  wallMs: Number(done - read) / 1e6,
  cpuMs: (user + system) / 1e3,
  readMs: Number(read - started) / 1e6,
};
process.stdout.write(JSON.stringify(result));
