/** What each kind of limit counts: what is left of three after one call, by what became of it. */
import { describe, expect, test } from "vitest";
import { Stage } from "../../attacks/stage.js";
import { rowsOf } from "../table.js";

const METERS = ["calls", "successes", "attempts", "denials", "failures"] as const;
const STATUSES = ["ok", "failed", "not_run", "unknown"] as const;

/** What is left of a limit of three after one call came to that. */
async function leftAfter(meter: string, became: string, irreversible: boolean): Promise<number | undefined> {
  const stage = new Stage(`
    role clerk
    agent bot { acts for user }
    tool pay { action write ${irreversible ? "irreversible" : ""}  tier 2  accepts any  yields nothing  args { n: int<0..9> } }
    allow pays { agent bot  call pay  when args.n < 5 }
    limit three { call pay  per user  at most 3 ${meter} in 1h }`);
  const decision = await stage.decide({ tool: "pay", args: { n: became === "denied" ? 9 : 1 } });
  expect(decision.decision).toBe(became === "denied" ? "deny" : "allow");
  const status = STATUSES.find((each) => each === became);
  if (status !== undefined) await stage.outcome(decision, status);
  const dry = await stage.decide({ tool: "pay", args: { n: 1 }, dry_run: true });
  return dry.limits.find(({ name }) => name === "three")?.remaining;
}

type Column = (typeof METERS)[number] | "became";

/** `allowed` is a call of whose outcome nothing is known yet. */
describe("of a tool whose calls can be undone", () => {
  const rows = rowsOf<Column>(`
    | became  | calls | successes | attempts | denials | failures |
    |---------|-------|-----------|----------|---------|----------|
    | denied  | 3     | 3         | 2        | 2       | 3        |
    | allowed | 2     | 2         | 2        | 3       | 3        |
    | ok      | 2     | 2         | 2        | 3       | 3        |
    | failed  | 2     | 3         | 2        | 3       | 2        |
    | not_run | 3     | 3         | 2        | 3       | 3        |
    | unknown | 2     | 2         | 2        | 3       | 3        |`);

  test.each(rows.flatMap((row) => METERS.map((meter) => ({ meter, became: row.became, left: row[meter] }))))(
    "three $meter, one call $became: $left left",
    async ({ meter, became, left }) => {
      expect(await leftAfter(meter, became, false)).toBe(Number(left));
    },
  );
});

describe("of an irreversible tool, whose calls are never given back", () => {
  const rows = rowsOf<Column>(`
    | became  | calls | successes | attempts | denials | failures |
    |---------|-------|-----------|----------|---------|----------|
    | denied  | 3     | 3         | 2        | 2       | 3        |
    | allowed | 2     | 2         | 2        | 3       | 3        |
    | ok      | 2     | 2         | 2        | 3       | 3        |
    | failed  | 2     | 2         | 2        | 3       | 2        |
    | not_run | 2     | 2         | 2        | 3       | 3        |
    | unknown | 2     | 2         | 2        | 3       | 3        |`);

  test.each(rows.flatMap((row) => METERS.map((meter) => ({ meter, became: row.became, left: row[meter] }))))(
    "three $meter, one call $became: $left left",
    async ({ meter, became, left }) => {
      expect(await leftAfter(meter, became, true)).toBe(Number(left));
    },
  );
});

describe("whom a limit counts by", () => {
  test.each(
    rowsOf<"per" | "user" | "agent" | "tool" | "tenant">(`
      | per    | user | agent | tool | tenant |
      |--------|------|-------|------|--------|
      | user   | own  | one   | one  | own    |
      | agent  | one  | own   | one  | own    |
      | tool   | one  | one   | own  | own    |
      | tenant | one  | one   | one  | own    |`),
  )("per $per: another user $user, agent $agent, tool $tool, tenant $tenant", async (row) => {
    const others = {
      user: {
        actors: [
          { type: "user", id: "bob" },
          { type: "agent", id: "bot" },
        ],
      },
      agent: {
        actors: [
          { type: "user", id: "ana" },
          { type: "agent", id: "other" },
        ],
      },
      tool: { tool: "list" },
      tenant: { tenant: "acme" },
    } as const;
    for (const [what, other] of Object.entries(others)) {
      const stage = new Stage(`
        role clerk
        agent bot { acts for user }
        agent other { acts for user }
        tool look { action read  tier 1  accepts any  yields nothing  args { } }
        tool list { action read  tier 1  accepts any  yields nothing  args { } }
        allow looks { agent any  call look, list }
        limit few { call look, list  per ${row.per}  at most 1 calls in 1h }`);
      await stage.allowed({ tool: "look" });
      const verdict = await stage.verdict({ tool: "look", ...(other as object) });
      // `own`: counted apart, so there is room; `one`: counted together with the first call.
      expect({ what, verdict }).toEqual({
        what,
        verdict: row[what as keyof typeof others] === "own" ? "allow" : "deny",
      });
    }
  });
});
