/** Functions over texts, as a decision calls them. */
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.js";
import { compilePattern, compileSearch } from "../../src/compile/pattern.js";
import { FALSE, TRUE, UNKNOWN } from "../../src/compile/tri.js";
import { readCall } from "../../src/engine/request/call.js";
import { judge } from "../../src/engine/rules/judge.js";
import { bundleOf } from "../scenario/policy.js";

/** What a deny of this condition answers; a label that is not a verdict where the arguments are refused. */
function answer(
  condition: string,
  args: Record<string, unknown>,
  now = Date.UTC(2026, 10, 24, 12, 34, 56),
): string {
  const { program } = bundleOf(`
    agent bot { acts alone }
    tool t {
      action read  tier 1  accepts any  yields nothing
      args { body?: text<20_000>  raw?: json  meta?: map<text>  @advisory note?: text  to?: list<email>  more?: list<text<300_000>> }
    }
    deny d { call t  when ${condition} }`);
  const bundle = compile(program, "test");
  const request = { tool: "t", args, actors: [{ type: "agent", id: "bot" }] };
  const call = readCall(request as never, { id: "gateway" } as never, bundle, now);
  if (!call.hasArgs || call.target === undefined) return "refused";
  const [deny] = judge(call.target, call.frame).denies;
  return deny === undefined ? "false" : deny.tri === UNKNOWN ? "unknown" : "true";
}

test.each([
  ['contains(args.body else "", "evil")', "an\nevil\nline", "true"],
  ['contains(args.body else "", "evil")', "an EVIL line", "false"],
  ['contains(lower(args.body else ""), "EVIL")', "an Evil line", "true"],
  ['starts_with(args.body else "", "an")', "an evil line", "true"],
  ['starts_with(args.body else "", "evil")', "an evil line", "false"],
  ['ends_with(args.body else "", "line")', "an evil line", "true"],
  ['ends_with(args.body else "", "an evil line and more")', "an evil line", "false"],
  ['(args.body else "") matches ".*evil.*"', "an\nevil\nline", "true"],
  ['(args.body else "") matches "(?-s).*evil.*"', "an\nevil\nline", "false"],
  ['(args.body else "") finds "AKIA[0-9A-Z]{4}"', "key:\nAKIA12AB!", "true"],
  ['(args.body else "") finds "^key"', "a\nkey", "false"],
  ['(args.body else "") finds "a.key"', "a\nkey", "true"],
  ['not ((args.body else "") finds "evil")', "good", "true"],
])("%s of %j is %s", (condition, body, expected) => {
  expect(answer(condition, { body })).toBe(expected);
});

test("the minute of the hour depends on the zone", () => {
  expect(answer('minute(now, "UTC") == 34', {})).toBe("true");
  expect(answer('minute(now, "Asia/Kolkata") == 4', {})).toBe("true");
});

test("a dot matches a line end, as RE2 says of `(?s)`", () => {
  expect(compilePattern("a.b")("a\nb")).toBe(TRUE);
  expect(compilePattern("a[^\\n]b")("a\nb")).toBe(FALSE);
});

describe("`texts(args)`", () => {
  const secret = 'some t in texts(args) { contains(t, "S3CRET") }';
  test.each([
    ["a text", { body: "x S3CRET y" }],
    ["an advisory field", { note: "S3CRET" }],
    ["a key of JSON", { raw: { a: [{ "the S3CRET": 1 }] } }],
    ["a text deep in JSON", { raw: [[[{ b: "S3CRET" }]]] }],
    ["a key of a map", { meta: { S3CRET: "x" } }],
    ["a value of a map", { meta: { x: "S3CRET" } }],
    ["an address", { to: ["S3CRET@acme.com"] }],
  ])("finds it in %s", (_, args) => {
    expect(answer(secret, args)).toBe("true");
  });

  test("holds no more than that", () => {
    expect(answer(secret, { raw: { a: 1, b: null, c: true }, body: "", meta: {} })).toBe("false");
    expect(answer('"body" in texts(args)', { body: "x" })).toBe("false");
  });

  test("is unknown beyond 4,096 texts", () => {
    const texts = (count: number) => ({ raw: Array.from({ length: count }, () => "x") });
    expect(answer(secret, texts(4096))).toBe("false");
    expect(answer(secret, texts(4097))).toBe("unknown");
  });

  test("is unknown beyond one MiB of UTF-8", () => {
    const quarter = "é".repeat(131_072);
    expect(answer(secret, { more: [quarter, quarter, quarter, quarter] })).toBe("false");
    expect(answer(secret, { more: [quarter, quarter, quarter, quarter], body: "x" })).toBe("unknown");
  });
});

test("a search reads 256 KiB, and knows nothing of more", () => {
  const search = compileSearch("needle");
  expect(search(`${"x".repeat(262_138)}needle`)).toBe(TRUE);
  expect(search(`${"x".repeat(262_139)}needle`)).toBe(UNKNOWN);
  expect(search("é".repeat(131_072))).toBe(FALSE);
  expect(search(`needle${"é".repeat(131_072)}`)).toBe(UNKNOWN);
});
