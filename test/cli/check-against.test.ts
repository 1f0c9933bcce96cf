import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

const BEFORE = `module acme

agent bot { title "Bot"  owner "team:x"  acts for user }

tool pay {
  title   "Pay"
  action  write
  tier    2
  args    { amount: number<0..100>  fee: number<0..9> }
  accepts any
  yields  nothing
}

allow paying { agent bot  call pay }

limit money { call pay  per user  at most 500 of args.amount in 1d }
limit often { call pay  per user  at most 5 calls in 1h }
limit looping { call pay  per user  at most 3 attempts in 5m }
`;
const AFTER = BEFORE.replace(
  "at most 500 of args.amount in 1d",
  "at most 400 of args.amount + args.fee in 2d",
)
  .replace("limit often", "limit hourly")
  .replace("at most 3 attempts", "at most 9 attempts")
  .concat("limit brand_new { call pay  per tenant  at most 9 failures in 1h }\n");

test("limits whose definition or name changed are named with what changed; a cap is none of it", async () => {
  const [old, now] = [folderOf({ "a.writ": BEFORE }), folderOf({ "a.writ": AFTER })];
  const { out, err, exitCode } = await writ(["check", now, "--against", old]);
  const path = join(now, "a.writ");
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
  expect(out.split("\n").filter((line) => line.includes("starts again"))).toEqual([
    `${path}:17:7: limit acme.hourly starts again from zero: it was called acme.often`,
    `${path}:16:7: limit acme.money starts again from zero: counts of args.amount → of args.amount + args.fee; in 1d → 2d`,
  ]);
  const json = JSON.parse((await writ(["check", now, "--against", old, "--format", "json"])).out);
  expect(json.limits_begin_anew).toEqual([
    { limit: "acme.hourly", was: "acme.often", changes: [] },
    {
      limit: "acme.money",
      changes: ["counts of args.amount → of args.amount + args.fee", "in 1d → 2d"],
    },
  ]);
});

test("a bundle against itself begins nothing anew, and machines read nothing of it", async () => {
  const folder = folderOf({ "a.writ": BEFORE });
  const human = await writ(["check", folder, "--against", folder]);
  expect(human.out).toContain(`no limit starts again from zero, compared with ${folder}\n`);
  const plain = await writ(["check", folder, "--against", folder, "--format", "plain"]);
  expect(plain.err).toContain("no limit starts again from zero");
  expect(plain.out).not.toContain("starts again");
});

test("what came before may be a revision of git", async () => {
  const folder = folderOf({ "a.writ": BEFORE });
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.com", ...words]);
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  writeFileSync(
    join(folder, "a.writ"),
    BEFORE.replace("per user  at most 5 calls", "per user, tool  at most 5 calls"),
  );
  const { out, exitCode } = await writ(["check", folder, "--against", "HEAD"]);
  expect(out).toContain("limit acme.often starts again from zero: per user → user, tool\n");
  expect(exitCode).toBe(0);
});

test("what came before has to be there, and to load", async () => {
  const folder = folderOf({ "a.writ": BEFORE });
  const broken = folderOf({ "a.writ": "allow nothing_at_all {" });
  const nowhere = await writ(["check", folder, "--against", "no-such-thing"]);
  expect(nowhere.err).toMatch(/^error: .*git/);
  expect(nowhere.exitCode).toBe(64);
  const unloadable = await writ(["check", folder, "--against", broken]);
  expect(unloadable.err).toContain(`the bundle in \`${broken}\` does not load`);
  expect(unloadable.exitCode).toBe(3);
  // The bundle's own mistakes come first.
  expect(await writ(["check", broken, "--against", folder])).toMatchObject({ exitCode: 3 });
});

const KEPT = `module acme
label pii
label web integrity
agent bot { title "Bot"  owner "team:x"  acts for user }
assurance low as "aal1" < high as "aal2"
tool find { title "Find" action read tier 1 args { } accepts any yields pii, web }
tool pay { title "Pay" action write tier 2 args { to: text<9> } accepts any yields nothing }
allow works { agent bot  call find, pay }
waivable deny fresh { call pay  when prior find ok within 1h same user }
exception once to fresh { call pay  need step-up high  uses 1  until 2099-01-01T00:00:00Z  because "why" }
`;

test("what the state keeps under a name that is gone is named, and `@was` carries it over", async () => {
  const renamed = KEPT.replace("module acme", "module corp").replace("within 1h", "within 1d");
  const old = folderOf({ "a.writ": KEPT });
  const forgotten = async (text: string) => {
    const now = folderOf({ "a.writ": text });
    return JSON.parse((await writ(["check", now, "--against", old, "--format", "json"])).out).forgotten;
  };
  expect(await forgotten(KEPT)).toEqual([]);
  expect(await forgotten(renamed)).toEqual([
    expect.stringMatching(/^label acme.pii is declared no more: .*@was\("acme.pii"\)/),
    expect.stringMatching(/^label acme.web is declared no more/),
    expect.stringMatching(/^the uses of exception acme.once are forgotten/),
    "prior corp.find(user) was not kept before: it is unknown until it has been kept for 1d",
    "prior acme.find(user) is kept no more",
  ]);
  const carried = renamed
    .replace("label pii", '@was("acme.pii") label pii')
    .replace("label web", '@was("acme.web") label web')
    .replace("tool find", '@was("acme.find") tool find')
    .replace("exception once", '@was("acme.once") exception once');
  expect(await forgotten(carried)).toEqual([
    "prior acme.find(user) was kept for 1h: it is unknown until it has been kept for 1d",
  ]);
  const human = await writ(["check", folderOf({ "a.writ": renamed }), "--against", old]);
  expect(human.out).toContain("label acme.pii is declared no more");
});
