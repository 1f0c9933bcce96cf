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
  ["a token that nobody here can check", request({ actors: undefined, token: "e30" }), "name the `actors`"],
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
  const folder = folderOf({ "a.writ": "allow x { call nothing }" });
  const { out, err, exitCode } = await writ(["decide", folder, "-"], request());
  expect(err).toContain("does not load");
  expect({ out, exitCode }).toEqual({ out: "", exitCode: 3 });
});
