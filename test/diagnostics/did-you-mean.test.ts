import { expect, test } from "vitest";
import { suggest } from "../../src/diagnostics/did-you-mean.js";

test("a swap, a slip, a missing and a doubled letter are near", () => {
  const tools = ["payments.refund", "crm.lookup", "web.fetch"];
  expect(suggest("payments.refnud", tools)).toBe("payments.refund");
  expect(suggest("crm.lokup", tools)).toBe("crm.lookup");
  expect(suggest("crm.loookup", tools)).toBe("crm.lookup");
  expect(suggest("wep.fetch", tools)).toBe("web.fetch");
});

test("case is nearly free", () => {
  expect(suggest("caseid", ["CaseIt", "caseis", "CaseId"])).toBe("CaseId");
});

test("what is more than two fifths away is no suggestion", () => {
  expect(suggest("amount", ["recipient", "currency"])).toBeUndefined();
  expect(suggest("ab", ["cd"])).toBeUndefined();
  expect(suggest("a", ["b"])).toBeUndefined();
  expect(suggest("", ["b", "when"])).toBeUndefined();
});

test("a word is never suggested for itself", () => {
  expect(suggest("when", ["when"])).toBeUndefined();
});

test("the order of candidates does not show", () => {
  expect(suggest("tier", ["tiers", "tiger"])).toBe(suggest("tier", ["tiger", "tiers"]));
});

test("very long words cost little", () => {
  const words = Array.from({ length: 2000 }, (_, index) => `${index}${"x".repeat(5000)}`);
  const began = performance.now();
  expect(suggest("x".repeat(5000), words)).toBeDefined();
  expect(performance.now() - began).toBeLessThan(2000);
});
