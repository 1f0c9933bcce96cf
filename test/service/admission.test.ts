import { expect, test } from "vitest";
import { Admission } from "../../src/service/admission.js";

const pending = () => new Promise<never>(() => {});

test("what would wait longer than the bound is refused, and let in again once the queue is shorter", async () => {
  const admission = new Admission({ maxInFlight: 1_000, queueMs: 10 });
  for (let i = 0; i < 100; i++) {
    void admission.during(pending);
    admission.begun(1, 1); // a millisecond each
  }
  for (let i = 0; i < 11; i++) void admission.during(pending);
  expect(() => admission.requireRoom()).toThrow(/overloaded/);
  admission.begun(8, 8);
  expect(() => admission.requireRoom()).not.toThrow();
});

test("however short the wait, no more than `maxInFlight` are under way", async () => {
  const admission = new Admission({ maxInFlight: 2, queueMs: 60_000 });
  let done: (value: unknown) => void = () => {};
  const first = admission.during(() => new Promise((resolve) => (done = resolve)));
  void admission.during(pending);
  expect(() => admission.during(pending)).toThrow(/overloaded/);
  done("done");
  expect(await first).toBe("done");
  expect(admission.inFlight).toBe(1);
  await expect(admission.during(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(admission.inFlight).toBe(1);
});
