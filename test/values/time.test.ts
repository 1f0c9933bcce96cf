import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration, writeDuration } from "../../src/values/duration.js";
import { formatTime, parseSpan, parseTime } from "../../src/values/time.js";

describe("a time", () => {
  it.each([
    ["2026-12-20T00:00:00Z", "2026-12-20T00:00:00Z"],
    ["2026-12-20t01:30:00.1239+01:30", "2026-12-20T00:00:00.123Z"],
    ["2024-02-29T23:59:59-00:00", "2024-02-29T23:59:59Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00Z"],
  ])("%s is %s", (text, normal) => {
    expect(formatTime(parseTime(text)!)).toBe(normal);
  });
  it.each([
    "2026-12-20",
    "2026-12-20T00:00:00",
    "2026-12-20 00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-12-20T24:00:00Z",
    "2026-12-20T23:59:60Z",
    "2026-12-20T00:00:00+24:00",
    "2026-12-20T00:00:00.Z",
    "20261220T000000Z",
    "2026-12-20T00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "1793353200",
    "2026-12-20T00:00:00Z\n",
  ])("%j is none", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
  it("is what the platform reads", () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date("0001-01-01T00:00:00Z"),
          max: new Date("9999-12-31T00:00:00Z"),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
  it("makes a span with a later one", () => {
    expect(parseSpan("2026-12-15T00:00:00Z .. 2027-01-05T06:00:00.5Z")).toMatchObject({ kind: "span" });
    expect(parseSpan("2026-12-15T00:00:00Z..2027-01-05T06:00:00+01:00")).toMatchObject({ kind: "span" });
    expect(parseSpan("2026-12-15T00:00:00Z .. 2026-12-15T00:00:00Z")).toBeUndefined();
    expect(parseSpan("2026-12-15T00:00:00Z")).toBeUndefined();
  });
});

describe("a duration", () => {
  it.each([
    ["1h30m", 5_400_000],
    ["250ms", 250],
    ["2w", 1_209_600_000],
    ["1d1s", 86_401_000],
    ["0s", 0],
    ["PT1H30M", 5_400_000],
    ["P2W", 1_209_600_000],
    ["P1DT1S", 86_401_000],
    ["PT0.25S", 250],
    ["PT0S", 0],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
  it.each([
    "",
    "5",
    "5min",
    "1.5h",
    "-1h",
    "1m1h",
    "1h 30m",
    "P",
    "PT",
    "P1DT",
    "P1Y",
    "P1M",
    "PT1.5H",
    "p1d",
    "PT-1S",
    "1e3s",
    `${"9".repeat(15)}w`,
  ])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
  it("is read again from its normal form", () => {
    fc.assert(
      fc.property(fc.nat(10 ** 12), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
        expect(parseDuration(writeDuration(ms))).toBe(ms);
      }),
    );
  });
});
