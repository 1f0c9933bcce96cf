/** Values near each other in every type: the product and the reference agree on which are values, and on which are one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, toWire } from "../../src/values/canonical.js";
import { compileEqual, compileKey, equal } from "../../src/values/equal.js";
import { inCidr, parseCidr, parseIp } from "../../src/values/ip.js";
import { normalise, normaliseMerging } from "../../src/values/normalise.js";
import type { Ip, Type, Value } from "../../src/values/type.js";
import { Draw } from "../reference/draw.js";
import { nearJson, typeOfEveryKind } from "../reference/generate-near-values.js";
import { isInBlock } from "../reference/normal-forms.js";
import { digestText, isSame, read, UNREADABLE } from "../reference/reading.js";
import { CASES } from "./cases.js";

const RUNS = 40 * CASES;

function produced(type: Type, json: unknown): Value | typeof UNREADABLE {
  const result = normalise(type, json);
  return result.ok ? result.value : UNREADABLE;
}
const count = { pairs: 0, values: 0, equal: 0, unequal: 0 };

describe("values near each other", () => {
  it("are read alike, equal alike and digested alike, in every type", () => {
    fc.assert(
      fc.property(fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff })), (seed) => {
        const draw = new Draw(seed);
        const type = typeOfEveryKind(draw);
        const [left, right] = nearJson(draw, type);
        count.pairs++;
        const say = `${JSON.stringify(type)} ${JSON.stringify(left)} ${JSON.stringify(right)}`;
        const [a, b] = [left, right].map((json) => {
          const [engine, naive] = [produced(type, json), read(type, json)];
          expect(engine === UNREADABLE, `${JSON.stringify(type)} reads ${JSON.stringify(json)}`).toBe(
            naive === UNREADABLE,
          );
          expect(normaliseMerging(type, json).ok, say).toBe(read(type, json, true) !== UNREADABLE);
          return { engine, naive };
        }) as [{ engine: Value; naive: Value }, { engine: Value; naive: Value }];
        for (const { engine, naive } of [a, b]) {
          if ((engine as unknown) === UNREADABLE) continue;
          count.values++;
          expect(canonicalJson(toWire(type, engine, { withoutAdvisory: true, sortSets: true })), say).toBe(
            digestText(type, naive),
          );
          // Parts are read by conditions, so they must be the same too.
          if (["email", "url", "ip"].includes(type.kind))
            expect({ ...(engine as object) }, say).toEqual(naive);
        }
        if ((a.engine as unknown) === UNREADABLE || (b.engine as unknown) === UNREADABLE) return;
        const isOne = isSame(type, a.naive, b.naive);
        count[isOne ? "equal" : "unequal"]++;
        expect(compileEqual(type)(a.engine, b.engine), say).toBe(isOne);
        expect(compileKey(type)(a.engine) === compileKey(type)(b.engine), say).toBe(isOne);
        expect(digestText(type, a.naive) === digestText(type, b.naive), say).toBe(isOne);
        if (!JSON.stringify(type).match(/"set"|"advisory":true/))
          expect(equal(a.engine, b.engine), say).toBe(isOne);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    console.info("near values", count);
    expect(count.values).toBeGreaterThan(count.pairs / 2);
    expect(count.equal).toBeGreaterThan(count.pairs / 20);
    expect(count.unequal).toBeGreaterThan(count.pairs / 20);
  });

  it("lie in the same networks", () => {
    const blocks = [
      "10.0.0.0/8",
      "10.0.0.0/31",
      "0.0.0.0/0",
      "172.16.0.0/12",
      "::/0",
      "64:ff9b::/96",
      "2002::/16",
      "fe80::/10",
      "::ffff:10.0.0.0/104",
      "2001::/32",
      "::/96",
    ];
    fc.assert(
      fc.property(fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff })), (seed) => {
        const draw = new Draw(seed);
        for (const json of nearJson(draw, { kind: "ip" })) {
          const ip = typeof json === "string" ? parseIp(json) : undefined;
          if (ip === undefined) continue;
          for (const block of blocks)
            expect(inCidr(ip as Ip, parseCidr(block)!), `${ip.text} in ${block}`).toBe(
              isInBlock(ip.text, block),
            );
        }
      }),
      { numRuns: RUNS / 4 },
    );
  });
});
