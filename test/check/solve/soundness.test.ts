import { expect, test } from "vitest";
import { partsOf } from "../../../src/check/expressions/parts.js";
import type { Expr, Inside } from "../../../src/check/program.js";
import { ANYTHING, FAILS, HOLDS, type Outcomes, UNCLEAR } from "../../../src/check/solve/outcomes.js";
import { ruleCondition } from "../../../src/check/solve/rule-condition.js";
import type { Situation } from "../../../src/check/solve/situation.js";
import { type Claim, Solver } from "../../../src/check/solve/solver.js";
import { ask, type Candidate } from "../../../src/compile/candidate.js";
import { candidatesOf } from "../../../src/compile/compile.js";
import { TRUE, type Tri, UNKNOWN } from "../../../src/compile/tri.js";
import { Draw } from "../../reference/draw.js";
import { type DrawnFrame, drawBundle, drawFrames, type Generated } from "./frames.js";

const BUNDLES = 12;
const FRAMES = 80;
const outcomeOf = (tri: Tri): Outcomes => (tri === TRUE ? HOLDS : tri === UNKNOWN ? UNCLEAR : FAILS);

/** Conditions and their parts that mean something by themselves. */
function conditionsIn(expr: Expr): Expr[] {
  const inner = expr.kind === "quantifier" ? [] : partsOf(expr).flatMap(conditionsIn);
  const isCondition =
    expr.type.kind === "bool" && ["and", "or", "not", "compare", "quantifier", "define"].includes(expr.kind);
  return isCondition ? [expr, ...inner] : inner;
}

interface Asked {
  readonly expr: Expr;
  readonly evaluate: (drawn: DrawnFrame) => Tri;
}

/** Rules as whole conditions, with the real index's verdict; and parts of their conditions. */
function questionsAt(frames: readonly DrawnFrame[], { bundle }: Generated): Asked[] {
  const [first] = frames;
  if (first === undefined) return [];
  const { target } = first;
  const candidates = candidatesOf(target);
  return candidates.flatMap((candidate) => {
    const { source } = candidate.rule;
    const whole: Candidate = { ...candidate, who: source.who };
    const asked: Asked[] = [
      { expr: ruleCondition(source, candidate.inside as Inside), evaluate: ({ frame }) => ask(whole, frame) },
    ];
    for (const part of source.condition === undefined ? [] : conditionsIn(source.condition)) {
      const code = bundle.expressions.condition(part);
      asked.push({ expr: part, evaluate: ({ frame }) => code(frame) });
    }
    return asked;
  });
}

function situationsOf({ target, frame }: DrawnFrame, { program }: Generated): Situation[] {
  const place = target.tool === undefined ? { channel: target.target as never } : { tool: target.tool };
  const user = frame.user === undefined ? ("absent" as const) : ("present" as const);
  const roles = new Set(frame.user?.roles.map(({ id }) => id));
  const known = program.agents.has(frame.agentId) ? { agent: frame.agentId } : {};
  return [{ program }, { program, ...place }, { program, ...place, user, roles, ...known }];
}

test("what a solver excludes never happens, for whole rules, parts of conditions and pairs of them", () => {
  const found = { excluded: 0, asked: 0 };
  for (let seed = 1; seed <= BUNDLES; seed++) {
    const draw = new Draw(seed);
    const generated = drawBundle(draw);
    const byTarget = new Map<unknown, DrawnFrame[]>();
    for (const drawn of drawFrames(generated, draw, FRAMES)) {
      const frames = byTarget.get(drawn.target) ?? [];
      byTarget.set(drawn.target, [...frames, drawn]);
    }
    for (const frames of byTarget.values()) {
      const asked = questionsAt(frames, generated);
      if (asked.length === 0) continue;
      const results = new Map(
        asked.map((each) => [each, frames.map((drawn) => outcomeOf(each.evaluate(drawn)))]),
      );
      const situations = situationsOf(frames[0] as DrawnFrame, generated);
      for (const [index, situation] of situations.entries()) {
        const solver = new Solver(situation);
        const applies = (drawn: DrawnFrame) =>
          index < 2 ||
          JSON.stringify(situationKey(drawn)) === JSON.stringify(situationKey(frames[0] as DrawnFrame));
        for (let i = 0; i < 12; i++) {
          const picked = [draw.pick(asked), ...(draw.chance(0.6) ? [draw.pick(asked)] : [])];
          const claims: Claim[] = picked.map(({ expr }) => ({ expr, outcomes: draw.int(1, ANYTHING - 1) }));
          found.asked++;
          if (!solver.excludes(claims)) continue;
          found.excluded++;
          frames.forEach((drawn, at) => {
            if (!applies(drawn)) return;
            const happens = picked.every(
              (each, k) => ((results.get(each)?.[at] ?? 0) & (claims[k] as Claim).outcomes) !== 0,
            );
            if (happens) {
              const what = picked.map(
                (each, k) => `${slice(generated, each.expr)} is ${claims[k]?.outcomes}`,
              );
              throw new Error(
                `seed ${seed} situation ${index}: excluded, yet ${what.join(" and ")}\n${JSON.stringify(drawn.request)}\n${JSON.stringify(drawn.frame.state, (_k, v) => (v instanceof Map ? [...v] : v))}\n${generated.text}`,
              );
            }
          });
        }
      }
    }
  }
  expect(found.excluded).toBeGreaterThan(found.asked / 50);
});

function situationKey({ frame }: DrawnFrame): unknown {
  return [frame.agentId, frame.user === undefined, frame.user?.roles.map(({ id }) => id).sort()];
}

function slice({ text }: Generated, expr: Expr): string {
  return expr.span.file === "f0.writ"
    ? text.slice(expr.span.start, expr.span.end)
    : JSON.stringify(expr.span);
}
