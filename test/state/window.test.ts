import { describe, expect, it } from "vitest";
import { earliestFit, emptyWindow, windowOf } from "../../src/state/window.js";

describe("the earliest time at which an amount fits", () => {
  const window = windowOf([
    { start: 0, leaves: 100, amount: 4 },
    { start: 10, leaves: 110, amount: 1 },
    { start: 20, leaves: 120, amount: 5 },
  ]);

  it("is at once where there is room", () => {
    expect(earliestFit(emptyWindow, 10, 10)).toBe("now");
    expect(earliestFit(window, 0, 10)).toBe("now");
    expect(earliestFit(window, 2, 12)).toBe("now");
  });

  it("is when enough sub-windows have left, the oldest first", () => {
    expect(earliestFit(window, 1, 10)).toBe(100);
    expect(earliestFit(window, 4, 10)).toBe(100);
    expect(earliestFit(window, 5, 10)).toBe(110);
    expect(earliestFit(window, 6, 10)).toBe(120);
    expect(earliestFit(window, 10, 10)).toBe(120);
  });

  it("is never for more than the cap alone", () => {
    expect(earliestFit(window, 11, 10)).toBe("never");
    expect(earliestFit(emptyWindow, 1, 0)).toBe("never");
  });
});
