import { describe, expect, test } from "vitest";
import { comparePrograms } from "../../src/analysis/compare-programs.js";
import { bundleOf, SHOP } from "../scenario/policy.js";

const BASE = `${SHOP}
label secret implies internal
tag payout
define near(n: number) = n <= limit_of_day
waivable deny frozen { call shop.pay  when args.amount > 900  because "Frozen." }
exception thaw to frozen {
  agent bot for role clerk  call shop.pay  need approval boss  uses 2  until 2027-01-01T00:00:00Z  because "Thaw."
}
limit spent { call shop.pay  per user  at most 300 of args.amount in 1d }
limit page_burst { call shop.page  per user  at most 9 calls in 1h  over alert }
limit notes_a_day { call shop.note  per user  at most 9 calls in 1d  over need approval boss }
require fresh { call any tier 3  need step-up mfa within 30m }
allow near_notes { agent bot for role lead  call shop.note  when near(size(args.text)) }
`;

/** What the comparison says of the base with one text in the place of another, a line each. */
function changesOf(from: string, to: string): readonly string[] {
  if (!BASE.includes(from)) throw new Error(`the base has no ${from}`);
  const [before, after] = [BASE, BASE.replace(from, to)].map((text) => bundleOf(text).program);
  if (before === undefined || after === undefined) throw new Error("unreachable");
  return comparePrograms(before, after).map(
    ({ kind, name, what, direction }) => `${direction}: ${kind} ${name}: ${what}`,
  );
}

const one: readonly (readonly [about: string, from: string, to: string, said: string | RegExp])[] = [
  // Conditions, who and reach: by the solver.
  [
    "a bound of an allow raised",
    "args.amount <= limit_of_day",
    "args.amount <= 150",
    /^looser: allow pays: when/,
  ],
  [
    "a bound of an allow lowered",
    "args.amount <= limit_of_day",
    "args.amount <= 50",
    /^tighter: allow pays: when/,
  ],
  [
    "an allow turned elsewhere",
    "args.amount <= limit_of_day",
    "args.amount >= 50",
    /^unknown: allow pays: when/,
  ],
  [
    "a deny narrowed",
    'user.department == "sales"',
    'user.department == "sales" and args.id == "1"',
    /^looser: deny department: /,
  ],
  [
    "a deny widened",
    'when has user.department and user.department == "sales"',
    "when has user.department",
    /^tighter: deny department: /,
  ],
  [
    "`for role` widened",
    "allow notes { agent bot for role clerk",
    "allow notes { agent bot for role clerk, lead",
    /^looser: allow notes: bot for role clerk → /,
  ],
  [
    "an agent taken away",
    "allow lone_reads { agent lone for nobody",
    "allow lone_reads { agent lone, bot for nobody",
    /^looser: allow lone_reads: /,
  ],
  [
    "a reach widened",
    "allow lone_reads { agent lone for nobody  call shop.look",
    "allow lone_reads { agent lone for nobody  call shop.look, shop.page",
    "looser: allow lone_reads: also shop.page",
  ],
  [
    "a deny deleted",
    "deny outside { call any tagged external  when untrusted in session.labels }",
    "",
    "looser: deny outside: removed",
  ],
  [
    "a deny shadowed",
    "deny outside",
    "shadow deny outside",
    "looser: deny outside: only watched now (`shadow`)",
  ],
  [
    "a deny that can be waived",
    "deny department",
    "waivable deny department",
    "looser: deny department: waivable",
  ],
  [
    "an allow turned into a deny",
    "allow mails { agent bot for role clerk  call shop.mail  when stated(args.to) and not (has context.incident)  need confirmation }",
    "deny mails { agent bot for role clerk  call shop.mail }",
    "tighter: deny mails: allow → deny",
  ],
  ["an inside removed", "call  shop.pay inside purchase", "call  shop.pay", /^looser: allow pays: /],
  // Needs, obligations.
  [
    "a need removed",
    "need  approval boss, step-up mfa within 10m",
    "need  approval boss",
    "looser: allow pays: needs approval boss (1 of lead), step-up mfa within 10m → approval boss (1 of lead)",
  ],
  [
    "a weaker sign-in",
    "step-up mfa within 30m",
    "step-up password within 30m",
    /^looser: require fresh: needs/,
  ],
  [
    "a sign-in that may be older",
    "step-up mfa within 30m",
    "step-up mfa within 1h",
    /^looser: require fresh: needs/,
  ],
  [
    "a stronger but older sign-in",
    "step-up mfa within 30m",
    "step-up hardware within 1h",
    /^unknown: require fresh: needs/,
  ],
  [
    "an obligation less",
    'with log("full"), notify("audit")',
    'with log("full")',
    "looser: require log_pay: with log, notify → log",
  ],
  // Limits.
  [
    "a cap raised",
    "at most 300 of args.amount",
    "at most 400 of args.amount",
    "looser: limit spent: at most 300 → 400",
  ],
  [
    "a cap lowered",
    "at most 300 of args.amount",
    "at most 200 of args.amount",
    "tighter: limit spent: at most 300 → 200",
  ],
  [
    "a limit removed",
    "limit spent { call shop.pay  per user  at most 300 of args.amount in 1d }",
    "",
    "looser: limit spent: removed",
  ],
  [
    "a limit that only alerts",
    "at most 300 of args.amount in 1d",
    "at most 300 of args.amount in 1d  over alert",
    "looser: limit spent: over deny → alert",
  ],
  [
    "a limit that asks in place of refusing",
    "at most 300 of args.amount in 1d",
    "at most 300 of args.amount in 1d  over need approval boss",
    "looser: limit spent: over deny → need",
  ],
  [
    "other keys",
    "limit spent { call shop.pay  per user",
    "limit spent { call shop.pay  per agent",
    "unknown: limit spent: counts by user → agent, and starts again from zero",
  ],
  [
    "another amount",
    "at most 300 of args.amount",
    "at most 300 of args.amount * 2",
    "unknown: limit spent: counts of args.amount → of args.amount * 2",
  ],
  [
    "a limit on reads that an outage lifts",
    "limit looks",
    '@outage("allow") limit looks',
    "looser: limit looks: @outage none → allow",
  ],
  // Approvals, exceptions.
  [
    "a smaller quorum",
    "quorum 1  expires 1h",
    "quorum 2  expires 1h",
    "tighter: approval boss: quorum 1 → 2",
  ],
  [
    "more approvers",
    "from role lead at mfa",
    "from role lead, clerk at mfa",
    "looser: approval boss: from lead → clerk, lead",
  ],
  [
    "any sign-in of the approver",
    "from role lead at mfa",
    "from role lead",
    "looser: approval boss: at mfa → any level",
  ],
  [
    "a longer approval",
    "quorum 1  expires 1h",
    "quorum 1  expires 2h",
    "looser: approval boss: expires 1h → 2h",
  ],
  [
    "an approval used more often",
    "quorum 1  expires 1h",
    "quorum 1  uses 3  expires 1h",
    "looser: approval boss: uses 1 → 3",
  ],
  ["more uses of an exception", "uses 2  until", "uses 3  until", "looser: exception thaw: uses 2 → 3"],
  [
    "another need of an exception",
    "call shop.pay  need approval boss  uses 2",
    "call shop.pay  need confirmation  uses 2",
    /^unknown: exception thaw: needs approval boss .* → confirmation$/,
  ],
  [
    "an exception that lasts longer",
    "until 2027-01-01",
    "until 2028-01-01",
    /^looser: exception thaw: until 2027/,
  ],
  // The catalogue.
  [
    "a bound of an argument widened",
    "amount: number<0..1_000>",
    "amount: number<0..2_000>",
    "looser: tool shop.pay: args.amount number<0..1000> → number<0..2000>",
  ],
  [
    "a bound of an argument narrowed",
    "amount: number<0..1_000>",
    "amount: number<0..950>",
    "tighter: tool shop.pay: args.amount number<0..1000> → number<0..950>",
  ],
  [
    "another default",
    'text: text<99> = "-"',
    'text: text<99> = "+"',
    "unknown: tool shop.note: args.text changed",
  ],
  [
    "an advisory argument",
    "args { id: text<9>  text: text<99>",
    "args { id: text<9>  @advisory more?: text  text: text<99>",
    "looser: tool shop.note: args.more none → optional text",
  ],
  [
    "a label on an argument",
    "args { to: email }",
    "args { @label(pii) to: email }",
    "unknown: tool shop.mail: args.to changed",
  ],
  ["no scope", '  scope "pay" }', " }", "looser: tool shop.pay: scope pay → none"],
  [
    "more labels accepted",
    "accepts internal  yields nothing }",
    "accepts any  yields nothing }",
    "looser: tool shop.note: accepts internal → any",
  ],
  [
    "fewer labels yielded",
    "accepts any  yields untrusted }",
    "accepts any  yields nothing }",
    "looser: tool shop.page: yields untrusted → nothing",
  ],
  [
    "another timeout",
    "yields pii  timeout 5s",
    "yields pii  timeout 9s",
    "unknown: tool shop.look: timeout 5s → 9s",
  ],
  [
    "a lower tier",
    "tool shop.mail { action write tier 2",
    "tool shop.mail { action write tier 3",
    /unknown: tool shop.mail: tier 2 → 3/,
  ],
  [
    "a channel that accepts more",
    "channel memory accepts internal",
    "channel memory accepts any",
    "looser: channel memory: accepts internal → any",
  ],
  [
    "a new channel",
    "channel memory accepts internal",
    "channel memory accepts internal  channel prompt accepts internal",
    "looser: channel prompt: added",
  ],
  // Agents, delegation, vocabulary.
  [
    "anybody invokes",
    "agent sub { acts for user  invoked by bot }",
    "agent sub { acts for user }",
    "unknown: agent sub: invoked by bot → ",
  ],
  [
    "who acts",
    "agent lone { acts alone }",
    "agent lone { acts for user }",
    "unknown: agent lone: acts alone → for-user",
  ],
  ["a longer credential", "credential 15m", "credential 30m", "looser: agent bot: credential 15m → 30m"],
  [
    "a new agent",
    "agent lone { acts alone }",
    "agent lone { acts alone }  agent more { acts alone }",
    "looser: agent more: added",
  ],
  [
    "a deeper delegation",
    "delegation { depth 2 }",
    "delegation { depth 3 }",
    "looser: delegation : depth 2 → 3",
  ],
  [
    "an integrity label",
    "label untrusted integrity",
    "label untrusted",
    "unknown: label untrusted: integrity true → false",
  ],
  [
    "the order of sign-ins",
    'password as "aal1" < mfa as "aal2"',
    'mfa as "aal2" < password as "aal1"',
    /unknown: assurance mfa: rank/,
  ],
  [
    "a schema",
    "schema context { incident?: text }",
    "schema context { incident?: text  more?: text }",
    "unknown: schema context : changed",
  ],
  // Transactions.
  [
    "a longer transaction",
    "lasts 30m  idle 10m",
    "lasts 1h  idle 10m",
    "looser: transaction purchase: lasts 30m → 1h",
  ],
  [
    "another order",
    "once shop.look  maybe shop.note",
    "maybe shop.look  maybe shop.note",
    "unknown: transaction purchase: order changed",
  ],
  [
    "a plan unconfirmed",
    "lasts 30m  confirm plan",
    "lasts 30m",
    "looser: transaction planned: no longer confirm plan",
  ],
];

describe("what can change a verdict is listed, with its direction", () => {
  test.each(one)("%s", (_about, from, to, said) => {
    const changes = changesOf(from, to);
    expect(changes).toContainEqual(
      typeof said === "string" ? expect.stringContaining(said) : expect.stringMatching(said),
    );
  });
});

describe("defines and data", () => {
  test("move the rules that read them, and are listed with the direction of those", () => {
    expect(changesOf("data limit_of_day: number = 100", "data limit_of_day: number = 50")).toEqual([
      "tighter: allow pays: what its condition reads changed",
      "tighter: allow near_notes: what its condition reads changed",
      "tighter: data limit_of_day: changed, read by pays, near_notes",
    ]);
    // No note is longer than 99: near_notes is true of every one before and after.
    expect(changesOf("data limit_of_day: number = 100", "data limit_of_day: number = 200")).toEqual([
      "looser: allow pays: what its condition reads changed",
      "looser: data limit_of_day: changed, read by pays",
    ]);
    expect(changesOf("n <= limit_of_day", "n < 50")).toEqual([
      "tighter: allow near_notes: what its condition reads changed",
      "tighter: define near: changed, read by near_notes",
    ]);
  });

  test("that turn a deny as well go no known way", () => {
    const changes = changesOf("2026-12-24T00:00:00Z .. 2026-12-27", "2026-12-25T00:00:00Z .. 2026-12-28");
    expect(changes).toContain("unknown: data freeze_time: changed, read by notes");
  });
});

describe("what cannot change a verdict is not listed", () => {
  test.each<[string, string, string]>([
    ["a bundle and itself", "role clerk", "role clerk"],
    ["a comment and a title", "role clerk", 'role clerk "Clerks" // who work'],
    [
      "a reason and an owner",
      "deny department { call shop.note",
      '@owner("x") deny department { call shop.note',
    ],
    ["the order of declarations", "role clerk\nrole lead", "role lead\nrole clerk"],
    ["a condition in other words", "args.amount <= limit_of_day", "not (args.amount > limit_of_day)"],
    ["a rule that is only watched", "role clerk", "role clerk shadow deny x { call shop.look }"],
    ["a role and a tag that nothing reads", "role clerk", "role clerk role extra tag more"],
    [
      "an approval that no need names",
      "role clerk",
      "role clerk approval more { from role lead  quorum 1  expires 1h }",
    ],
    [
      "a test",
      "role clerk",
      'role clerk test "x" { given agent lone  call shop.look { id: "1" }  expect allow }',
    ],
  ])("%s", (_about, from, to) => {
    expect(changesOf(from, to)).toEqual([]);
  });
});

test("a name that two modules share goes no known way", () => {
  const shared = (more: string) => bundleOf(`${SHOP}${more}`).program;
  const [before, after] = [shared(""), shared("")];
  const other = { ...before.agents.get("bot"), id: "elsewhere.bot" } as NonNullable<
    ReturnType<typeof before.agents.get>
  >;
  const wider = { ...after, agents: new Map([...after.agents, [other.id, other]]) };
  expect(comparePrograms(before, wider)).toEqual([
    { kind: "agent", name: "elsewhere.bot", what: "added", direction: "unknown" },
  ]);
});
