import { expect, test } from "vitest";
import { Batch } from "../../src/service/batch.js";

/** Work that writes down when it is done, and when its answer is seen. */
function watched(batch: Batch, log: string[]) {
  return (name: string) =>
    batch
      .join(() => {
        log.push(name);
        return name;
      })
      .then((answer) => {
        log.push(`${answer} is answered`);
      });
}

test("what has arrived is worked on in order, and then answered", async () => {
  const log: string[] = [];
  const join = watched(new Batch(() => {}), log);
  const all = ["a", "b", "c"].map(join);
  expect(log).toEqual([]);
  await Promise.all(all);
  expect(log).toEqual(["a", "b", "c", "a is answered", "b is answered", "c is answered"]);
});

test("what fails, at once or later, fails alone", async () => {
  const batch = new Batch(() => {});
  const ended = await Promise.allSettled([
    batch.join(() => {
      throw new Error("at once");
    }),
    batch.join(() => "well"),
    batch.join(() => Promise.reject(new Error("later"))),
    batch.join(async () => "well, later"),
  ]);
  expect(ended.map((each) => (each.status === "fulfilled" ? each.value : each.reason.message))).toEqual([
    "at once",
    "well",
    "later",
    "well, later",
  ]);
});

test("of many the first are answered before the last are worked on", async () => {
  const log: string[] = [];
  const join = watched(new Batch(() => {}), log);
  const names = Array.from({ length: 150 }, (_, i) => String(i));
  await Promise.all(names.map(join));
  expect(log.filter((line) => !line.includes("answered"))).toEqual(names);
  expect(log.indexOf("0 is answered")).toBeLessThan(log.indexOf("149"));
});

test("what arrives while others are worked on is not forgotten", async () => {
  const batch = new Batch(() => {});
  const later = batch.join(() => batch.join(() => "from inside"));
  expect(await later).toBe("from inside");
  expect(await batch.join(() => "after all")).toBe("after all");
});
