import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines } from "../../src/state/deadlines.js";

describe("time limits under one timer", () => {
  const expired: string[] = [];
  beforeEach(() => {
    expired.length = 0;
    vi.useFakeTimers({ toFake: ["setTimeout", "setImmediate", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("each end by themselves when their own time is up", async () => {
    const deadlines = new Deadlines(100);
    deadlines.begin(() => expired.push("first"));
    await vi.advanceTimersByTimeAsync(60);
    deadlines.begin(() => expired.push("second"));
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(38);
    expect(expired).toEqual([]);
    await vi.advanceTimersByTimeAsync(4);
    expect(expired).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(56);
    expect(expired).toEqual(["first"]);
    await vi.advanceTimersByTimeAsync(4);
    expect(expired).toEqual(["first", "second"]);
    expect(deadlines.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are nothing to whoever ended before, nor to those that begin afterwards", async () => {
    const deadlines = new Deadlines(100);
    const first = deadlines.begin(() => expired.push("first"));
    await vi.advanceTimersByTimeAsync(99);
    deadlines.end(first);
    deadlines.begin(() => expired.push("second"));
    expect(deadlines.size).toBe(1);
    await vi.advanceTimersByTimeAsync(98);
    expect(expired).toEqual([]);
    await vi.advanceTimersByTimeAsync(4);
    expect(expired).toEqual(["second"]);
    await vi.advanceTimersByTimeAsync(200);
    deadlines.begin(() => expired.push("third"));
    await vi.advanceTimersByTimeAsync(104);
    expect(expired).toEqual(["second", "third"]);
  });

  it("may begin anew as one of them is up", async () => {
    const deadlines = new Deadlines(100);
    deadlines.begin(() => deadlines.begin(() => expired.push("second")));
    await vi.advanceTimersByTimeAsync(104);
    expect(deadlines.size).toBe(1);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(104);
    expect(expired).toEqual(["second"]);
  });
});
