import { describe, expect, test } from "vitest";
import { RequestProblem } from "../../src/engine/request/types.js";
import { type DecideRequest, decideRequest } from "../../src/model/request.js";
import type { Draw } from "../reference/draw.js";
import { Follower } from "../reference/follow.js";
import { judge } from "../reference/judge.js";
import { forCases } from "./cases.js";

const odd: readonly unknown[] = [
  null,
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "__proto__",
  "constructor",
  "\u0000",
  "a\ud800b",
  "x".repeat(300),
  true,
  [],
  {},
  JSON.parse('{"__proto__":{"roles":["boss"]}}'),
  [[[]]],
  ["clerk", "clerk"],
];

/** A copy in which something somewhere is another thing, gone, or new. */
function mutated(draw: Draw, value: unknown): unknown {
  if (draw.chance(0.15)) return draw.pick(odd);
  if (Array.isArray(value)) {
    if (value.length === 0 || draw.chance(0.2)) return [...value, draw.pick(odd)];
    const at = draw.int(0, value.length - 1);
    return draw.chance(0.2)
      ? value.filter((_, i) => i !== at)
      : value.map((item, i) => (i === at ? mutated(draw, item) : item));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0 || draw.chance(0.15))
      return { ...value, [String(draw.pick(["__proto__", "x", "toString"]))]: draw.pick(odd) };
    const at = draw.int(0, entries.length - 1);
    if (draw.chance(0.2)) return Object.fromEntries(entries.filter((_, i) => i !== at));
    return Object.fromEntries(entries.map(([key, item], i) => [key, i === at ? mutated(draw, item) : item]));
  }
  return draw.pick(odd);
}

/** How often another place is tried, for a body that parses: what does not is refused before anything is decided. */
const ATTEMPTS = 8;

/** A tampered copy, nearly always one that still parses. */
function tampered(draw: Draw, request: DecideRequest): DecideRequest | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const hostile = decideRequest.safeParse(mutated(draw, { ...request, dry_run: true }));
    if (hostile.success) return { ...hostile.data, dry_run: true } as DecideRequest;
  }
  return undefined;
}

describe("a request that was tampered with", () => {
  const count = { tampered: 0, parsed: 0, changed: 0 };

  test("is refused or decided, never an error, and allowed only where the naive interpreter allows it", async () => {
    await forCases(async (one) => {
      let wrong: string | undefined;
      const watch = async (
        request: DecideRequest,
        caller: string,
        { pdp, world }: Follower,
      ): Promise<void> => {
        if (wrong !== undefined) return;
        count.tampered++;
        const asked = tampered(one.draw, request);
        if (asked === undefined) return;
        count.parsed++;
        try {
          const { decision } = await pdp.decide(asked, { id: caller });
          const before = await pdp.decide({ ...request, dry_run: true }, { id: caller });
          if (before.decision !== decision) count.changed++;
          const naive = judge(world, asked, { caller });
          if (
            decision === "allow" &&
            naive.verdict !== "allow" &&
            !naive.limits.some((result) => result.sliver)
          ) {
            wrong = `allowed, and should be ${naive.verdict} by ${naive.determining.join()}: ${JSON.stringify(asked)}`;
          }
        } catch (error) {
          if (!(error instanceof RequestProblem))
            wrong = `${(error as Error).stack}\n${JSON.stringify(asked)}`;
        }
      };
      await new Follower(one.program, { watch }).follow(one.steps);
      return wrong;
    });
    console.info("hostile bodies", count);
    expect(count.parsed / count.tampered).toBeGreaterThan(0.8);
    expect(count.changed).toBeGreaterThan(count.parsed / 50);
  });
});
