import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { charge, put, start } from "./conformance.js";

describe("the memory store", () => {
  it("answers at once, not with a promise", () => {
    const store = new MemoryStore();
    expect(store.commit({ reserve: [charge("w", 1, 1)] }).applied).toBe(true);
    expect(store.read([]).cells).toEqual([]);
  });

  it("refuses a new cell at capacity, whichever group needs it, and changes nothing then", async () => {
    const store = new MemoryStore({ clock: new VirtualClock(start), capacity: 2 });
    store.commit({ reserve: [charge("a", 1, null), charge("b", 1, null)] });
    const more = charge("a", 1, null);
    for (const commit of [
      { reserve: [more, charge("c", 1, null)] },
      { always: [more, charge("c", 1, null)], reserve: [more] },
      { reserve: [more, charge("b", 1, 1)], otherwise: [more, charge("c", 1, null)] },
    ]) {
      const result = store.commit(commit);
      expect(result).toMatchObject({ applied: false, full: true });
      expect(result.windows.every((each) => each.used <= 1)).toBe(true);
    }
    expect(store.read([{ kind: "map", key: "c", fields: "all" }]).cells[0]).toMatchObject({ exists: false });
    expect(store.commit({ reserve: [more] }).applied).toBe(true);
    expect(await store.health()).toMatchObject({ cells: 2, capacity: 2 });
  });

  it("lets a commit make a cell in the room that it frees", () => {
    const store = new MemoryStore({ capacity: 1 });
    store.commit({ reserve: [put("a", {})] });
    expect(store.commit({ reserve: [{ op: "delete", key: "a" }, put("b", {})] })).toMatchObject({
      applied: true,
    });
    expect(store.read([{ kind: "map", key: "b", fields: [] }]).cells[0]).toMatchObject({ exists: true });
  });

  it("has room again at the moment that a cell expires, and never evicts one that lives", () => {
    const clock = new VirtualClock(start);
    const store = new MemoryStore({ clock, capacity: 100 });
    for (let n = 0; n < 100; n++) store.commit({ reserve: [put(`m${n}`, { n: String(n) }, 1_000 + n)] });
    clock.set(start + 1_009);
    const made = Array.from({ length: 20 }, (_, n) => store.commit({ reserve: [put(`new${n}`, {}, 9_000)] }));
    expect(made.map((result) => result.full)).toEqual([...Array(10).fill(false), ...Array(10).fill(true)]);
    for (let n = 10; n < 100; n++) {
      const [cell] = store.read([{ kind: "map", key: `m${n}`, fields: ["n"] }]).cells;
      expect(cell).toMatchObject({ exists: true });
    }
  });

  it("keeps a cell whose expiry moved away while it waited to be cleared", async () => {
    const clock = new VirtualClock(start);
    const store = new MemoryStore({ clock });
    store.commit({ reserve: [put("a", {}, 10), put("b", {}, 10), put("c", {}, 15)] });
    store.commit({ reserve: [put("a", {}, 1_000), { op: "delete", key: "b" }] });
    clock.advance(20);
    expect(await store.health()).toMatchObject({ cells: 1 });
    expect(await store.keys("", 9)).toEqual(["a"]);
  });
});
