import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { start } from "../../src/service/start.js";
import { VirtualClock } from "../../src/state/clock.js";
import { DESK, lookup, type Served, serve, temporaryFile, temporaryFolder } from "./harness.js";

const NO_READING = [
  "allow reading { agent any  call any read tier 1 }",
  "allow reading { agent helper for role treasurer  call any read tier 1 }",
] as const;

async function copyOfDesk() {
  const folder = await temporaryFolder();
  await cp(DESK, folder, { recursive: true });
  const path = join(folder, "desk.writ");
  const original = await readFile(path, "utf8");
  return {
    folder,
    restore: () => writeFile(path, original),
    rewrite: (from: string, to: string) => writeFile(path, original.replace(from, to)),
    change: () => writeFile(path, original.replace(...NO_READING)),
    break: () => writeFile(path, `${original}\nallow broken { call no.such.tool }\n`),
  };
}

const status = async ({ get }: Served) => (await get("/policy")).json.status;
const verdict = async ({ post }: Served) => (await post("/decide", lookup())).json.decision;

describe("a policy in service", () => {
  it("that does not load does not start", async () => {
    const desk = await copyOfDesk();
    await desk.break();
    await expect(start({ bundleDir: desk.folder, port: 0 })).rejects.toThrow(
      /desk\.writ:\d+:\d+: error\[W2001\].*no\.such\.tool/,
    );
  });

  it("is swapped by SIGHUP, and limits go on where they were", async () => {
    const desk = await copyOfDesk();
    const served = await serve({ bundleDir: desk.folder });
    const before = (await served.get("/policy")).json;
    expect(before).toMatchObject({ status: "fresh", revision: served.service.policy().revision });
    expect(await verdict(served)).toBe("allow");
    await desk.change();
    process.emit("SIGHUP");
    await vi.waitFor(async () =>
      expect((await served.get("/policy")).json.revision).not.toBe(before.revision),
    );
    expect(await verdict(served)).toBe("deny");
  });

  it("is watched", async () => {
    const desk = await copyOfDesk();
    const configFile = await temporaryFile("writ.json", { policy: { watch: 0.02 } });
    const served = await serve({ bundleDir: desk.folder, configFile });
    await desk.change();
    await vi.waitFor(async () => expect(await verdict(served)).toBe("deny"), { timeout: 10_000 });
    await desk.restore();
    await vi.waitFor(async () => expect(await verdict(served)).toBe("allow"), { timeout: 10_000 });
  });

  it("goes on, stale, while a change does not load, and no longer than it may", async () => {
    const desk = await copyOfDesk();
    const clock = new VirtualClock(Date.now());
    const configFile = await temporaryFile("writ.json", { policy: { watch: 0, max_staleness: 60 } });
    const served = await serve({ bundleDir: desk.folder, configFile, clock });
    const { revision } = served.service.policy();
    await desk.break();
    await served.service.reload();
    expect((await served.get("/policy")).json).toMatchObject({
      status: "stale",
      revision,
      last_error: expect.stringMatching(/W2001/),
    });
    expect((await served.get("/metrics")).text).toMatch(/^writ_policy_status 1$/m);
    expect(await verdict(served)).toBe("allow");
    expect((await served.get("/readyz")).status).toBe(200);

    clock.advance(30_000);
    await served.service.reload();
    clock.advance(30_001);
    expect(await status(served)).toBe("failed");
    const refused = await served.post("/decide", lookup());
    expect(refused).toMatchObject({
      status: 503,
      json: { type: "urn:writ:problem:policy_unavailable", decision: "deny" },
    });
    expect((await served.post("/decide/batch", { requests: [lookup()] })).json.decisions[0].decision).toBe(
      "deny",
    );
    expect((await served.get("/readyz")).status).toBe(503);
    expect((await served.get("/healthz")).status).toBe(200);

    await desk.restore();
    await served.service.reload();
    expect(await status(served)).toBe("fresh");
    expect(await verdict(served)).toBe("allow");
  });

  it("whose limits change in more than their cap says which of them begin to count anew", async () => {
    const desk = await copyOfDesk();
    const served = await serve({ bundleDir: desk.folder });
    await desk.rewrite("at most 2 calls in 1h }", "at most 3 calls in 1h }");
    await served.service.reload();
    expect(served.lines.map(({ msg }) => msg)).toContain("policy loaded");
    expect(served.lines.some(({ msg }) => String(msg).includes("starts again from zero"))).toBe(false);
    await desk.rewrite("at most 2 calls in 1h }", "at most 3 calls in 2h }");
    await served.service.reload();
    expect(served.lines).toContainEqual(
      expect.objectContaining({
        level: 40,
        revision: served.service.policy().revision,
        msg: "limit desk.few_notes starts again from zero: in 1h → 2h",
      }),
    );
  });

  it("keeps its age where a change leaves its revision as it was", async () => {
    const desk = await copyOfDesk();
    const clock = new VirtualClock(Date.now());
    const served = await serve({ bundleDir: desk.folder, clock });
    clock.advance(5_000);
    await served.service.reload();
    expect((await served.get("/policy")).json).toMatchObject({ status: "fresh", age: 5 });
  });
});
