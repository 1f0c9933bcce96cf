/** `some` and `all` over elements that are true, false or unknown: every list of up to three of them. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../src/compile/compile.js";
import { triName } from "../../../src/compile/tri.js";
import { readCall } from "../../../src/engine/request/call.js";
import { judge } from "../../../src/engine/rules/judge.js";
import { bundleOf } from "../../scenario/policy.js";

type Tri = "true" | "false" | "unknown";
const ELEMENTS = { true: 1, false: 0, unknown: 2 } as const;

/** Unknown of a 2: the call names a session, of whose steps nothing is known until it is read. */
const ABOUT = "x == 1 or (x == 2 and session.steps >= 0)";
const bundle = compile(
  bundleOf(`
    agent bot { acts alone }
    tool look { action read  tier 1  args { xs: list<int<0..2>, 4>  @advisory note?: text<9> }  accepts any  yields nothing }
    allow a { call look }
    deny any_of_them { call look  when some x in args.xs { ${ABOUT} } }
    deny all_of_them { call look  when all x in args.xs { ${ABOUT} } }
    deny not_any { call look  when not (some x in args.xs { ${ABOUT} }) }`).program,
  "r",
);

/** What is found of a rule: true and unknown are told, and what is not found is false. */
function verdictsOf(list: readonly Tri[]): Readonly<Record<string, Tri>> {
  const xs = list.map((each) => ELEMENTS[each]);
  const request = {
    actors: [{ type: "agent" as const, id: "bot" }],
    tool: "look",
    args: { xs },
    session: "s",
  };
  const { target, frame } = readCall(request, { id: "pep" }, bundle, 0);
  if (target === undefined) throw new Error("no target");
  const found = new Map(judge(target, frame).denies.map(({ candidate, tri }) => [candidate.rule.id, tri]));
  const names = ["any_of_them", "all_of_them", "not_any"];
  return Object.fromEntries(names.map((name) => [name, said(found.get(name))]));
}
function said(tri: Parameters<typeof triName>[0] | undefined): Tri {
  return tri === undefined ? "false" : triName(tri);
}
function some(list: readonly Tri[]): Tri {
  return list.includes("true") ? "true" : list.includes("unknown") ? "unknown" : "false";
}
function not(tri: Tri): Tri {
  return tri === "unknown" ? tri : tri === "true" ? "false" : "true";
}
/** All lists of up to so many elements. */
function lists(most: number): Tri[][] {
  if (most === 0) return [[]];
  const shorter = lists(most - 1);
  const longest = shorter.filter((list) => list.length === most - 1);
  return [
    ...shorter,
    ...longest.flatMap((list) => (Object.keys(ELEMENTS) as Tri[]).map((one) => [...list, one])),
  ];
}

describe("a quantifier", () => {
  test.each(lists(3).map((list) => [list.join(" ") || "nothing", list] as const))("over %s", (_, list) => {
    expect(verdictsOf(list)).toEqual({
      any_of_them: some(list),
      all_of_them: not(some(list.map(not))),
      not_any: not(some(list)),
    });
  });
});
