import { describe, expect, it } from "vitest";
import { measure } from "../../src/timing/measure.js";

/** Spends about so many milliseconds of processor time. */
function spend(ms: number): number {
  const { user, system } = process.cpuUsage();
  const start = user + system;
  let sum = 0;
  for (;;) {
    for (let i = 0; i < 1_000; i++) sum += i % 7;
    const now = process.cpuUsage();
    if (now.user + now.system - start >= ms * 1_000) return sum;
  }
}

function fast(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += i % 3;
  return sum;
}

describe("measuring", () => {
  it("takes no contender for a slow one because its first time was slow", async () => {
    let isFirst = true;
    const [floor, other] = await measure(
      [
        {
          name: "slow once",
          run(count) {
            if (isFirst) spend(20);
            isFirst = false;
            return fast(count);
          },
        },
        { name: "fast", run: fast },
      ],
      { rounds: 9, batch: 1 },
    );
    expect(floor?.rounds).toBe(9);
    expect(floor?.ns).toBeLessThan(1e6);
    expect(other?.ratio).toBeGreaterThan(0);
  });

  it("tells a ratio to a floor that is done in fewer rounds", async () => {
    const [floor, other] = await measure(
      [
        { name: "slow", run: () => spend(3) },
        { name: "fast", run: fast },
      ],
      { rounds: 9, batch: 1 },
    );
    expect([floor?.rounds, other?.rounds]).toEqual([7, 9]);
    expect(other?.ratio).toBeGreaterThan(0);
    expect(other?.ratio).toBeLessThan(1);
  });
});
