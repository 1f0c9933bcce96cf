/** What a text names: the product gathers all of it, the reference asks for one value. They agree on values near to it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { statedIn } from "../../src/provenance/identifiers.js";
import { identitiesOf } from "../../src/provenance/identity.js";
import { observedValuesIn } from "../../src/provenance/observed-values.js";
import type { Type, Value } from "../../src/values/type.js";
import { Draw } from "../reference/draw.js";
import { isSaid, knownAs, seenIn } from "../reference/named.js";
import { read, UNREADABLE } from "../reference/reading.js";
import { CASES } from "./cases.js";

const NAMED: readonly (readonly [written: string, type: Type, name: string])[] = [
  ["bob", { kind: "text", max: 64 }, "recipient"],
  ["Emma Johnson", { kind: "text", max: 64 }, "recipient"],
  ["the", { kind: "text", max: 64 }, "recipient"],
  ["C-1001", { kind: "text", max: 64 }, "customer"],
  ["ana@acme.com", { kind: "email" }, "to"],
  ["Ana@Acme.COM", { kind: "text", max: 64 }, "note"],
  ["o'brien@x.example", { kind: "email" }, "to"],
  ["https://acme.com/in/1", { kind: "url" }, "url"],
  ["acme.com", { kind: "domain" }, "domain"],
  ["10.0.0.7", { kind: "ip" }, "ip"],
  ["/srv/work/a.txt", { kind: "path" }, "file"],
  ["docs/A.txt", { kind: "path", root: "/srv" }, "file"],
  ["1234-5678-9012", { kind: "text", max: 64 }, "account"],
  ["GB29NWBK60161331926819", { kind: "text", max: 64 }, "iban"],
  ["+491701234567", { kind: "text", max: 64 }, "phone"],
];
const AROUND: readonly (readonly [string, string])[] = [
  ["", ""],
  ["", "."],
  ["", ","],
  ["*", "*"],
  ["**", "**."],
  ["(", ")"],
  ["(", ")."],
  ["'", "'"],
  ['"', '",'],
  ["_", "_"],
  ["", "_"],
  ["_", ""],
  ["", "*"],
  ["o'", ""],
  ["", "!"],
  ["[", "]"],
  ["to=", ""],
  ["x", ""],
  ["", "x"],
  ["@", ""],
  ["", "'s"],
];
const WORDS = ["please", "write to", "and", "Pay", "about", "now", "for", "a"];
const count = { asked: 0, named: 0, seen: 0 };

function changed(draw: Draw, text: string): string {
  const [before, after] = draw.pick(AROUND);
  const swap = (of: string): string => (of === of.toLowerCase() ? of.toUpperCase() : of.toLowerCase());
  const at = draw.int(0, text.length - 1);
  return draw.pick([
    text,
    text,
    before + text + after,
    text.slice(0, at) + swap(text.slice(at, at + 1)) + text.slice(at + 1),
    text + draw.pick(["_", "*", "_*_", ".", "/", "a", "'"]),
    text.slice(0, -1),
    text.slice(1),
  ]);
}

it("an argument is named by a text, and seen in a result, for the product exactly where it is for the reference", () => {
  fc.assert(
    fc.property(fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff })), (seed) => {
      const draw = new Draw(seed);
      const asked = draw.pick(NAMED);
      const marked = (): string => {
        const [before, after] = draw.pick(AROUND);
        const [written, type] = draw.chance(0.5) ? asked : draw.pick(NAMED);
        // A quote in the midst of a URL, and marks glued to a number, end it for nobody alike.
        const isPlain = type.kind !== "url" && type.kind !== "path" && !/^[+0-9/]/.test(written);
        return isPlain
          ? before + written + after
          : draw.pick([written, `(${written})`, `${written}.`, `*${written}*`]);
      };
      const text = draw.times(1, 3, () => [draw.pick(WORDS), marked()].join(" ")).join(" ");
      const said = new Set(statedIn(text));
      const [written, type, name] = asked;
      const near = changed(draw, written);
      const value = read(type, near);
      if (value === UNREADABLE) return;
      const known = knownAs(type, value, name);
      expect(identitiesOf(type, value as Value, name), near).toEqual(known);
      for (const identity of known) {
        count.asked++;
        if (said.has(identity)) count.named++;
        expect(isSaid(text, identity), `${JSON.stringify(text)} says ${identity}`).toBe(said.has(identity));
        const field = { name, wire: name, optional: false, labels: ["l"], advisory: false };
        const result: Type = { kind: "record", fields: [{ ...field, type: { kind: "text", max: 500 } }] };
        for (const json of [{ [name]: draw.pick([near, written, text]) }, { other: near }, near]) {
          const expected = observedValuesIn(result, json)
            .filter((each) => each.identifier === identity)
            .map(({ labels, declared, whole }) => ({ labels, declared, whole }));
          if (expected.length > 0) count.seen++;
          expect(seenIn(result, json, identity), `${JSON.stringify(json)} shows ${identity}`).toEqual(
            expected,
          );
        }
      }
    }),
    { numRuns: 10 * CASES, endOnFailure: true },
  );
  console.info("near words", count);
  expect(count.named).toBeGreaterThan(count.asked / 20);
  expect(count.seen).toBeGreaterThan(count.asked / 20);
});
