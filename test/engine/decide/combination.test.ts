/** Which verdict the rules of a call come to: every combination of how they can come out. */
import { describe, expect, test } from "vitest";
import { agent, rules, Stage, user } from "../../attacks/stage.js";
import { rowsOf, wordsOf } from "../table.js";

/** An argument that is 1 makes its rule true, 0 false, and 2 unknown: the steps of a session that no call here is in. */
const when = (name: string) => `when args.${name} == 1 or (args.${name} == 2 and session.steps > 0)`;
const PLACE = { F: 0, T: 1, U: 2 } as const;
const ARGS = ["allow", "deny", "require", "limit", "exception", "second"] as const;
type Arg = (typeof ARGS)[number];

const VOCABULARY = `
assurance password as "aal1" < mfa as "aal2"
role clerk
role lead
approval boss { from role lead  quorum 1  expires 1h }
agent bot { acts for user }
tool look { action read  tier 1  accepts any  yields nothing
  args { ${ARGS.map((name) => `${name}: int<0..2> = 0`).join("  ")} } }`;

/** Decides one row by the arguments that it names. */
async function decided(policy: string, row: Partial<Record<Arg, string>>) {
  const stage = new Stage(VOCABULARY + policy);
  stage.actors = [user("ana"), agent("bot")];
  const named = ARGS.filter((name) => row[name] !== undefined);
  const args = Object.fromEntries(named.map((name) => [name, PLACE[row[name] as keyof typeof PLACE]]));
  const decision = await stage.decide({ tool: "look", args });
  return { verdict: decision.decision, because: [...rules(decision)].sort() };
}

// The deny reads state, and where no allow could grant none is read: only what the first refusing stage has is reported.
describe("an allow, a deny and a require", () => {
  const rows = rowsOf<"allow" | "deny" | "require" | "verdict" | "because">(`
    | allow | deny | require | verdict          | because                   |
    |-------|------|---------|------------------|---------------------------|
    | F     | F    | F       | deny             | builtin.nothing_grants    |
    | F     | F    | T       | deny             | builtin.nothing_grants    |
    | F     | F    | U       | deny             | builtin.nothing_grants    |
    | F     | T    | F       | deny             | builtin.nothing_grants    |
    | F     | T    | T       | deny             | builtin.nothing_grants    |
    | F     | T    | U       | deny             | builtin.nothing_grants    |
    | F     | U    | F       | deny             | builtin.nothing_grants    |
    | F     | U    | T       | deny             | builtin.nothing_grants    |
    | F     | U    | U       | deny             | builtin.nothing_grants    |
    | T     | F    | F       | allow            | a                         |
    | T     | F    | T       | require-approval | a, r                      |
    | T     | F    | U       | require-approval | a, r                      |
    | T     | T    | F       | deny             | d                         |
    | T     | T    | T       | deny             | d                         |
    | T     | T    | U       | deny             | d                         |
    | T     | U    | F       | deny             | d                         |
    | T     | U    | T       | deny             | d                         |
    | T     | U    | U       | deny             | d                         |
    | U     | F    | F       | deny             | builtin.nothing_grants    |
    | U     | F    | T       | deny             | builtin.nothing_grants    |
    | U     | F    | U       | deny             | builtin.nothing_grants    |
    | U     | T    | F       | deny             | builtin.nothing_grants, d |
    | U     | T    | T       | deny             | builtin.nothing_grants, d |
    | U     | T    | U       | deny             | builtin.nothing_grants, d |
    | U     | U    | F       | deny             | builtin.nothing_grants, d |
    | U     | U    | T       | deny             | builtin.nothing_grants, d |
    | U     | U    | U       | deny             | builtin.nothing_grants, d |`);

  test("have a row for every way they come out", () => {
    expect(new Set(rows.map((row) => row.allow + row.deny + row.require)).size).toBe(27);
  });

  test.each(rows)("$allow $deny $require: $verdict", async ({ verdict, because, ...row }) => {
    const policy = `
      allow a { agent bot  call look  ${when("allow")} }
      deny d { call look  ${when("deny")} }
      require r { call look  ${when("require")}  need confirmation }`;
    expect(await decided(policy, row)).toEqual({ verdict, because: wordsOf(because) });
  });
});

describe("what an exception waives", () => {
  const rows = rowsOf<"rule" | "exception" | "verdict" | "because" | "given">(`
    | rule | exception | given | verdict          | because |
    |------|-----------|-------|------------------|---------|
    | F    | F         | -     | allow            | a       |
    | F    | T         | -     | allow            | a       |
    | F    | U         | -     | allow            | a       |
    | T    | F         | -     | deny             | d       |
    | T    | T         | -     | step-up          | a, e    |
    | T    | T         | mfa   | allow            | a, e    |
    | T    | U         | -     | deny             | d       |
    | T    | U         | mfa   | deny             | d       |
    | U    | F         | -     | deny             | d       |
    | U    | T         | -     | step-up          | a, e    |
    | U    | T         | mfa   | allow            | a, e    |
    | U    | U         | mfa   | deny             | d       |`);

  test.each(rows)("a deny $rule, an exception $exception, $given: $verdict", async (row) => {
    const stage = new Stage(`${VOCABULARY}
      allow a { agent bot  call look }
      waivable deny d { call look  ${when("deny")} }
      exception e to d { call look  ${when("exception")}  need step-up mfa  until 2030-01-01T00:00:00Z  because "Agreed." }`);
    stage.actors = [user("ana", { acr: row.given === "mfa" ? "aal2" : "aal1" }), agent("bot")];
    const place = (tri: string) => PLACE[tri as keyof typeof PLACE];
    const args = { deny: place(row.rule), exception: place(row.exception) };
    const decision = await stage.decide({ tool: "look", args });
    expect({ verdict: decision.decision, because: [...rules(decision)].sort() }).toEqual({
      verdict: row.verdict,
      because: wordsOf(row.because),
    });
    expect(decision.exceptions).toEqual(row.because.includes("e") ? ["e"] : []);
  });
});

describe("of two allows", () => {
  // `boss` asks for a person, `confirmation` for the user's own word, `mfa` for a sign-in, `nothing` for nothing.
  const rows = rowsOf<"first" | "second" | "verdict" | "because">(`
    | first        | second       | verdict          | because |
    |--------------|--------------|------------------|---------|
    | nothing      | boss         | allow            | one     |
    | boss         | nothing      | allow            | two     |
    | boss         | confirmation | require-approval | two     |
    | confirmation | boss         | require-approval | one     |
    | boss         | mfa          | step-up          | two     |
    | confirmation | mfa          | step-up          | two     |
    | mfa          | confirmation | step-up          | one     |
    | boss         | boss         | require-approval | one     |`);
  const need: Readonly<Record<string, string>> = {
    nothing: "",
    boss: "need approval boss",
    confirmation: "need confirmation",
    mfa: "need step-up mfa",
  };

  test.each(rows)(
    "the less demanding one grants: $first, $second",
    async ({ first, second, verdict, because }) => {
      const policy = `
      allow one { agent bot  call look  ${need[first]} }
      allow two { agent bot  call look  ${need[second]} }`;
      expect(await decided(policy, {})).toEqual({ verdict, because: wordsOf(because) });
    },
  );
});

describe("a limit that has no room", () => {
  const rows = rowsOf<"over" | "limit" | "verdict" | "because" | "alerts">(`
    | over              | limit | verdict          | because | alerts |
    |-------------------|-------|------------------|---------|--------|
    | -                 | F     | allow            | a       | -      |
    | -                 | T     | deny             | l       | -      |
    | -                 | U     | deny             | l       | -      |
    | over alert        | F     | allow            | a       | -      |
    | over alert        | T     | allow            | a       | l      |
    | over alert        | U     | allow            | a       | l      |
    | over need         | F     | allow            | a       | -      |
    | over need         | T     | require-approval | a, l    | -      |
    | over need         | U     | deny             | l       | -      |`);

  test.each(rows)("$over, where it applies $limit: $verdict", async (row) => {
    const over = row.over === "-" ? "" : row.over === "over need" ? "over need approval boss" : row.over;
    const stage = new Stage(`${VOCABULARY}
      allow a { agent bot  call look }
      limit l { call look  ${when("limit")}  per user  at most 1 calls in 1h  ${over} }`);
    // One call fills it.
    await stage.allowed({ tool: "look", args: { limit: 1 } });
    const decision = await stage.decide({
      tool: "look",
      args: { limit: PLACE[row.limit as keyof typeof PLACE] },
    });
    expect(decision.decision).toBe(row.verdict);
    expect([...rules(decision)].sort()).toEqual(wordsOf(row.because));
    expect(decision.alerts ?? []).toEqual(wordsOf(row.alerts));
  });
});
