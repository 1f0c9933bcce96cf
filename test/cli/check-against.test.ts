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
