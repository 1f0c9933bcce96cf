import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { loadFolder } from "../../src/cli/bundle-folder.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { watchTests } from "../../src/cli/test-watch.js";
import { folderOf } from "./folders.js";

const RULES = `agent bot { acts for user }
tool look { action read  tier 1  args { n: int<0..9> }  accepts any  yields nothing }
tool list { action read  tier 1  args { }  accepts any  yields nothing }
allow looking { agent any  call look  when args.n < 5 }
allow listing { agent any  call list }
`;
const TESTS = `test "looking" { given user "ana" given agent bot  call look { n: 4 }  expect allow }
test "listing" { given user "ana" given agent bot  call list  expect allow }
`;

/** A watch of a folder with these rules, and what it has printed so far. */
async function watched() {
  const folder = folderOf({ "rules.writ": RULES, "tests.writ": TESTS });
  let told = "";
  const say = (text: string) => {
    told += text;
  };
  const terminal: Terminal = {
    out: say,
    err: say,
    interactive: false,
    colour: { out: false, err: false },
    stdin: async () => "",
    exitCode: 0,
  };
  const { bundle, sources } = await loadFolder(folder);
  if (bundle === undefined) throw new Error("it does not load");
  const stop = new AbortController();
  const watching = watchTests(folder, { ...bundle, sources }, () => true, terminal, stop.signal);
  /** Waits for a text, and looks only behind it from then on. */
  const see = async (text: string) => {
    await vi.waitFor(() => expect(told).toContain(text), { timeout: 30_000 });
    told = told.slice(told.indexOf(text) + text.length);
  };
  await see("watching ");
  const end = async () => {
    stop.abort();
    await watching;
  };
  return { folder, rules: join(folder, "rules.writ"), see, end };
}

test("watching says what changed, runs what that concerns, and says when a bundle loads again", async () => {
  const { rules, see, end } = await watched();
  writeFileSync(rules, `${RULES}allow {`);
  await see("the bundle does not load");
  writeFileSync(rules, RULES);
  await see("the bundle loads again, as it was");
  writeFileSync(rules, RULES.replace("args.n < 5", "args.n < 4"));
  await see("rules.writ changed: 1 of 2 tests run again");
  await see("0 passed, 1 failed");
  await end();
}, 120_000);

test("a file that is saved by a rename is seen each time", async () => {
  const { folder, rules, see, end } = await watched();
  for (const bound of [4, 3, 2, 1]) {
    // As an editor saves: the old file is put aside, a new one takes its name, the old one goes.
    renameSync(rules, `${rules}~`);
    writeFileSync(join(folder, "4913"), RULES.replace("args.n < 5", `args.n < ${bound}`));
    renameSync(join(folder, "4913"), rules);
    rmSync(`${rules}~`);
    await see("rules.writ changed: 1 of 2 tests run again");
    await see("0 passed, 1 failed");
  }
  await end();
}, 120_000);

test("files in folders that are new, moved or taken away are seen", async () => {
  const { folder, see, end } = await watched();
  const more = TESTS.replaceAll('test "', 'test "again ');
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub/more.writ"), more);
  await see("sub/more.writ changed: 2 of 4 tests run again");
  renameSync(join(folder, "sub"), join(folder, "other"));
  await see("other/more.writ, sub/more.writ changed");
  rmSync(join(folder, "other"), { recursive: true });
  await see("other/more.writ changed");
  await end();
}, 120_000);
