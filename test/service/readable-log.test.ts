import { expect, test } from "vitest";
import { noColours } from "../../src/diagnostics/paint.js";
import { readableLine } from "../../src/service/readable-log.js";

const read = (line: object | string) =>
  readableLine(
    typeof line === "string" ? line : JSON.stringify({ time: 0, level: 30, ...line }),
    noColours,
  ).replace(/^\d\d:\d\d:\d\d {2}/, "");

test("a decision is its verdict, tool, people and rules", () => {
  const line = {
    msg: "decision",
    verdict: "deny",
    tool: "payments.refund",
    actors: ["user:ana", "agent:support_bot"],
    rules: ["builtin.nothing_grants"],
    request_id: "r",
  };
  expect(read(line)).toBe(
    "deny              payments.refund       ana > support_bot  builtin.nothing_grants\n",
  );
  expect(read({ ...line, tool: undefined, channel: "prompt", dry_run: true })).toContain("channel prompt");
});

test("anything else is its level, message and fields", () => {
  expect(read({ msg: "problem", status: 401, failed_check: "exp", request_id: "r" })).toBe(
    "info              problem  status=401  failed_check=exp\n",
  );
  expect(read({ level: 50, msg: "decision failed", err: { message: "boom", stack: "…" } })).toBe(
    "error             decision failed  err=boom\n",
  );
});

test("nothing of a request reaches the terminal raw", () => {
  const shown = read({
    msg: "decision",
    verdict: "deny",
    tool: "\u001b[2J",
    actors: ["user:a\u202eb"],
    rules: ["\r"],
  });
  for (const raw of ["\u001b", "\u202e", "\r"]) expect(shown).not.toContain(raw);
  expect(read("not JSON \u001b[2J\n")).toBe("not JSON \\u{1b}[2J\n");
});
