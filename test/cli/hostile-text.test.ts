import { expect, test } from "vitest";
import { folderOf } from "./folders.js";
import { writ } from "./recording-terminal.js";

/** What a terminal would obey, and what turns the reading order. */
const RAW = /(?!\n)[\p{Cc}\p{Cf}]/u;
const HOSTILE = "\\u{1b}]0;gone\\u{7}\\u{202e}\\u{200b}";
const FILES = {
  "a.writ": `module acme
role clerk
agent bot { acts for user  title "B${HOSTILE}"  owner "o${HOSTILE}" }
tool pay as "pay${HOSTILE}" { title "P${HOSTILE}"  action read  tier 1  args { to: text<20> as "to${HOSTILE}" }  accepts any  yields nothing }
@id("A${HOSTILE}")
@threat("LLM01:2025")
allow pays { agent bot for role clerk  call pay  when args.to == "${HOSTILE}"  because "b${HOSTILE}" }
test "t${HOSTILE}" {
  given user "u${HOSTILE}" { roles: ["clerk"] }
  given agent bot
  call pay { to: "x${HOSTILE}" }
  expect allow
}
`,
};

test.each([
  ["check"],
  ["check", "--format", "plain"],
  ["test"],
  ["test", "--coverage"],
  ["test", "--mutate"],
  ["posture", "--conditions"],
  ["posture", "--conditions", "--format", "markdown"],
  ["posture", "--conditions", "--format", "html"],
  ["posture", "--conditions", "--format", "json"],
  ["threats"],
  ["threats", "--format", "markdown"],
])("what a policy says reaches nobody's terminal raw: %s %s %s %s", async (command, ...options) => {
  const { out, err } = await writ([command, folderOf(FILES), ...options]);
  expect(out + err).not.toMatch(RAW);
});

test("nor does what a service or a server of tools answers", async () => {
  const { createServer } = await import("node:http");
  const said = { title: "no\u001b[2J", detail: "\u202ebecause" };
  const server = createServer((_, response) => response.writeHead(400).end(JSON.stringify(said)));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const listed = await writ(["approvals", "list", "--url", url]);
  server.close();
  expect(listed.err).toContain("no\\u{1b}[2J");
  expect(listed.err).not.toMatch(RAW);
});
