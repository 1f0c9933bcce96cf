import { describe, expect, test } from "vitest";
import { runTests } from "../../src/scenario/run-tests.js";
import { bundleOf, failuresOf, runSteps, SHOP } from "./policy.js";

const ANA = `given user "ana" { roles: ["clerk"], acr: "aal2" }\n given agent bot\n`;

describe("a test", () => {
  test("begins in an open session, freshly signed in, with fresh credentials", async () => {
    expect(await failuresOf(`${ANA} call shop.note { id: "1" }  expect allow by notes`)).toEqual([]);
  });

  test("starts on a Monday morning in 2026 unless it says otherwise", async () => {
    const christmas = `given now 2026-12-25T00:00:00Z\n call shop.note { id: "1" }  expect deny`;
    expect(await failuresOf(`${ANA} ${christmas}`)).toEqual([]);
    expect(await failuresOf(`${ANA} call shop.note { id: "1" }  expect allow`)).toEqual([]);
  });

  test("signs users in when they are first used, however its givens are ordered", async () => {
    const pay = `begin purchase  call shop.look { id: "1" }
      call shop.pay { id: "1", amount: 5 }  expect require-approval`;
    expect(await failuresOf(`${ANA} given now 2027-01-01T00:00:00Z ${pay}`)).toEqual([]);
    expect(await failuresOf(`${ANA} wait 11m ${pay.replace("require-approval", "step-up")}`)).toEqual([]);
  });

  test("does not go back in time", async () => {
    const back = `${ANA} call shop.look { id: "1" }  given now 2026-01-01T00:00:00Z  expect allow`;
    expect(await failuresOf(back)).toEqual([expect.stringContaining("time only goes forward")]);
  });

  test("has an empty state of its own", async () => {
    const steps = `${ANA} repeat 3 { call shop.look { id: "1" }  expect allow }`;
    const report = await runTests(bundleOf(`${SHOP} test "a" { ${steps} } test "b" { ${steps} }`));
    expect(report).toMatchObject({ passed: 2, failed: 0 });
  });

  test("keeps a session for each user and first agent", async () => {
    expect(
      await failuresOf(`${ANA} call shop.page { }  call shop.mail { to: "jo@x.example" }  expect deny by outside
        given user "ben" { roles: ["clerk"] }
        call shop.mail { to: "jo@x.example" }  expect deny
        given user "ana" { roles: ["clerk"], acr: "aal3" }
        call shop.mail { to: "jo@x.example" }  expect deny by outside`),
    ).toEqual([]);
  });

  test("keeps its session open however long it waits", async () => {
    expect(
      await failuresOf(`${ANA} call shop.page { }  wait 90d
      call shop.mail { to: "jo@x.example" }  expect deny by outside`),
    ).toEqual([]);
  });
});

describe("givens", () => {
  test("a session has the labels, steps and words that are given", async () => {
    expect(
      await failuresOf(`${ANA} given session { stated: "write to jo@x.example" }
        call shop.mail { to: "jo@x.example" }  expect require-approval by mails
        given session { labels: [untrusted], stated: "write to jo@x.example" }
        call shop.mail { to: "jo@x.example" }  expect deny by outside`),
    ).toEqual([]);
  });

  test("a session that is not open makes rules about it unknown", async () => {
    expect(
      await failuresOf(`${ANA} given session { open: false }
      call shop.mail { to: "jo@x.example" }  expect deny by outside
      call shop.note { id: "1" }  expect deny by builtin.session_required
      begin purchase  expect refused`),
    ).toEqual([]);
  });

  test("chains, scopes, attributes, context and tenants reach the request", async () => {
    expect(
      await failuresOf(`given user "ana" { roles: ["clerk"] }
      given agent bot > sub  call shop.look { id: "1" }  expect allow by reads
      given agent sub  call shop.look { id: "1" }  expect deny by builtin.undeclared_edge
      given agent bot { scopes: ["other"] }  call shop.pay { id: "1", amount: 1 }
      expect deny by builtin.scope_missing
      given agent bot { issued_at: 2026-01-05T08:00:00Z }  call shop.look { id: "1" }
      expect deny by builtin.credential_expired
      given user "sam" { roles: ["clerk"], department: "sales" }  given agent bot
      call shop.note { id: "1" }  expect deny by department
      given user "ana" { roles: ["clerk"] }  given session { stated: "jo@x.example" }
      given context { incident: "I-1" }
      call shop.mail { to: "jo@x.example" }  expect deny
      given tenant "other"  repeat 3 { call shop.look { id: "1" }  expect allow }
      call shop.look { id: "1" }  expect deny by looks
      given tenant "third"  call shop.look { id: "1" }  expect allow`),
    ).toEqual([]);
  });

  test("data stand in for the bundle's own until the next of the same name", async () => {
    const open = `begin purchase  call shop.look { id: "1" }\n call shop.pay { id: "1", amount: 300 }`;
    expect(
      await failuresOf(`${ANA} ${open} expect deny
      given data limit_of_day = 300  call shop.pay { id: "1", amount: 300 }  expect require-approval by pays
      given data freeze_time = 2026-01-01T00:00:00Z .. 2026-02-01T00:00:00Z
      call shop.pay { id: "1", amount: 300 }  expect require-approval
      call shop.note { id: "1" }  expect deny
      given data limit_of_day = 5  call shop.pay { id: "1", amount: 300 }  expect deny`),
    ).toEqual([]);
  });

  test("an outage makes the state unknown until it ends", async () => {
    expect(
      await failuresOf(`${ANA} given outage on  call shop.look { id: "1" }  expect deny
      expect deny by builtin.state_unavailable
      begin purchase  expect refused
      given outage off  call shop.look { id: "1" }  expect allow`),
    ).toEqual([]);
  });
});

describe("steps", () => {
  test("approvals are given by people who may, and refused to others", async () => {
    expect(
      await failuresOf(`${ANA} begin purchase  call shop.look { id: "1" }  outcome ok
      call shop.pay { id: "1", amount: 5 }  expect require-approval
      expect needs approval boss
      approve boss by "ana" { roles: ["lead"], acr: "aal3" }  expect refused
      approve boss by "lea" { roles: ["lead"], acr: "aal1" }  expect refused
      approve boss by "lea" { roles: ["clerk"], acr: "aal3" }  expect refused
      approve boss by "lea" { roles: ["lead"], acr: "aal2" }
      call shop.pay { id: "1", amount: 5 }  expect allow by pays
      expect with log("full"), notify("audit")
      commit  expect refused
      outcome ok
      commit
      abort  expect refused`),
    ).toEqual([]);
  });

  test("a rejected approval denies, and a confirmation is the user's own", async () => {
    expect(
      await failuresOf(`${ANA} given session { stated: "jo@x.example" }
      call shop.mail { to: "jo@x.example" }
      approve confirmation by "lea"  expect refused
      approve confirmation by "ana"
      call shop.mail { to: "jo@x.example" }  expect allow by mails
      call shop.mail { to: "jo@x.example" }  expect require-approval
      reject confirmation by "ana"
      call shop.mail { to: "jo@x.example" }  expect deny by builtin.approval_rejected`),
    ).toEqual([]);
  });

  test("outcomes settle limits, by what they report", async () => {
    expect(
      await failuresOf(`${ANA} repeat 3 { call shop.look { id: "1" }  expect allow  outcome not_run }
      call shop.look { id: "1" }  expect allow
      outcome ok { labels: [untrusted], result: { any: ["thing", 1] } }
      outcome failed  expect refused
      call shop.mail { to: "jo@x.example" }  expect deny by outside
      call shop.note { id: "1" }  expect deny by builtin.label_not_accepted
      given session { labels: [internal] }
      call shop.note { id: "1" }  expect allow
      outcome ok { reported: { tokens: 95 } }
      call shop.note { id: "1" }  expect deny by tokens`),
    ).toEqual([]);
  });

  test("a plan is confirmed once and held to", async () => {
    expect(
      await failuresOf(`${ANA} begin planned plan [ shop.note { id: "1" }, shop.note { id: "2" } ]
      expect needs confirmation
      call shop.note { id: "1" }  expect require-approval
      approve confirmation by "ana"
      call shop.note { id: "1", text: "-" }  expect allow
      call shop.note { id: "3" }  expect deny by builtin.transaction_plan
      begin planned  expect refused
      begin planned plan [ shop.pay { id: "1", amount: 999 } ]  expect refused`),
    ).toEqual([]);
  });

  test("what is sent through a channel is judged too", async () => {
    expect(
      await failuresOf(`${ANA} send memory { text: "hello" }  expect allow
      send memory  expect allow
      call shop.look { id: "1" }  send memory  expect deny
      call shop.page { }  send memory { text: "hello" }  expect deny by builtin.label_not_accepted`),
    ).toEqual([]);
  });

  test("a refusal that nothing expects fails the test where it happened", async () => {
    const report = await runSteps(
      `${ANA} begin purchase\n commit\n call shop.look { id: "1" }  expect allow`,
    );
    expect(report.results[0]?.failures).toMatchObject([
      {
        source: "commit",
        message: expect.stringContaining("required step has not been taken"),
        actual: "refused",
      },
    ]);
  });
});

describe("a failure", () => {
  test("names the step, the verdicts, the rules that determined them and what their clauses saw", async () => {
    const report = await runSteps(`${ANA} begin purchase
call shop.look { id: "1" }
  call shop.pay { id: "1", amount: 200 }
  expect require-approval by pays`);
    expect(report.results[0]?.failures).toEqual([
      {
        at: { file: "t.writ", line: 48, column: 3 },
        source: "expect require-approval by pays",
        message: "`require-approval` was expected, and it is `deny`",
        expected: "require-approval by pays",
        actual: "deny by builtin.nothing_grants",
        because: [
          expect.objectContaining({ rule: "builtin.nothing_grants", did: "No rule grants this call." }),
          {
            rule: "pays",
            effect: "allow",
            at: "t.writ:27:1",
            did: "is not true",
            clauses: [
              { text: "args.amount <= limit_of_day", result: "false", values: ["args.amount = 200"] },
            ],
          },
        ],
      },
    ]);
  });

  test("tells of the limit that was spent, and in which round", async () => {
    const report = await runSteps(`${ANA} repeat 5 { call shop.look { id: "1" }  expect allow }`);
    expect(report.results[0]?.failures).toMatchObject([
      {
        rounds: [4],
        actual: "deny by looks",
        because: [{ rule: "looks", did: "is spent", clauses: [] }],
        state: ["limit looks: 0 of 3 left"],
      },
    ]);
  });

  test("of needs and obligations says which are missing and which are too many", async () => {
    const pay = `${ANA} begin purchase  call shop.look { id: "1" }  call shop.pay { id: "1", amount: 5 }`;
    expect(await failuresOf(`${pay} expect needs confirmation`)).toEqual([
      "`confirmation` is not needed; `approval boss` is needed too",
    ]);
    expect(await failuresOf(`${ANA} call shop.look { id: "1" }  expect with timeout(6s)`)).toEqual([
      "`timeout` is not asked for in this way",
    ]);
  });
});

describe("a matrix", () => {
  test("judges every cell on a state of its own, without a user where the agent acts alone", async () => {
    const matrix = `matrix "who" {
      given user "ana" { roles: ["clerk"] }
      agents                bot   | sub  | lone
      shop.look { id: "1" } allow | deny | allow
      shop.note { id: "1" } allow | allow | deny
    }`;
    const report = await runTests(bundleOf(`${SHOP} ${matrix}`));
    expect(report.results).toMatchObject([
      { kind: "matrix", judged: 6, failures: [{ message: "sub: `allow` was expected, and it is `deny`" }] },
    ]);
  });
});
