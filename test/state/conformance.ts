import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  CellRead,
  CommitResult,
  MapCell,
  Operation,
  Snapshot,
  StateStore,
  WindowCell,
  WindowSpec,
} from "../../src/state/store.js";
import { WrongKind } from "../../src/state/wrong-kind.js";

/** A store under test, and its clock. */
export interface Subject {
  readonly store: StateStore;
  /** Sets the clock forward to a time. */
  set(now: number): Promise<void>;
  /** Sets the clock of the machine back to a time before what was already answered. */
  stepBack(now: number): Promise<void>;
  close(): Promise<void>;
}

/** A Tuesday in the future of whoever runs this, for Redis never answers with less than its own clock. */
export const start = Date.UTC(2051, 1, 28, 23, 59, 50);
export const rolling: WindowSpec = { kind: "rolling", length: 60_000, parts: 6 };
export const life: WindowSpec = { kind: "life", length: 10_000 };
const hour = 3_600_000;
const day = 24 * hour;

const calendar = (period: "hour" | "day" | "week" | "month"): WindowSpec => ({ kind: "calendar", period });
export const charge = (
  key: string,
  amount: number,
  cap: number | null,
  window: WindowSpec = rolling,
): Operation => ({
  op: "charge",
  key,
  window,
  amount,
  cap,
});
export const put = (key: string, fields: Record<string, string | null>, ttl = hour): Operation => ({
  op: "put",
  key,
  fields,
  ttl,
});
const expects = (key: string, fields: Record<string, string | null>): Operation => ({
  op: "expect",
  key,
  fields,
});
const increment = (key: string, field: string, by: number, min?: number): Operation => ({
  op: "increment",
  key,
  field,
  by,
  ...(min === undefined ? {} : { min }),
  ttl: hour,
});
const grow = (
  key: string,
  fields: Record<string, string[]>,
  more: { limit?: number; stamp?: boolean } = {},
) => ({ op: "grow", key, fields, ttl: hour, ...more }) satisfies Operation;

/** What every store does. */
export function conforms(name: string, open: () => Promise<Subject>): void {
  describe(`the ${name} store`, () => {
    let subject: Subject;
    let store: StateStore;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    beforeEach(async () => {
      await store.reset("");
      await subject.stepBack(start);
      await subject.set(start);
    });
    afterAll(async () => {
      await subject.close();
    });

    const commit = async (...operations: Operation[]): Promise<CommitResult> =>
      store.commit(operations, "all");
    const commitEach = async (...operations: Operation[]): Promise<CommitResult> =>
      store.commit(operations, "each");
    const read = async (...cells: CellRead[]): Promise<Snapshot> => store.read(cells);
    const window = async (key: string, spec: WindowSpec = rolling): Promise<WindowCell> =>
      (await read({ kind: "window", key, window: spec })).cells[0] as WindowCell;
    const used = async (key: string, spec: WindowSpec = rolling): Promise<number> =>
      (await window(key, spec)).used;
    const map = async (key: string, fields: readonly string[] | "all" = "all"): Promise<MapCell> =>
      (await read({ kind: "map", key, fields })).cells[0] as MapCell;
    const fields = async (key: string): Promise<Record<string, string>> =>
      Object.fromEntries((await map(key)).fields);

    describe("charges a window", () => {
      it("answers with the windows after the commit, in the order of the operations", async () => {
        const below: Operation = { op: "below", key: "b", window: rolling, amount: 1, cap: 9 };
        const result = await commit(charge("a", 3, null), below, charge("b", 2, 9), charge("b", 4, 9));
        expect(result).toMatchObject({ now: start, outcome: "applied" });
        expect(result.windows.map((each) => each.used)).toEqual([3, 6, 6, 6]);
        expect(result.windows[1]).toEqual({
          kind: "window",
          used: 6,
          parts: [{ start, leaves: start + 70_000, amount: 6 }],
        });
      });

      it("admits up to the cap and not one more", async () => {
        expect((await commit(charge("w", 9, 10))).outcome).toBe("applied");
        const refused = await commit(charge("w", 2, 10));
        expect(refused).toEqual({ now: start, outcome: "refused", windows: [] });
        expect((await commit(charge("w", 1, 10))).outcome).toBe("applied");
        expect(await used("w")).toBe(10);
      });

      it("refuses whatever the cap is below, and nothing without a cap", async () => {
        expect((await commit(charge("w", 0, -1))).outcome).toBe("refused");
        expect((await commit(charge("w", 1, 0))).outcome).toBe("refused");
        expect((await commit(charge("w", 0, 0), charge("w", 5, null))).outcome).toBe("applied");
      });

      it("leaves no cell for a charge of nothing", async () => {
        await commit(charge("w", 0, 5));
        expect(await store.keys("", 9)).toEqual([]);
      });

      it("checks without charging for `below`", async () => {
        const below = (amount: number): Operation => ({
          op: "below",
          key: "w",
          window: rolling,
          amount,
          cap: 10,
        });
        await commit(charge("w", 8, null));
        expect((await commit(below(2))).outcome).toBe("applied");
        expect((await commit(below(3))).outcome).toBe("refused");
        expect(await used("w")).toBe(8);
      });

      it("counts amounts up to 2^53 - 1 exactly, and stops there", async () => {
        const most = Number.MAX_SAFE_INTEGER;
        expect((await commit(charge("w", most - 1, most))).outcome).toBe("applied");
        expect((await commit(charge("w", 2, most))).outcome).toBe("refused");
        expect((await commit(charge("w", 1, most))).windows[0]?.used).toBe(most);
        expect((await commit(charge("w", most, null))).windows[0]?.used).toBe(most);
        await commit({ op: "adjust", key: "w", window: rolling, at: start, by: -5 });
        expect(await used("w")).toBe(most);
        await subject.set(start + 30_000);
        expect((await commit(charge("w", 7, null))).windows[0]).toMatchObject({
          used: most,
          parts: [{ amount: most }, { amount: 7 }],
        });
      });
    });

    describe("rolls", () => {
      it("forgets an amount when the whole of its sub-window is out, never before", async () => {
        await subject.set(start + 3_000);
        await commit(charge("w", 5, 5));
        await subject.set(start + 69_999);
        expect((await commit(charge("w", 1, 5))).outcome).toBe("refused");
        await subject.set(start + 70_000);
        expect(await window("w")).toEqual({ kind: "window", used: 0, parts: [] });
        expect((await commit(charge("w", 5, 5))).outcome).toBe("applied");
      });

      it("keeps the sub-windows apart, oldest first", async () => {
        for (const second of [0, 9, 10, 35]) {
          await subject.set(start + second * 1_000);
          await commit(charge("w", 1, null));
        }
        expect((await window("w")).parts.map((part) => [part.start - start, part.amount])).toEqual([
          [0, 2],
          [10_000, 1],
          [30_000, 1],
        ]);
        await subject.set(start + 75_000);
        expect(await used("w")).toBe(2);
      });

      it("covers the whole length where the parts do not divide it", async () => {
        const odd: WindowSpec = { kind: "rolling", length: 1_000, parts: 7 };
        await commit(charge("w", 1, 1, odd));
        await subject.set(start + 1_000);
        expect((await commit(charge("w", 1, 1, odd))).outcome).toBe("refused");
        await subject.set(start + 1_000 + 143);
        expect((await commit(charge("w", 1, 1, odd))).outcome).toBe("applied");
      });
    });

    describe("keeps the calendar, in UTC", () => {
      const next = start + 10_000;
      it.each([
        ["hour", next, next + hour],
        ["day", next, next + day],
        ["week", Date.UTC(2051, 2, 6), Date.UTC(2051, 2, 13)],
        ["month", next, Date.UTC(2051, 3, 1)],
      ] as const)("begins a new %s on time", async (period, ends, followingEnds) => {
        const spec = calendar(period);
        const first = await commit(charge("w", 5, 5, spec));
        expect(first.windows[0]?.parts[0]?.leaves).toBe(ends);
        await subject.set(ends - 1);
        expect((await commit(charge("w", 1, 5, spec))).outcome).toBe("refused");
        await subject.set(ends);
        const second = await commit(charge("w", 5, 5, spec));
        expect(second.outcome).toBe("applied");
        expect(second.windows[0]?.parts).toEqual([{ start: ends, leaves: followingEnds, amount: 5 }]);
      });

      it("knows leap years and the turn of the year", async () => {
        const months: string[] = [];
        for (const at of [
          Date.UTC(2052, 1, 29, 23),
          Date.UTC(2052, 11, 31, 23, 59, 59, 999),
          Date.UTC(2100, 1, 28),
        ]) {
          await subject.set(at);
          const [part] = (await commit(charge(`at ${at}`, 1, null, calendar("month")))).windows[0]!.parts;
          months.push(`${new Date(part!.start).toISOString()} ${new Date(part!.leaves).toISOString()}`);
        }
        expect(months).toEqual([
          "2052-02-01T00:00:00.000Z 2052-03-01T00:00:00.000Z",
          "2052-12-01T00:00:00.000Z 2053-01-01T00:00:00.000Z",
          "2100-02-01T00:00:00.000Z 2100-03-01T00:00:00.000Z",
        ]);
      });
    });

    describe("gives a life to what has no period", () => {
      it("lasts from the last change, however long it began before", async () => {
        await commit(charge("w", 2, 4, life));
        await subject.set(start + 9_999);
        expect((await commit(charge("w", 2, 4, life))).outcome).toBe("applied");
        await subject.set(start + 19_998);
        expect(await window("w", life)).toMatchObject({
          used: 4,
          parts: [{ start, leaves: start + 19_999 }],
        });
        await subject.set(start + 19_999);
        expect(await used("w", life)).toBe(0);
      });

      it("takes an addition for a time at which nothing was charged", async () => {
        await subject.set(start + 500);
        await commit({ op: "adjust", key: "w", window: life, at: start, by: 7 });
        expect(await used("w", life)).toBe(7);
        await subject.set(start + 20_000);
        await commit({ op: "adjust", key: "w", window: life, at: start, by: 7 });
        expect(await used("w", life)).toBe(0);
      });

      it("gives nothing back to a life that began later", async () => {
        await subject.set(start + 20_000);
        await commit(charge("w", 3, null, life));
        await commit({ op: "adjust", key: "w", window: life, at: start + 500, by: -3 });
        expect(await used("w", life)).toBe(3);
      });
    });

    describe("adjusts", () => {
      const adjust = (at: number, by: number, window: WindowSpec = rolling): Operation => ({
        op: "adjust",
        key: "w",
        window,
        at,
        by,
      });

      it("gives back to the sub-window that was charged, and never below zero", async () => {
        await commit(charge("w", 5, null));
        await subject.set(start + 15_000);
        await commit(charge("w", 3, null));
        await commit(adjust(start + 1, -4));
        expect((await window("w")).parts.map((part) => part.amount)).toEqual([1, 3]);
        await commit(adjust(start, -9));
        expect((await window("w")).parts.map((part) => part.amount)).toEqual([3]);
      });

      it("adds to an older sub-window that held nothing", async () => {
        await subject.set(start + 25_000);
        await commit(charge("w", 3, null));
        await commit(adjust(start + 12_000, 4));
        expect((await window("w")).parts.map((part) => [part.start - start, part.amount])).toEqual([
          [10_000, 4],
          [20_000, 3],
        ]);
        await subject.set(start + 80_000);
        expect(await used("w")).toBe(3);
      });

      it("changes nothing in a sub-window that has left", async () => {
        await subject.set(start + 70_000);
        await commit(adjust(start, 9));
        await commit(adjust(start, -9), adjust(start - 40 * day, 9, calendar("month")));
        expect(await used("w")).toBe(0);
      });

      it("takes a time still to come for the present", async () => {
        await commit(adjust(start + 40_000, 9));
        expect((await window("w")).parts).toEqual([{ start, leaves: start + 70_000, amount: 9 }]);
      });

      it("frees the cell when nothing is left in it", async () => {
        await commit(charge("w", 5, null));
        await commit(adjust(start, -5));
        expect(await store.keys("", 9)).toEqual([]);
      });
    });

    describe("keeps maps", () => {
      it("tells a map that is empty from one that never was", async () => {
        expect(await map("m")).toEqual({ kind: "map", exists: false, fields: new Map() });
        await commit(put("m", {}));
        expect(await map("m")).toEqual({ kind: "map", exists: true, fields: new Map() });
        await commit({ op: "delete", key: "m" });
        expect((await map("m")).exists).toBe(false);
      });

      it("sets, removes, and stamps fields with its own time", async () => {
        await commit(put("m", { a: "1", b: "2" }));
        await subject.set(start + 5);
        const stamped: Operation = { op: "put", key: "m", fields: { a: null, c: "" }, stamp: ["at"], ttl: 1 };
        await commit(stamped);
        expect(await fields("m")).toEqual({ b: "2", c: "", at: String(start + 5) });
        expect((await map("m", ["b", "nothing", "c"])).fields).toEqual(
          new Map([
            ["b", "2"],
            ["c", ""],
          ]),
        );
      });

      it("writes what comes late as it writes what comes at once, among many fields too", async () => {
        const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, String(i)]));
        await commit({ op: "put", key: "m", fields: { a: { written: () => "late" }, ...many }, ttl: hour });
        await commit({ op: "put", key: "few", fields: { a: { written: () => "late" } }, ttl: hour });
        expect(await fields("m")).toEqual({ a: "late", ...many });
        expect((await commit(expects("few", { a: "late" }))).outcome).toBe("applied");
        expect((await commit(expects("few", { a: "soon" }))).outcome).toBe("refused");
      });

      it("expects fields to be so, or to be absent", async () => {
        await commit(put("m", { a: "1" }));
        expect((await commit(expects("m", { a: "1", b: null }), expects("none", { a: null }))).outcome).toBe(
          "applied",
        );
        for (const wrong of [
          expects("m", { a: "2" }),
          expects("m", { a: "" }),
          expects("m", { a: null }),
          expects("m", { a: "1", b: "1" }),
          expects("none", { a: "1" }),
        ])
          expect((await commit(wrong)).outcome).toBe("refused");
      });

      it("tells what is fresh from what has passed, is missing, or is no time", async () => {
        const fresh = (field: string): Operation => ({ op: "fresh", key: "m", field });
        await commit(put("m", { expires: String(start + 5), text: "soon", huge: "99999999999999999999" }));
        expect((await commit(fresh("expires"))).outcome).toBe("applied");
        await subject.set(start + 4);
        expect((await commit(fresh("expires"))).outcome).toBe("applied");
        await subject.set(start + 5);
        for (const name of ["expires", "none", "text", "huge"])
          expect((await commit(fresh(name))).outcome).toBe("refused");
        expect((await commit({ op: "fresh", key: "missing", field: "expires" })).outcome).toBe("refused");
      });

      it("forgets a map when its time has come, which never moves closer", async () => {
        await commit(put("m", { a: "1" }, 1_000));
        await commit(put("m", { b: "1" }, 10));
        await subject.set(start + 999);
        expect((await map("m")).exists).toBe(true);
        await subject.set(start + 1_000);
        expect(await map("m")).toEqual({ kind: "map", exists: false, fields: new Map() });
        expect((await commit(expects("m", { a: null }), put("m", { c: "1" }))).outcome).toBe("applied");
        expect(await fields("m")).toEqual({ c: "1" });
      });

      it("makes nothing of an old map when it is deleted and written again", async () => {
        await commit(put("m", { a: "1", b: "2" }));
        await commit({ op: "delete", key: "m" }, put("m", { c: "3" }));
        expect(await fields("m")).toEqual({ c: "3" });
      });

      it("counts in decimal fields, down to a bound", async () => {
        expect((await commit(increment("m", "n", 2), increment("m", "n", -5))).outcome).toBe("applied");
        expect(await fields("m")).toEqual({ n: "-3" });
        expect((await commit(increment("m", "n", 3, 0))).outcome).toBe("applied");
        expect(await fields("m")).toEqual({ n: "0" });
        expect((await commit(increment("m", "n", -1, 0))).outcome).toBe("refused");
        expect(await fields("m")).toEqual({ n: "0" });
      });

      it("counts up to 2^53 - 1, and not in what is no number", async () => {
        const most = Number.MAX_SAFE_INTEGER;
        await commit(increment("m", "n", most), put("m", { text: "12a", huge: "9007199254740993" }));
        expect((await fields("m")).n).toBe("9007199254740991");
        for (const field of ["n", "text", "huge"])
          expect((await commit(increment("m", field, 1))).outcome).toBe("refused");
        await commit(increment("m", "n", -most), increment("m", "n", -most));
        expect((await fields("m")).n).toBe("-9007199254740991");
      });
    });

    describe("grows sets of words", () => {
      it("adds words once, sorted alike everywhere", async () => {
        await commit(
          grow("m", { s: ["pii", "internal", "pii"] }),
          grow("m", { s: ["Zoo", "\u{ffff}", "\u{10000}"] }),
        );
        expect(await fields("m")).toEqual({ s: "Zoo internal pii \u{ffff} \u{10000}" });
      });

      it("appends its own time to each word", async () => {
        await commit(grow("m", { s: ["pii"] }, { stamp: true }));
        await subject.set(start + 1);
        await commit(grow("m", { s: ["pii", "ok"] }, { stamp: true }));
        expect(await fields("m")).toEqual({ s: `ok@${start + 1} pii@${start} pii@${start + 1}` });
      });

      it("leaves out new fields beyond the limit, and says so", async () => {
        await commit(grow("m", { a: ["x"], b: ["x"] }, { limit: 2 }));
        expect(await fields("m")).toEqual({ a: "x", b: "x" });
        await commit(grow("m", { c: ["x"], a: ["y"] }, { limit: 2 }));
        expect(await fields("m")).toEqual({ a: "x y", b: "x", overflow: "1" });
        await commit(grow("m", { d: ["x"], e: ["x"] }, { limit: 3 }));
        expect(await fields("m")).toEqual({ a: "x y", b: "x", d: "x", overflow: "1" });
        await commit(put("m", { a: null }), grow("m", { f: ["x"], g: ["x"] }, { limit: 3 }));
        expect(Object.keys(await fields("m")).sort()).toEqual(["b", "d", "f", "overflow"]);
      });

      it("makes no field of no words", async () => {
        await commit(grow("m", { a: [] }));
        expect(await map("m")).toEqual({ kind: "map", exists: true, fields: new Map() });
      });
    });

    describe("commits", () => {
      const operations = [
        charge("tries", 1, 2),
        charge("money", 5, 10),
        expects("m", { open: null }),
        put("m", { held: "1" }),
      ];

      it("all or nothing, where one check fails, whatever came before it", async () => {
        expect((await commit(...operations)).outcome).toBe("applied");
        await commit(put("m", { open: "1", held: null }));
        expect(await commit(...operations)).toEqual({ now: start, outcome: "refused", windows: [] });
        expect([await used("tries"), await used("money")]).toEqual([1, 5]);
        expect(await fields("m")).toEqual({ open: "1" });
      });

      it("each on its own, whatever becomes of the rest", async () => {
        await commit(put("m", { open: "1" }), charge("tries", 2, null));
        const result = await commitEach(...operations);
        expect(result).toEqual({ now: start, outcome: "refused", windows: [] });
        expect([await used("tries"), await used("money")]).toEqual([2, 5]);
        expect(await fields("m")).toEqual({ open: "1", held: "1" });
      });

      it("answers with the windows where each was applied", async () => {
        const result = await commitEach(charge("a", 3, null), put("m", {}), charge("b", 1, 1));
        expect(result.outcome).toBe("applied");
        expect(result.windows.map((each) => each.used)).toEqual([3, 1]);
      });

      it("shows each operation what the ones before it did", async () => {
        const results = await commitEach(
          put("m", { a: "1" }),
          expects("m", { a: "1" }),
          increment("m", "n", 2),
          expects("m", { n: "2" }),
          charge("w", 3, 4),
          charge("w", 2, 4),
          put("m", { a: null }),
          expects("m", { a: null }),
        );
        expect(results.outcome).toBe("refused");
        expect(await used("w")).toBe(3);
        expect(await fields("m")).toEqual({ n: "2" });
        expect((await commit(put("m", { b: "1" }), charge("w", 1, 4), charge("w", 1, 4))).outcome).toBe(
          "refused",
        );
        expect(await used("w")).toBe(3);
        expect(await fields("m")).toEqual({ n: "2" });
      });

      it("undoes whatever was done to a cell before the check that failed", async () => {
        await commit(put("m", { keep: "1", s: "x" }), charge("w", 1, null), put("gone", { a: "1" }));
        const result = await commit(
          { op: "delete", key: "m" },
          put("m", { b: "2" }),
          grow("m", { s: ["y"] }),
          charge("w", 5, null),
          { op: "delete", key: "gone" },
          put("new", { d: "1" }),
          expects("m", { never: "1" }),
        );
        expect(result.outcome).toBe("refused");
        expect(await fields("m")).toEqual({ keep: "1", s: "x" });
        expect([(await map("gone")).exists, (await map("new")).exists]).toEqual([true, false]);
        expect(await used("w")).toBe(1);
      });

      it("nothing, and that is applied", async () => {
        for (const mode of ["all", "each"] as const)
          expect(await store.commit([], mode)).toEqual({ now: start, outcome: "applied", windows: [] });
      });
    });

    describe("keeps time", () => {
      it("never answers with an earlier time, and reopens no window, when the clock is set back", async () => {
        await subject.set(start + 65_000);
        await commit(charge("w", 5, 5));
        await subject.stepBack(start);
        expect((await read()).now).toBeGreaterThanOrEqual(start + 65_000);
        expect((await commit(charge("w", 1, 5))).outcome).toBe("refused");
        await subject.set(start + 66_000);
        expect((await commit(charge("w", 1, 5))).now).toBe(start + 66_000);
      });
    });

    describe("takes any text", () => {
      const odd = [
        "",
        " ",
        "__proto__",
        "constructor",
        "a\0b",
        "ключ 鍵 🔑",
        "{x}:*?[]\\",
        "x".repeat(1_000_000),
      ];

      it("as keys, fields and values", async () => {
        for (const key of odd) {
          const all = Object.fromEntries(odd.map((each) => [each, each]));
          expect(
            (await commit(expects(`m${key}`, { [key]: null }), put(`m${key}`, { [key]: key }))).outcome,
          ).toBe("applied");
          expect((await commit(expects(`m${key}`, { [key]: key }))).outcome).toBe("applied");
          await commit(put(key, all));
          expect((await map(key, odd)).fields).toEqual(new Map(odd.map((each) => [each, each])));
          expect((await map(key)).fields.size).toBe(odd.length);
          await commit({ op: "delete", key });
        }
        expect(({} as Record<string, unknown>).m__proto__).toBeUndefined();
        expect(new Set(await store.keys("m", 99))).toEqual(new Set(odd.map((key) => `m${key}`)));
      });

      it("tells long keys apart by their ends", async () => {
        const long = "k".repeat(5_000);
        await commit(
          charge(`${long}a`, 1, null),
          charge(`${long}b`, 2, null),
          put("m", { [`${long}a`]: "1" }),
        );
        expect([await used(`${long}a`), await used(`${long}b`)]).toEqual([1, 2]);
        expect((await map("m", [`${long}b`])).fields.size).toBe(0);
        expect(await store.keys(long, 9)).toHaveLength(2);
        expect(await store.reset(`${long}a`)).toBe(1);
        expect(await store.keys(long, 9)).toEqual([`${long}b`]);
      });

      it("but no lone surrogates, which two keys could have in common", async () => {
        await expect(commit(put("\ud800", {}))).rejects.toThrow(RangeError);
        await expect(commit(put("m", { a: "\udc00" }))).rejects.toThrow(RangeError);
        await expect(read({ kind: "map", key: "m", fields: ["\ud800"] })).rejects.toThrow(RangeError);
      });
    });

    describe("refuses what it could not do exactly", () => {
      it.each<[string, Operation]>([
        ["a charge below zero", charge("w", -1, null)],
        ["a fraction", charge("w", 0.5, null)],
        ["more than 2^53 - 1", charge("w", 2 ** 53, null)],
        ["not a number", charge("w", Number.NaN, null)],
        ["a cap without end", charge("w", 1, Number.POSITIVE_INFINITY)],
        ["a window without parts", charge("w", 1, null, { kind: "rolling", length: 1_000, parts: 0 })],
        ["a window without length", charge("w", 1, null, { kind: "life", length: 0 })],
        ["a word with a space", grow("m", { a: ["b c"] })],
        ["a map that never expires", put("m", {}, Number.POSITIVE_INFINITY)],
      ])("%s", async (_, operation) => {
        await expect(commit(put("before", {}), operation)).rejects.toThrow(RangeError);
        expect((await map("before")).exists).toBe(false);
      });

      it("an operation that it does not know", async () => {
        const later = { op: "unheard of", key: "m" } as unknown as Operation;
        await expect(commit(put("before", {}), later)).rejects.toThrow(RangeError);
        expect((await map("before")).exists).toBe(false);
      });

      it("a window used as a map, or a map as a window", async () => {
        await commit(charge("w", 1, null), put("m", { a: "1" }));
        await expect(commit(put("x", {}), put("w", {}))).rejects.toThrow(WrongKind);
        await expect(commit(put("x", {}), charge("m", 1, null))).rejects.toThrow(WrongKind);
        await expect(map("w")).rejects.toThrow(WrongKind);
        await expect(window("m")).rejects.toThrow(WrongKind);
        expect((await map("x")).exists).toBe(false);
      });
    });

    describe("serves administrators", () => {
      it("lists and forgets cells by the beginning of their keys", async () => {
        await commit(charge("a/1", 1, null), put("a/2", {}), put("b/1", {}));
        expect([...(await store.keys("a/", 9))].sort()).toEqual(["a/1", "a/2"]);
        expect(await store.keys("", 2)).toHaveLength(2);
        expect(await store.keys("", 0)).toEqual([]);
        expect(await store.reset("a/")).toBe(2);
        expect(await store.keys("", 9)).toEqual(["b/1"]);
        expect(await used("a/1")).toBe(0);
      });

      it("says how many cells there are", async () => {
        await commit(charge("a", 1, null), put("b", {}));
        expect(await store.health()).toMatchObject({ reachable: true, cells: 2 });
      });
    });

    it("admits exactly one of a thousand that arrive at once, one below the cap", async () => {
      await commit(charge("w", 9, null));
      const results = await Promise.all(
        Array.from({ length: 1_000 }, () => store.commit([charge("w", 1, 10)], "all")),
      );
      expect(results.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
      expect(await used("w")).toBe(10);
    });
  });
}
