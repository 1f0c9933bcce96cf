/** Which sessions a call may be in, and what it needs one for. */
import { describe, expect, test } from "vitest";
import { agent, rules, Stage, user } from "../../attacks/stage.js";
import { rowsOf } from "../table.js";

const POLICY = `
label internal
label pii implies internal
role clerk
agent bot { acts for user }
agent other { acts for user }
tool free { action read  tier 1  accepts any  yields nothing  args { } }
tool closed { action write  tier 2  accepts internal  yields nothing  args { text: text<9> = "-" } }
tool people { action read  tier 1  accepts any  yields pii  args { } }
tool web { action read  tier 1  accepts any  yields nothing  args { } }
allow calls { agent any  call free, closed, people, web }`;

const HOUR = 3_600_000;

/** What happened to session `s` before the call. */
const SESSIONS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  none: async () => {},
  "never opened": async () => {},
  open: (stage) => stage.session("s"),
  ended: async (stage) => {
    await stage.session("s");
    await stage.endSession("s");
  },
  expired: async (stage) => {
    await stage.session("s");
    stage.clock.advance(25 * HOUR);
  },
  "ended, opened again": async (stage) => {
    await SESSIONS.ended?.(stage);
    await stage.session("s");
  },
  "child of an open one": async (stage) => {
    await stage.session("parent");
    await stage.session("s", { parent: "parent" });
  },
  "child of an ended one": async (stage) => {
    await SESSIONS["child of an open one"]?.(stage);
    await stage.endSession("parent");
  },
};

const CALLERS: Readonly<Record<string, { actors: ReturnType<typeof user>[]; tenant?: string }>> = {
  "the same": { actors: [user("ana"), agent("bot")] },
  "another user": { actors: [user("bob"), agent("bot")] },
  "another agent": { actors: [user("ana"), agent("other")] },
  "another tenant": { actors: [user("ana"), agent("bot")], tenant: "acme" },
};

describe("a call in a session", () => {
  test.each(
    rowsOf<"session" | "caller" | "free" | "closed">(`
      | session               | caller         | free             | closed           |
      |-----------------------|----------------|------------------|------------------|
      | none                  | the same       | allow            | session_required |
      | never opened          | the same       | session_not_open | session_not_open |
      | open                  | the same       | allow            | allow            |
      | open                  | another user   | session_not_yours| session_not_yours|
      | open                  | another agent  | session_not_yours| session_not_yours|
      | open                  | another tenant | session_not_open | session_not_open |
      | ended                 | the same       | session_not_open | session_not_open |
      | expired               | the same       | session_not_open | session_not_open |
      | ended, opened again   | the same       | allow            | allow            |
      | ended, opened again   | another user   | session_not_yours| session_not_yours|
      | child of an open one  | the same       | allow            | allow            |
      | child of an open one  | another user   | session_not_yours| session_not_yours|
      | child of an ended one | the same       | session_not_open | session_not_open |`),
  )("$session, called by $caller: $free, $closed", async (row) => {
    const stage = new Stage(POLICY);
    await SESSIONS[row.session]?.(stage);
    for (const tool of ["free", "closed"] as const) {
      const session = row.session === "none" ? {} : { session: "s" };
      const decision = await stage.decide({ tool, ...session, ...(CALLERS[row.caller] as object) });
      const found = decision.decision === "allow" ? ["allow"] : rules(decision);
      expect(found).toEqual([row[tool] === "allow" ? "allow" : `builtin.${row[tool]}`]);
    }
  });
});

describe("what a session has seen", () => {
  test.each(
    rowsOf<"before" | "seen" | "called" | "closed">(`
      | before | seen    | called  | closed             |
      |--------|---------|---------|--------------------|
      | web    | child   | child   | allow              |
      | people | child   | child   | label_not_accepted |
      | people | child   | parent  | label_not_accepted |
      | people | parent  | child   | label_not_accepted |
      | people | parent  | parent  | label_not_accepted |
      | people | another | child   | allow              |
      | people | child   | another | allow              |`),
  )("$before in $seen, then called in $called: $closed", async ({ before, seen, called, closed }) => {
    const stage = new Stage(POLICY);
    await stage.session("parent");
    await stage.session("child", { parent: "parent" });
    await stage.session("another");
    await stage.allowed({ tool: before, session: seen });
    const decision = await stage.decide({ tool: "closed", args: { text: "hello" }, session: called });
    expect(decision.decision === "allow" ? ["allow"] : rules(decision)).toEqual([
      closed === "allow" ? "allow" : `builtin.${closed}`,
    ]);
  });
});
