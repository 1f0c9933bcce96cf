import { describe, expect, it } from "vitest";
import { storeWarnings } from "../../src/service/store-warnings.js";
import { VirtualClock } from "../../src/state/clock.js";
import { ANA, HELPER, serve, temporaryFile } from "./harness.js";

const START = Date.UTC(2026, 10, 2, 9);
const note = (id: string) => ({ id, actors: [ANA, HELPER], tool: "notes.add", args: { text: "x" } });

describe("a state that needs an operator soon", () => {
  const well = { reachable: true, cells: 1, capacity: 10, fill: 0.1, ahead: 0 };

  it.each([
    ["nothing while all is well", well, []],
    ["that it is nearly full", { ...well, fill: 0.8 }, [/nearly full/]],
    ["that it is full", { ...well, fill: 1 }, [/is full/]],
    ["that its clock is ahead", { ...well, ahead: 60_001 }, [/clock/]],
    ["both", { ...well, fill: 1, ahead: 3_600_000 }, [/is full/, /clock/]],
    ["nothing of what it is not known of", { ...well, reachable: false, fill: 1 }, []],
  ] as const)("says %s", (_, health, expected) => {
    const found = storeWarnings(health);
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  it("is degraded, in the metrics and in the log, while it is full, and nothing more is opened", async () => {
    const configFile = await temporaryFile("config.json", { state: { capacity: 12 } });
    const { get, post, lines } = await serve({ configFile });
    expect((await get("/readyz")).json).toEqual({ status: "ok" });
    let last = "";
    for (let n = 0; n < 20; n++)
      last = (await post("/sessions", { id: `s-${n}`, actors: [ANA, HELPER] })).text;
    expect(last).toContain("urn:writ:problem:state_full");
    const readiness = await get("/readyz");
    expect(readiness.status).toBe(200);
    expect(readiness.json).toMatchObject({ status: "degraded", warnings: [expect.stringMatching(/full/)] });
    const ratio = /^writ_state_fill_ratio ([\d.]+)$/m.exec((await get("/metrics")).text)?.[1];
    expect(Number(ratio)).toBeGreaterThan(0.8);
    expect(lines.filter(({ msg }) => /full/.test(String(msg)))).toHaveLength(1);
  });

  it("is degraded while its clock is ahead of the machine's", async () => {
    const clock = new VirtualClock(START);
    const { get, post, lines } = await serve({ clock });
    await post("/decide", note("r-1"));
    clock.set(START - 120_000);
    expect((await get("/readyz")).json).toMatchObject({
      status: "degraded",
      warnings: [expect.stringMatching(/clock/)],
    });
    expect((await get("/metrics")).text).toMatch(/^writ_state_clock_ahead_seconds 120$/m);
    clock.set(START + 1_000);
    expect((await get("/readyz")).json).toEqual({ status: "ok" });
    expect(lines.filter(({ msg }) => /clock/.test(String(msg)))).toMatchObject([
      { msg: expect.stringMatching(/^the clock/) },
      { msg: expect.stringMatching(/^no longer: the clock/) },
    ]);
  });
});
