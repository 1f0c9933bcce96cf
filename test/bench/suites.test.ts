/** The smoke of each bench that needs processes: servers, a loader, Redis, the built command. Times are never asserted. */
import { expect, test } from "vitest";
import { compileSuite } from "../../bench/compile/suite.js";
import { httpSuite } from "../../bench/http/suite.js";
import { SMOKE } from "../../bench/measure.js";
import { hasRedis } from "../../bench/state/redis.js";
import { stateCase } from "../../bench/state/state-case.js";

const PATIENT = 240_000;

if (!hasRedis) process.stderr.write("redis-server is not installed: the benches run without Redis\n");

test("HTTP: Writ and the bare route answer the same to the same requests", { timeout: PATIENT }, async () => {
  const { rows, skipped } = await httpSuite("smoke");
  expect(rows.map(({ contender }) => contender).filter((name) => !["opa", "cerbos"].includes(name))).toEqual([
    "bare route",
    "bare route, body checked",
    "bare route, answer checked",
    "writ, memory",
    "writ, file",
    ...(hasRedis ? ["writ, redis"] : []),
  ]);
  expect(skipped.includes("redis-server")).toBe(!hasRedis);
  for (const { perSecond } of rows) expect(perSecond).toBeGreaterThan(0);
});

test("state: a decision on Redis is one trip", { timeout: PATIENT }, async () => {
  const { memory, redis } = await stateCase(SMOKE, 1, 8);
  expect(memory.map(({ name }) => name)).toEqual([
    "two counters in a Map",
    "one commit of two rolling windows",
  ]);
  expect(redis?.tripsPerDecision).toBe(hasRedis ? 1 : undefined);
});

test("compile: every stage, a load in a new process, and the command's start", {
  timeout: PATIENT,
}, async () => {
  const { stages, loads, starts } = await compileSuite("smoke");
  expect(stages.map(({ rules, timings }) => [rules, ...timings.map(({ name }) => name)])).toEqual([
    [100, "JSON.parse of the same rules", "parse", "check", "compile"],
  ]);
  expect(loads.map(({ rules }) => rules)).toEqual([100]);
  expect(starts).toHaveLength(4);
});
