import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "../cli/folders.js";
import { writ } from "../cli/recording-terminal.js";

const DESK = join(import.meta.dirname, "desk");
const desk = readFileSync(join(DESK, "desk.writ"), "utf8");

test("the matrix is a line a tool and a column an agent", async () => {
  const { out, err, exitCode } = await writ(["posture", DESK]);
  expect(out).toBe(`                bot                 sub          night
tier 1 · read
  desk.look     allow               never        allow
  desk.page     never               conditional  never
tier 2 · write
  desk.note     conditional         never        never
tier 3 · write
  desk.pay      step-up             never        never
tier 3 · admin
  desk.wipe     step-up + approval  never        never
`);
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
});

test("a cell names what has to be met: a sign-in, the user's confirmation, an approval, or several", async () => {
  const granted = async (grant: string) => {
    const root = folderOf({ "a.writ": POSTURE_OF.replace("GRANT", grant) });
    const posture = JSON.parse((await writ(["posture", root, "--format", "json"])).out);
    return posture.rows[0].cells[0].access;
  };
  expect(await granted("need confirmation")).toBe("confirmation");
  expect(await granted("need approval boss")).toBe("approval");
  expect(await granted("need confirmation, approval boss")).toBe("confirmation + approval");
  expect(await granted("need confirmation, step-up high")).toBe("step-up + confirmation");
  expect(await granted("need confirmation, approval boss, step-up high")).toBe(
    "step-up + confirmation + approval",
  );
  const eachItsOwn =
    "} require a { call t  when args.x  need confirmation } require b { call t  unless args.x  need step-up high";
  expect(await granted(eachItsOwn)).toBe("some need");
});
const POSTURE_OF = `role lead  assurance low as "1" < high as "2"  agent bot { acts for user }
approval boss { from role lead  quorum 1  expires 1h }
tool t { action write tier 2  args { x: bool } accepts any yields nothing }
allow go { agent bot for any  call t  GRANT }
`;

test("roles are columns of their own, each for users who have that role alone", async () => {
  const { out } = await writ(["posture", DESK, "--roles", "--agent", "bot", "--tier", "2"]);
  expect(out).toBe(`                bot          bot for clerk  bot for lead  bot for no role
tier 2 · write
  desk.note     conditional  conditional    conditional   never
`);
});

test("conditions name the rules that grant, with all that stands around them", async () => {
  const { out } = await writ(["posture", DESK, "--conditions", "--agent", "bot", "--tier", "3"]);
  expect(out.split("\n").slice(6)).toEqual([
    "  bot, desk.pay",
    "    paying: for role clerk; when args.amount <= 50; needs step-up mfa within 5m",
    "  bot, desk.pay",
    "    paying_more: for role clerk; when args.amount > 50 and args.amount <= 500; needs approval boss (2 of lead), step-up mfa within 5m",
    "  bot, desk.wipe",
    "    wiping: for role lead; needs approval boss (2 of lead), step-up mfa within 5m",
    "",
  ]);
});

test("Markdown keeps bars and backticks of a policy inside of their cells", async () => {
  const { out } = await writ([
    "posture",
    DESK,
    "--format",
    "markdown",
    "--agent",
    "bot",
    "--tier",
    "2",
    "--conditions",
  ]);
  expect(out).toBe(`| tier | action | tool | bot |
|---|---|---|---|
| 2 | write | \`desk.note\` | conditional |

- bot, \`desk.note\`: \`\`noting: for role clerk, lead; when args.text like "**|**" or args.text == "\`"\`\`
`);
});

test("JSON holds every cell with its ways", async () => {
  const { out } = await writ(["posture", DESK, "--format", "json", "--agent", "night"]);
  const posture = JSON.parse(out);
  expect(posture.revision).toMatch(/^sha256:/);
  expect(posture.rows[0]).toMatchObject({ agent: "night", acts: "alone" });
  expect(posture.rows[0].cells[0]).toEqual({
    access: "allow",
    ways: [
      {
        rule: "looking",
        ref: "D-1",
        access: "allow",
        within: [],
        when: [],
        unless: [],
        needs: [],
        mayNeed: [],
      },
    ],
  });
  expect(posture.tools.at(-1)).toMatchObject({ name: "desk.wipe", tier: 3, limits: ["writing"] });
});

test("the page loads nothing from elsewhere and shows texts of the policy as texts", async () => {
  const { out } = await writ(["posture", DESK, "--format", "html"]);
  expect(out).toContain("default-src 'none'");
  expect(out).not.toMatch(/(?:src|href)=/);
  expect(out).not.toContain("<assistant>");
  expect(out).toContain("Desk &#60;assistant&#62;");
  expect(out.match(/<script/g)).toHaveLength(1);
});

test("a difference shows the cells that a change moves, and which way", async () => {
  const after = folderOf({
    "desk.writ": desk
      .replace("agent bot, night  call desk.look", "agent bot  call desk.look")
      .replace("when args.amount <= 50  need", "when args.amount <= 20  need")
      .replace("allow wiping {", "allow night_pages { agent night  call desk.page }\nallow wiping {"),
  });
  const { out, exitCode } = await writ(["posture", after, "--diff", DESK]);
  expect(out).toBe(`tighter  allow looking      bot, night → bot
tighter  allow paying       when args.amount <= 50 → when args.amount <= 20
looser   allow night_pages  added

conditions  bot    desk.pay   step-up
    - paying: for role clerk; when args.amount <= 50; needs step-up mfa within 5m
    + paying: for role clerk; when args.amount <= 20; needs step-up mfa within 5m
tighter     night  desk.look  allow → never
looser      night  desk.page  never → conditional

3 changes can move a verdict: 1 looser, 2 tighter
3 cells move: 1 looser, 1 tighter, 1 in conditions alone
`);
  expect(exitCode).toBe(0);
  const { changes, moves } = JSON.parse(
    (await writ(["posture", after, "--diff", DESK, "--format", "json"])).out,
  );
  expect(moves[1]).toMatchObject({
    who: "night",
    tool: "desk.look",
    before: "allow",
    after: "never",
    change: "tighter",
  });
  expect(changes[2]).toEqual({ kind: "allow", name: "night_pages", what: "added", direction: "looser" });
  const markdown = await writ(["posture", after, "--diff", DESK, "--format", "markdown"]);
  expect(markdown.out).toContain("| looser | `allow night_pages` | `added` |");
  expect(markdown.out).toContain("| looser | night | `desk.page` | tier 1 | never → conditional |");
});

test("a difference in limits alone is listed, and nothing is said of what there is none of", async () => {
  const raised = folderOf({ "desk.writ": desk.replace(/at most (\d+) calls/, "at most 99$1 calls") });
  const { out, exitCode } = await writ(["posture", raised, "--diff", DESK]);
  expect(out).toMatch(
    /^looser {2}limit \S+ {2}at most \d+ → 99\d+\n\n1 change can move a verdict: 1 looser\n$/,
  );
  expect(exitCode).toBe(0);
  const same = await writ(["posture", DESK, "--diff", DESK]);
  expect(same.out).toBe("nothing differs that can change a verdict\n");
});

test("a pull request fails where something is looser or may be, and passes where all is tighter", async () => {
  const fails = async (text: string) => {
    const folder = folderOf({ "desk.writ": text });
    return (await writ(["posture", folder, "--diff", DESK, "--fail-if-looser"])).exitCode;
  };
  expect(await fails(desk.replace("args.amount <= 50", "args.amount <= 60"))).toBe(6);
  expect(await fails(desk.replace("args.amount <= 50", "args.amount >= 40"))).toBe(6);
  expect(await fails(desk.replace("args.amount <= 50", "args.amount <= 40"))).toBe(0);
  expect(await fails(desk)).toBe(0);
  const alone = await writ(["posture", DESK, "--fail-if-looser"]);
  expect({ err: alone.err, exitCode: alone.exitCode }).toEqual({
    err: "error: `--fail-if-looser` goes with `--diff`\n",
    exitCode: 64,
  });
});

test("a revision of git is read without touching the work tree", async () => {
  const root = folderOf({ "README.md": "x" });
  const bundle = join(root, "policies/desk");
  mkdirSync(bundle, { recursive: true });
  cpSync(DESK, bundle, { recursive: true });
  const git = (...words: string[]) =>
    execFileSync("git", [
      "-C",
      root,
      "-c",
      "user.name=t",
      "-c",
      "user.email=t@example.com",
      ...words,
    ]).toString();
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  writeFileSync(join(bundle, "desk.writ"), desk.replace("agent bot, night  call", "agent bot  call"));
  const before = git("status", "--porcelain");
  const { out, exitCode } = await writ(["posture", bundle, "--diff", "HEAD"]);
  expect(out).toContain("tighter  night  desk.look  allow → never");
  expect(exitCode).toBe(0);
  expect(git("status", "--porcelain")).toBe(before);
  const unknown = await writ(["posture", bundle, "--diff", "--output=x"]);
  expect(unknown.exitCode).toBe(64);
  const missing = await writ(["posture", bundle, "--diff", "nowhere"]);
  expect({ err: missing.err, exitCode: missing.exitCode }).toEqual({
    err: "error: git knows no revision `nowhere`\n  give a git revision, or the folder of another bundle\n",
    exitCode: 64,
  });
});

test("an agent that is not there is a mistake with a suggestion", async () => {
  const { err, exitCode } = await writ(["posture", DESK, "--agent", "nigth"]);
  expect({ err, exitCode }).toEqual({
    err: "error: this bundle has no agent `nigth`\n  did you mean `night`?\n",
    exitCode: 64,
  });
});

test("the starter's permissions are what its README says of them", async () => {
  const { out } = await writ(["posture", "policies/starter"]);
  expect(out).toMatch(/payments\.refund +step-up \+ confirmation +never +never/);
  expect(out).toMatch(/web\.fetch +never +conditional +never/);
});
