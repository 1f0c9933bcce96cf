import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { loadFolder } from "../../src/cli/bundle-folder.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { watchTests } from "../../src/cli/test-watch.js";
import { folderOf } from "./folders.js";

const RULES = `agent bot { acts for user }
tool look { action read  tier 1  args { n: int<0..9> }  accepts any  yields nothing }
tool list { action read  tier 1  args { }  accepts any  yields nothing }
allow looking { call look  when args.n < 5 }
allow listing { call list }
`;
const TESTS = `test "looking" { given user "ana" given agent bot  call look { n: 4 }  expect allow }
test "listing" { given user "ana" given agent bot  call list  expect allow }
`;

test("watching says what changed, runs what that concerns, and says when a bundle loads again", async () => {
  const folder = folderOf({ "rules.writ": RULES, "tests.writ": TESTS });
  const save = (text: string) => writeFileSync(join(folder, "rules.writ"), text);
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
  const see = (text: string) => vi.waitFor(() => expect(told).toContain(text), { timeout: 30_000 });
  await see("watching ");
  save(`${RULES}allow {`);
  await see("the bundle does not load");
  save(RULES);
  await see("the bundle loads again, as it was");
  save(RULES.replace("args.n < 5", "args.n < 4"));
  await see("rules.writ changed: 1 of 2 tests run again");
  await see("0 passed, 1 failed");
  stop.abort();
  await watching;
}, 120_000);
