import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../../src/check/check.js";
import type { Expr, Program } from "../../../src/check/program.js";
import { conjunction } from "../../../src/check/solve/fields.js";
import { HOLDS } from "../../../src/check/solve/outcomes.js";
import { canHold, plainly } from "../../../src/check/solve/plain.js";
import { Solver } from "../../../src/check/solve/solver.js";
import { Source } from "../../../src/source/source.js";
import { parse } from "../../../src/syntax/parse.js";

const POLICY = `
agent bot { acts for user }
tool t {
  action read  tier 1  accepts any  yields nothing
  args {
    whole: int<0..9>  amount: number<0..1_000>  open: number  flag: bool  kind: "a" | "b"  note: text<2>
    code: text<3..4>  maybe?: int<0..9>  deep: { whole: int<5..6> }
  }
}
`;
const { program } = check([parse(new Source("p.writ", POLICY)).file], {
  readData: () => ({ problem: "none" }),
});
const tool = (program as Program).tools.get("t");
if (program === undefined || tool === undefined) throw new Error("the bundle does not load");
const solver = new Solver({ program, tool });

const span = { file: "p.writ", start: 0, end: 0 };
const args: Expr = { kind: "root", root: "args", type: tool.args, span };

function fieldOf(of: Expr, name: string): Expr {
  const found = of.type.kind === "record" ? of.type.fields.find((field) => field.name === name) : undefined;
  if (found === undefined) throw new Error(name);
  return { kind: "field", of, name, optional: found.optional, type: found.type, span };
}

function compare(left: Expr, operator: (Expr & { kind: "compare" })["operator"], value: unknown): Expr {
  const right: Expr = { kind: "const", value: value as never, type: left.type, span };
  return { kind: "compare", operator, left, right, type: { kind: "bool" }, span };
}

const whole = fieldOf(args, "whole");

describe("what is plain of comparisons", () => {
  const numbers = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(0.5, 999.5, 1000, 1001, -1e300));
  const texts = fc.constantFrom("", "a", "b", "aa", "aaa", "aaaa", "aaaaa", "😀😀");
  const comparison = fc.oneof(
    fc
      .tuple(fc.constantFrom("whole", "amount", "open", "maybe", "deep"), numbers)
      .chain(([name, value]) =>
        fc
          .constantFrom("==", "!=", "<", "<=", ">", ">=")
          .map((operator) =>
            compare(
              name === "deep" ? fieldOf(fieldOf(args, name), "whole") : fieldOf(args, name),
              operator,
              value,
            ),
          ),
      ),
    fc
      .tuple(fc.constantFrom("kind", "note", "code"), texts, fc.constantFrom("==", "!="))
      .map(([name, value, operator]) => compare(fieldOf(args, name), operator as "==", value)),
    fc
      .tuple(
        fc.constantFrom("kind", "note", "code"),
        fc.array(texts, { minLength: 1 }),
        fc.constantFrom("in", "not in"),
      )
      .map(([name, values, operator]) => compare(fieldOf(args, name), operator as "in", values)),
    fc.boolean().map((value) => compare(fieldOf(args, "flag"), "==", value)),
  );

  it("is never what a solver rules out", () => {
    fc.assert(
      fc.property(fc.array(comparison, { minLength: 1, maxLength: 3 }), (parts) => {
        const plain = parts.map(plainly);
        plain.forEach((each, index) => {
          const expr = parts[index] as Expr;
          if (each?.holds) expect(solver.excludes([{ expr, outcomes: HOLDS }])).toBe(false);
          if (each?.fails) expect(solver.isAlways(expr)).toBe(false);
        });
        const all = { expr: conjunction(parts), outcomes: HOLDS };
        if (canHold(plain)) expect(solver.excludes([all])).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("is that most can be true and false", () => {
    for (const each of [
      compare(whole, "<=", 5),
      compare(fieldOf(args, "open"), ">", 1e9),
      compare(fieldOf(args, "kind"), "==", "a"),
      compare(fieldOf(args, "note"), "!=", "b"),
      compare(fieldOf(args, "note"), "in", ["c", "d"]),
      compare(fieldOf(args, "flag"), "==", true),
      compare(fieldOf(fieldOf(args, "deep"), "whole"), "<", 6),
    ]) {
      expect(plainly(each)).toMatchObject({ holds: true, fails: true });
    }
  });

  it("is nothing of what the type decides, of what may be absent, and of one argument twice", () => {
    expect(plainly(compare(whole, "<=", 9))).toMatchObject({ holds: true, fails: false });
    expect(plainly(compare(whole, ">", 9))).toMatchObject({ holds: false, fails: true });
    expect(plainly(compare(fieldOf(args, "maybe"), "<", 5))).toBeUndefined();
    const twice = [compare(whole, "<", 3), compare(whole, ">", 6)].map(plainly);
    expect(canHold(twice)).toBe(false);
    expect(canHold([plainly(compare(whole, "<", 3)), undefined])).toBe(false);
  });
});
