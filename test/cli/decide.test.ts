import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const STARTER = "policies/starter";
const request = (changes: object = {}) =>
  JSON.stringify({
    actors: [
      { type: "user", id: "ana", roles: ["clerk"] },
      { type: "agent", id: "support_bot" },
    ],
    tool: "crm.lookup",
    args: { customer: "C-1" },
    ...changes,
  });

test("an allowed request is answered with exit code 0", async () => {
  const { out, err, exitCode } = await writ(["decide", STARTER, join(STARTER, "requests/lookup.json")]);
  expect(JSON.parse(out)).toMatchObject({ decision: "allow", reasons: [{ rule: "acme.baseline.reading" }] });
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
});

test("any other verdict is answered with exit code 2", async () => {
  const refund = request({ tool: "payments.refund", args: { case: "K-1", customer: "C-1", amount: 20 } });
  const { out, exitCode } = await writ(["decide", STARTER, "-"], refund);
  expect(JSON.parse(out)).toMatchObject({ decision: "deny" });
  expect(exitCode).toBe(2);
});

test("people get the verdict first, and nothing that their terminal would obey", async () => {
  const hostile = request({ args: { customer: "\u001b[2J" }, context: {} });
  for (const command of ["decide", "explain"]) {
    const { out } = await writ([command, STARTER, "-", "--format", "human"], hostile);
    expect(out).toMatch(/^allow\n/);
    expect(out).not.toContain("\u001b");
  }
});

test("an explanation shows each rule that could have applied, clause by clause", async () => {
  const refund = request({ tool: "payments.refund", args: { case: "K-1", customer: "C-1", amount: 20 } });
  const { out, exitCode } = await writ(["explain", STARTER, "-"], refund);
  expect(out).toContain("acme.refunds.small_refund (REF-1)");
  expect(out).toContain("args.amount <= 50");
  expect(exitCode).toBe(0);
});

/** The part of an explanation that says what would have to be otherwise. */
const toBeAllowed = (out: string) => /to be allowed\n((?: .*\n)+)/.exec(out)?.[1] ?? "";

test("an explanation says what each allow lacks, with the values", async () => {
  const fetch = request({ tool: "web.fetch", args: { url: "https://elsewhere.example/" }, session: "s-1" });
  const { out } = await writ(["explain", STARTER, "-"], fetch);
  expect(toBeAllowed(out)).toBe(`  this allow has to grant   (builtin.nothing_grants)
    acme.web.browsing  web.writ:6:1
      lacks agent web_reader for role clerk   (agent = "support_bot", user.roles = ["clerk"])
      lacks args.url.host in reference_sites or stated(args.url)   (args.url.host = "elsewhere.example", args.url = "https://elsewhere.example/")
`);
});

test("a session that the request names is just opened, with the words that are given", async () => {
  const mail = request({
    tool: "mail.send",
    args: { message: { to: ["jo@customer.example"], subject: "Refund", body: "On its way." } },
    session: "s-1",
  });
  const unsaid = await writ(["decide", STARTER, "-"], mail);
  expect(JSON.parse(unsaid.out)).toMatchObject({ reasons: [{ rule: "builtin.nothing_grants" }] });
  const said = await writ(["explain", STARTER, "-", "--stated", "Tell jo@customer.example"], mail);
  expect(said.out).toMatch(/^step-up\n/);
  expect(toBeAllowed(said.out)).toContain(
    "the user signs in at mfa or stronger, at most 900 s ago   (needs)",
  );
  expect(toBeAllowed(said.out)).toContain("the user confirms this call   (needs)");
});

const FROZEN = folderOf({
  "a.writ": `agent bot { acts for user  credential 1h }
tool deploy { action write  tier 2  args { target: "test" | "prod"  steps: int<1..9> }  accepts any  yields nothing }
data year_end: span = 2026-12-15T00:00:00Z .. 2027-01-05T06:00:00Z
allow deploying { agent bot  call deploy }
waivable deny freeze { call deploy  when args.target == "prod" and now in year_end }
exception hotfix to freeze {
  call deploy
  when args.steps == 1
  need confirmation
  until 2099-01-01T00:00:00Z
  because "Hot-fix."
}
limit steps { call deploy  per user  at most 5 of args.steps in 1h }`,
});
const issued_at = Date.parse("2026-12-20T08:45:00Z") / 1000;
const credential = { issued_at, expires_at: issued_at + 3600 };
const deploy = (args: object, hop: object = { credential }) =>
  JSON.stringify({
    actors: [
      { type: "user", id: "ana" },
      { type: "agent", id: "bot", ...hop },
    ],
    tool: "deploy",
    args,
  });
const INSIDE_FREEZE = ["--now", "2026-12-20T09:00:00Z"];

test("a request is judged at the time that is given", async () => {
  const { out } = await writ(
    ["explain", FROZEN, "-", ...INSIDE_FREEZE],
    deploy({ target: "prod", steps: 2 }),
  );
  expect(toBeAllowed(out)).toBe(`  one of these has to be false, or hotfix lifts it   (freeze)
    - args.target == "prod"   (args.target = "prod")
    - now in year_end   (now = 2026-12-20T09:00:00Z)
`);
  const wrong = await writ(
    ["decide", FROZEN, "-", "--now", "tomorrow"],
    deploy({ target: "prod", steps: 2 }),
  );
  expect(wrong.err).toContain("a time is written as 2026-12-20T09:00:00Z");
  expect(wrong.exitCode).toBe(64);
});

test("what a limit refuses is told with what would make room", async () => {
  const { out } = await writ(
    ["explain", FROZEN, "-", ...INSIDE_FREEZE],
    deploy({ target: "test", steps: 6 }),
  );
  expect(toBeAllowed(out)).toBe("  ask for less: no wait makes room for this much   (steps)\n");
});

test("what the chain lacks is told beside what the rules would have said", async () => {
  const { out } = await writ(
    ["explain", FROZEN, "-", ...INSIDE_FREEZE],
    deploy({ target: "prod", steps: 2 }, {}),
  );
  expect(out).toContain("refused before the rules were evaluated");
  expect(toBeAllowed(out)).toContain(
    "give a `credential: { issued_at, expires_at }` to `bot` (at most 1h) in `actors`",
  );
  expect(toBeAllowed(out)).toContain("one of these has to be false, or hotfix lifts it   (freeze)");
  const { out: json } = await writ(
    ["explain", FROZEN, "-", "--format", "json", ...INSIDE_FREEZE],
    deploy({ target: "prod", steps: 2 }, {}),
  );
  expect(JSON.parse(json)).toMatchObject({
    asked: false,
    changes: [{ rule: "builtin.credential_missing" }, { rule: "freeze" }],
  });
});

const malformed: readonly (readonly [name: string, text: string, said: string])[] = [
  [
    "a mistyped field",
    request({ sesion: "s-1" }),
    "/sesion is not a field of this message; did you mean `session`?",
  ],
  ["a key that stands twice", '{"tool": "a", "tool": "b"}', "/tool"],
  ["no JSON", "tool: crm.lookup", "the request"],
  ["no chain", request({ actors: undefined }), "actors"],
  ["a wrong type", request({ tool: 7 }), "/tool must be a string"],
  ["a token that nobody here can check", request({ actors: undefined, token: "e30" }), "give the `actors`"],
];
for (const [name, text, said] of malformed) {
  test(`${name} is told with its place, and no verdict`, async () => {
    const { out, err, exitCode } = await writ(["decide", STARTER, "-"], text);
    expect(err).toContain(said);
    expect({ out, exitCode }).toEqual({ out: "", exitCode: 64 });
  });
}

test("a request that is not there is told with the nearest name", async () => {
  const { err, exitCode } = await writ(["decide", STARTER, join(STARTER, "requests/lokup.json")]);
  expect(err).toContain("lookup.json");
  expect(exitCode).toBe(64);
});

test("a bundle with a mistake decides nothing", async () => {
  const folder = folderOf({ "a.writ": "allow x { agent any  call nothing }" });
  const { out, err, exitCode } = await writ(["decide", folder, "-"], request());
  expect(err).toContain("does not load");
  expect({ out, exitCode }).toEqual({ out: "", exitCode: 3 });
});
