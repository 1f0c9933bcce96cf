import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { charge, put, rolling, start } from "./conformance.js";

describe("the memory store", () => {
  it("answers at once, not with a promise", () => {
    const store = new MemoryStore();
    expect(store.commit([charge("w", 1, 1)], "all").outcome).toBe("applied");
    expect(store.read([]).cells).toEqual([]);
  });

  it("holds as many cells by default as fit into half of the heap", async () => {
    const { capacity } = await new MemoryStore().health();
    expect(capacity).toBeLessThanOrEqual(getHeapStatistics().heap_size_limit / 2 / 1_000);
    expect(capacity).toBeGreaterThan(10_000);
  });

  it("refuses a new cell at capacity, in either mode, and changes nothing then", async () => {
    const store = new MemoryStore({ clock: new VirtualClock(start), capacity: 2 });
    store.commit([charge("a", 1, null), charge("b", 1, null)], "all");
    const more = charge("a", 1, null);
    for (const mode of ["all", "each"] as const) {
      const result = store.commit([more, charge("c", 1, null)], mode);
      expect(result).toEqual({ now: start, outcome: "full", windows: [] });
      const { cells } = store.read([{ kind: "window", key: "a", window: rolling }]);
      expect(cells[0]).toMatchObject({ used: 1 });
    }
    expect(store.read([{ kind: "map", key: "c", fields: "all" }]).cells[0]).toMatchObject({ exists: false });
    expect(store.commit([more], "all").outcome).toBe("applied");
    expect(await store.health()).toMatchObject({ cells: 2, capacity: 2 });
  });

  it("lets a commit make a cell in the room that it frees", () => {
    const store = new MemoryStore({ capacity: 1 });
    store.commit([put("a", {})], "all");
    expect(store.commit([{ op: "delete", key: "a" }, put("b", {})], "all")).toMatchObject({
      outcome: "applied",
    });
    expect(store.read([{ kind: "map", key: "b", fields: [] }]).cells[0]).toMatchObject({ exists: true });
  });

  it("has room again at the moment that a cell expires, and never evicts one that lives", () => {
    const clock = new VirtualClock(start);
    const store = new MemoryStore({ clock, capacity: 100 });
    for (let n = 0; n < 100; n++) store.commit([put(`m${n}`, { n: String(n) }, 1_000 + n)], "all");
    clock.set(start + 1_009);
    const made = Array.from({ length: 20 }, (_, n) => store.commit([put(`new${n}`, {}, 9_000)], "all"));
    expect(made.map(({ outcome }) => outcome)).toEqual([
      ...Array(10).fill("applied"),
      ...Array(10).fill("full"),
    ]);
    for (let n = 10; n < 100; n++) {
      const [cell] = store.read([{ kind: "map", key: `m${n}`, fields: ["n"] }]).cells;
      expect(cell).toMatchObject({ exists: true });
    }
  });

  it("keeps a cell whose expiry moved away while it waited to be cleared", async () => {
    const clock = new VirtualClock(start);
    const store = new MemoryStore({ clock });
    store.commit([put("a", {}, 10), put("b", {}, 10), put("c", {}, 15)], "all");
    store.commit([put("a", {}, 1_000), { op: "delete", key: "b" }], "all");
    clock.advance(20);
    expect(await store.health()).toMatchObject({ cells: 1 });
    expect(await store.keys("", 9)).toEqual(["a"]);
  });
});
