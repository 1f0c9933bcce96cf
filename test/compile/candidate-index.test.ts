import { describe, expect, test, vi } from "vitest";
import { ask, type Candidate, tightens } from "../../src/compile/candidate.js";
import { type CompiledBundle, candidatesOf, compile } from "../../src/compile/compile.js";
import { concerns } from "../../src/compile/compiled-rule.js";
import { ExpressionCompiler } from "../../src/compile/expression.js";
import { FALSE, type Tri } from "../../src/compile/tri.js";
import { readCall } from "../../src/engine/request/call.js";
import { type Findings, judge } from "../../src/engine/rules/judge.js";
import { type DrawnFrame, drawBundle, drawFrames } from "../check/solve/frames.js";
import { Draw } from "../reference/draw.js";
import { bundleOf } from "../scenario/policy.js";

/** What is found, each as the rule's id and its verdict. */
function found(findings: Findings): string[] {
  const { denies, allows, requires, limits, exceptions, shadow } = findings;
  return [...denies, ...allows, ...requires, ...limits, ...exceptions, ...shadow]
    .map(({ candidate, tri }) => said(candidate.rule.id, tri))
    .sort();
}

function said(id: string, tri: Tri): string {
  return `${id} ${tri}`;
}

/** The same, by asking every rule of the target all that it says. */
function askedOneByOne({ target, frame }: Pick<DrawnFrame, "target" | "frame">): string[] {
  return candidatesOf(target)
    .filter(
      (candidate) =>
        candidate.verb !== "exception" && concerns(candidate.rule.source.who, frame, tightens(candidate)),
    )
    .map((candidate) => [candidate.rule.id, ask(candidate, frame)] as const)
    .filter(([, tri]) => tri !== FALSE)
    .map(([id, tri]) => said(id, tri))
    .sort();
}

test("what is looked up is what asking every rule would find", () => {
  let hits = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const draw = new Draw(seed);
    const generated = drawBundle(draw);
    for (const drawn of drawFrames(generated, draw, 40)) {
      const expected = askedOneByOne(drawn);
      expect(found(judge(drawn.target, drawn.frame)), generated.text).toEqual(expected);
      hits += expected.length;
    }
  }
  expect(hits).toBeGreaterThan(1_000);
});

describe("by the value of an argument", () => {
  const regions = ["eu", "us", "uk", "in"];
  const bundle = compile(
    bundleOf(`
      ${Array.from({ length: 60 }, (_, i) => `role r${i}`).join("\n")}
      agent bot { acts for user }
      tool look {
        action read  tier 1  accepts any  yields nothing
        args { region: text<8>  purpose: text<8>  n: int<0..9> }
      }
      ${regions.map((region) => `allow by_${region} { agent bot for role r59  call look  when args.region == "${region}" and args.n < 5 }`).join("\n")}
      allow either { agent bot for role r0  call look  when args.region in ["eu", "us"] and args.n > 6 }
      deny never { call look  when args.region == "eu" and args.region == "us" }
      deny twice { call look  when args.purpose == "spy" and args.region in ["eu", "uk"] }
      deny late { until 2026-01-01T00:00:00Z  call look  when args.purpose == "late" }
      require asked { call look  when args.n == 0  need confirmation }
    `).program,
    "r",
  );
  const at = (time: string, roles: string[], region: string, purpose: string, n: number) => {
    const { target, frame } = readCall(
      {
        actors: [
          { type: "user", id: "ana", roles },
          { type: "agent", id: "bot" },
        ],
        tool: "look",
        args: { region, purpose, n },
      },
      { id: "pep" },
      bundle,
      Date.parse(time),
    );
    if (target === undefined) throw new Error("no target");
    expect(found(judge(target, frame))).toEqual(askedOneByOne({ target, frame }));
    return found(judge(target, frame)).map((each) => each.split(" ")[0]);
  };
  const NOW = "2026-11-02T09:00:00Z";

  test("rules are found by several values and by few, each once", () => {
    expect(at(NOW, ["r59"], "uk", "work", 1)).toEqual(["by_uk"]);
    expect(at(NOW, ["r59", "r0"], "eu", "work", 7)).toEqual(["either"]);
    expect(at(NOW, ["r59"], "fr", "work", 1)).toEqual([]);
    expect(at(NOW, ["r59", "r59"], "us", "work", 0)).toEqual(["asked", "by_us"]);
  });

  test("what is left of the condition is asked, of two values of one argument too", () => {
    expect(at(NOW, ["r59"], "eu", "spy", 1)).toEqual(["by_eu", "twice"]);
    expect(at(NOW, ["r59"], "us", "spy", 9)).toEqual([]);
  });

  test("a rule that has ended is not found", () => {
    expect(at("2025-12-31T23:59:59Z", [], "us", "late", 9)).toEqual(["late"]);
    expect(at("2026-01-01T00:00:00Z", [], "us", "late", 9)).toEqual([]);
  });

  test("what many decisions find is not changed by one that finds more", () => {
    const alone = at(NOW, ["r59"], "eu", "work", 1);
    expect(at(NOW, ["r59"], "eu", "spy", 1)).toHaveLength(2);
    expect(at(NOW, ["r59"], "eu", "spy", 0)).toHaveLength(3);
    expect(at(NOW, ["r59"], "eu", "work", 1)).toEqual(alone);
  });
});

describe("a rule about many agents and tools", () => {
  const named = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
  const about = (agents: number, tools: number) =>
    compile(
      bundleOf(`
        agent other { acts for user }
        ${named("a", agents)
          .map((agent) => `agent ${agent} { acts for user }`)
          .join("\n")}
        ${named("t", tools)
          .map(
            (tool) =>
              `tool ${tool} { action read  tier 1  args { n: int<0..9>  m: int<0..9> }  accepts any  yields nothing }`,
          )
          .join("\n")}
        deny it {
          agent ${named("a", agents).join(", ")}
          call  ${named("t", tools).join(", ")}
          when  args.n in [1, 2, 3] and args.m > 4 and args.m != 7
        }
      `).program,
      "r",
    );

  test("is compiled once", () => {
    const compiling = vi.spyOn(ExpressionCompiler.prototype, "condition");
    const compiled = (agents: number, tools: number): number => {
      compiling.mockClear();
      about(agents, tools);
      return compiling.mock.calls.length;
    };
    const once = compiled(1, 1);
    expect(once).toBeGreaterThan(0);
    expect(compiled(6, 1)).toBe(once);
    expect(compiled(1, 3)).toBe(once);
    expect(compiled(40, 3)).toBe(once);
    compiling.mockRestore();
  });

  test.each([1, 8, 9, 40])("is found by each of %i, and by nobody else", (agents) => {
    const bundle = about(agents, 2);
    for (const agent of [...named("a", agents), "other", "nobody"])
      for (const [n, m] of [
        [1, 5],
        [1, 7],
        [4, 5],
      ] as const) {
        const actors = [
          { type: "user", id: "ana" },
          { type: "agent", id: agent },
        ] as const;
        const call = { actors: [...actors], tool: "t1", args: { n, m } };
        const { target, frame } = readCall(call, { id: "pep" }, bundle, 0);
        if (target === undefined) throw new Error("no target");
        const denies = agent.startsWith("a") && n === 1 && m === 5;
        expect(found(judge(target, frame))).toEqual(denies ? ["it 1"] : []);
      }
  });
});

describe("rules are found by lookups", () => {
  const bundleWith = (rules: readonly string[]) =>
    compile(
      bundleOf(`
        role clerk
        agent bot { acts for user }
        tool look { action read  tier 1  args { kind: text<8>  customer: text<8> }  accepts any  yields nothing }
        ${rules.join("\n")}
      `).program,
      "r",
    );
  const numbers = Array.from({ length: 200 }, (_, i) => i);
  const lookedAt = (bundle: CompiledBundle, roles: string[], customer: string): string[] => {
    const { target, frame } = readCall(
      {
        actors: [
          { type: "user", id: "ana", roles },
          { type: "agent", id: "bot" },
        ],
        tool: "look",
        args: { kind: "a", customer },
      },
      { id: "pep" },
      bundle,
      0,
    );
    const candidates: Candidate[] = [];
    for (const index of target?.indexes ?? []) index.collect(frame, candidates);
    return candidates.map(({ rule }) => rule.source.name);
  };

  test("by the argument that tells most of them apart, in any order of the conjuncts", () => {
    const bundle = bundleWith(
      numbers.map((i) =>
        i % 2 === 0
          ? `deny d${i} { call look  when args.kind == "a" and args.customer == "c${i}" }`
          : `deny d${i} { call look  when args.customer == "c${i}" and args.kind in ["a", "b"] }`,
      ),
    );
    expect(lookedAt(bundle, [], "c170")).toEqual(["d170"]);
    expect(lookedAt(bundle, [], "c171")).toEqual(["d171"]);
    expect(lookedAt(bundle, [], "else")).toEqual([]);
  });

  test("by role, by user and by agent", () => {
    const others = numbers.map((i) => `allow for_u${i} { agent bot for user "u${i}"  call look }`);
    const bundle = bundleWith([...others, "allow for_clerk { agent bot for role clerk  call look }"]);
    expect(lookedAt(bundle, ["clerk"], "c")).toEqual(["for_clerk"]);
    expect(lookedAt(bundle, [], "c")).toEqual([]);
  });
});

describe("by what is equal but not identical", () => {
  const parts: readonly (readonly [type: string, values: readonly string[], sent: string])[] = [
    ["email", ["ana@acme.com", "bo@acme.com", "cy@acme.com", "di@acme.com"], "ana@ACME.com"],
    ["url", ["https://a.com/", "https://b.com/", "https://c.com/", "https://d.com/"], "https://A.com"],
    ["ip", ["10.0.0.1", "10.0.0.2", "10.0.0.3", "::1"], "10.0.0.1"],
  ];

  test.each(parts)("an argument of type %s, each rule is asked", (type, values, sent) => {
    for (const count of [1, 2, values.length]) {
      const denies = values
        .slice(0, count)
        .map((value, i) => `deny d${i} { call look  when args.x == "${value}" }`);
      const set = `deny among { call look  when args.x in [${values.map((value) => `"${value}"`).join(", ")}] }`;
      const bundle = compile(
        bundleOf(`
          agent bot { acts alone }
          tool look { action read  tier 1  args { x: ${type} }  accepts any  yields nothing }
          allow a { call look }
          ${denies.join("\n")}
          ${set}`).program,
        "r",
      );
      const request = { actors: [{ type: "agent" as const, id: "bot" }], tool: "look", args: { x: sent } };
      const { target, frame } = readCall(request, { id: "pep" }, bundle, 0);
      if (target === undefined) throw new Error("no target");
      const names = judge(target, frame).denies.map(({ candidate }) => candidate.rule.id);
      expect(names.sort()).toEqual(["among", "d0"]);
    }
  });
});
