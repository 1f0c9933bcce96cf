import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  CellRead,
  CommitMode,
  LateText,
  MapCell,
  Operation,
  WindowCell,
  WindowSpec,
} from "../../src/state/store.js";
import { type Subject, start } from "./conformance.js";
import { Model } from "./model.js";
import { hasRedis } from "./redis-server.js";
import { fileSubject, memorySubject, redisSubject } from "./subjects.js";

const windows: Record<string, WindowSpec> = {
  rolling: { kind: "rolling", length: 60_000, parts: 6 },
  coarse: { kind: "rolling", length: 5_000, parts: 1 },
  hourly: { kind: "calendar", period: "hour" },
  monthly: { kind: "calendar", period: "month" },
  life: { kind: "life", length: 20_000 },
};
/** The cap of each rolling window, always the same, so that no true window may ever exceed it. */
const cap = 12;
const maps = ["m1", "m2"];
const fields = ["a", "b", "n", "__proto__"];
const words = ["pii", "ok", "x@1"];

/** Puts the time of an adjustment, which is told from the present, where it belongs. */
function placed(operation: Operation, now: number): Operation {
  return operation.op === "adjust" ? { ...operation, at: now - operation.at } : operation;
}

interface Step {
  readonly wait: number;
  readonly operations: readonly Operation[];
  readonly mode: CommitMode;
}

const operation = (each: Operation): Operation => each;
const windowKey = fc.constantFrom(...Object.keys(windows));
const mapKey = fc.constantFrom(...maps);
const field = fc.constantFrom(...fields);
const ttl = fc.constantFrom(1, 4_000, 90_000);
const amount = fc.integer({ min: 0, max: 6 });
const value = fc.constantFrom("", "1", "ok", "7", String(start + 30_000));
const late: fc.Arbitrary<LateText> = value.map((text) => ({ written: () => text }));
const record = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc
    .uniqueArray(fc.tuple(field, of), { maxLength: 3, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries));

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(windowKey, amount)
      .map(([key, by]) => operation({ op: "charge", key, window: windows[key]!, amount: by, cap })),
  },
  fc
    .tuple(windowKey, amount)
    .map(([key, by]) => operation({ op: "below", key, window: windows[key]!, amount: by, cap })),
  fc
    .tuple(
      fc.constantFrom("rolling", "coarse", "hourly", "monthly"),
      fc.integer({ min: -4, max: 0 }),
      fc.integer({ min: 0, max: 80_000 }),
    )
    .map(([key, by, ago]) => operation({ op: "adjust", key, window: windows[key]!, at: ago, by })),
  fc
    .tuple(mapKey, record(fc.option(value)))
    .map(([key, all]) => operation({ op: "expect", key, fields: all })),
  fc
    .tuple(mapKey, record(fc.option(fc.oneof(value, late))), fc.subarray(["at", "a"]), ttl)
    .map(([key, all, stamp, lasts]) => operation({ op: "put", key, fields: all, stamp, ttl: lasts })),
  fc
    .tuple(mapKey, field, fc.integer({ min: -2, max: 3 }), fc.boolean(), ttl)
    .map(([key, name, by, bound, lasts]) =>
      operation({ op: "increment", key, field: name, by, ...(bound ? { min: 0 } : {}), ttl: lasts }),
    ),
  fc
    .tuple(
      mapKey,
      record(fc.array(fc.constantFrom(...words), { maxLength: 2 })),
      fc.boolean(),
      fc.boolean(),
      ttl,
    )
    .map(([key, all, stamp, limited, lasts]) =>
      operation({ op: "grow", key, fields: all, stamp, ...(limited ? { limit: 2 } : {}), ttl: lasts }),
    ),
  mapKey.map((key) => operation({ op: "delete", key })),
);
const wait = fc.oneof(
  fc.constantFrom(0, 1, 4_999, 5_000, 10_000, 20_000, 70_000),
  fc.integer({ min: 0, max: 90_000 }),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    wait,
    operations: fc.array(anyOperation, { maxLength: 6 }),
    mode: fc.constantFrom<CommitMode>("all", "each"),
  }),
  { maxLength: 12 },
);

const reads: CellRead[] = [
  ...Object.entries(windows).map(([key, window]) => ({ kind: "window", key, window }) as const),
  ...maps.map((key) => ({ kind: "map", key, fields: "all" }) as const),
];

/** Runs the same commits on the store and on the model, and compares whatever can be seen. */
async function agrees(subject: Subject, history: readonly Step[]): Promise<void> {
  const { store } = subject;
  await store.reset("");
  const model = new Model();
  let now = start;
  for (const step of history) {
    now += step.wait;
    await subject.stepBack(now);
    await subject.set(now);
    const operations = step.operations.map((each) => placed(each, now));
    const { outcome } = await store.commit(operations, step.mode);
    expect(outcome).toBe(model.commit(operations, step.mode, now) ? "applied" : "refused");
    const snapshot = await store.read(reads);
    expect(snapshot.now).toBe(now);
    for (const [index, read] of reads.entries()) {
      const cell = snapshot.cells[index]!;
      if (read.kind === "window") {
        const { used } = cell as WindowCell;
        expect([read.key, used]).toEqual([read.key, model.used(read.key, read.window, now)]);
        if (read.window.kind !== "rolling") continue;
        expect(used).toBeLessThanOrEqual(cap);
      } else {
        const { exists, fields: found } = cell as MapCell;
        const expected = model.fields(read.key, now);
        expect(exists).toBe(expected !== undefined);
        expect(found).toEqual(expected ?? new Map());
      }
    }
  }
}

describe("a store agrees with the list of all that happened", () => {
  const subjects: [string, () => Promise<Subject>, number][] = [
    ["memory", memorySubject, 400],
    ["file", fileSubject, 60],
    ...(hasRedis ? [["redis", redisSubject, 120] as [string, () => Promise<Subject>, number]] : []),
  ];
  it.each(subjects)("in the %s store", async (_, open, runs) => {
    const subject = await open();
    try {
      await fc.assert(
        fc.asyncProperty(steps, (history) => agrees(subject, history)),
        { numRuns: runs },
      );
    } finally {
      await subject.close();
    }
  });

  it("never admits more than the cap into any true window, wherever it begins", async () => {
    const charges = fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 1, max: 6 })), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(charges, fc.constantFrom(1, 3, 6, 7, 60), async (all, parts) => {
        const subject = await memorySubject();
        const admitted: { at: number; amount: number }[] = [];
        let now = start;
        for (const [wait, by] of all) {
          now += wait;
          await subject.set(now);
          const window: WindowSpec = { kind: "rolling", length: 60_000, parts };
          const { outcome } = await subject.store.commit(
            [{ op: "charge", key: "w", window, amount: by, cap }],
            "all",
          );
          const applied = outcome === "applied";
          const young = admitted.filter((each) => each.at > now - 60_000);
          const sum = young.reduce((total, each) => total + each.amount, 0);
          const withSliver = admitted.filter((each) => each.at > now - 60_000 - Math.ceil(60_000 / parts));
          const most = withSliver.reduce((total, each) => total + each.amount, 0);
          if (sum + by > cap) expect(applied).toBe(false);
          if (most + by <= cap) expect(applied).toBe(true);
          if (applied) admitted.push({ at: now, amount: by });
        }
      }),
      { numRuns: 200 },
    );
  });
});
