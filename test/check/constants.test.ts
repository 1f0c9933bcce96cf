/** Constants in another spelling than values have: a rule that compares with one either fires for that value, or says why not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { compile } from "../../src/compile/compile.js";
import { patternProblem } from "../../src/compile/pattern.js";
import { readCall } from "../../src/engine/request/call.js";
import { judge } from "../../src/engine/rules/judge.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import "../seed.js";

interface Outcome {
  readonly codes: readonly string[];
  /** Whether the deny fires; undefined where the bundle does not load, or the arguments are refused. */
  readonly denied: boolean | undefined;
}

/** What becomes of `deny { when CONDITION }` for one call. */
function tried(type: string, condition: string, value: unknown, more = ""): Outcome {
  const source = new Source(
    "t.writ",
    `agent bot { acts alone }
tool t { action read  tier 1  args { x: ${type} }  accepts any  yields nothing }
${more}
deny d { call t  when ${condition} }`,
  );
  const parsed = parse(source);
  const checked = check([parsed.file], { readData: () => ({ problem: "none" }), isPattern: patternProblem });
  const codes = [...parsed.diagnostics, ...checked.diagnostics].map(({ code }) => code);
  if (checked.program === undefined) return { codes, denied: undefined };
  const bundle = compile(checked.program, "test");
  const request = { tool: "t", args: { x: value }, actors: [{ type: "agent", id: "bot" }] };
  const call = readCall(request as never, { id: "gateway" } as never, bundle, Date.UTC(2026, 10, 24));
  if (!call.hasArgs || call.target === undefined) return { codes, denied: undefined };
  return { codes, denied: judge(call.target, call.frame).denies.length > 0 };
}

describe("a constant whose meaning is certain takes the form of the values", () => {
  test.each([
    ["url", 'args.x.scheme == "HTTPS"', "https://acme.com/"],
    ["url", 'args.x.scheme == "https:"', "https://acme.com/"],
    ["url", 'args.x.scheme in ["FTP", "HTTPS"]', "https://acme.com/"],
    ["url", 'args.x.scheme like "HTTP*"', "https://acme.com/"],
    ["text", 'lower(args.x) == "EVIL"', "Evil"],
    ["text", 'lower(args.x) in ["EVIL", "BAD"]', "bad"],
    ["text<9>", 'lower(args.x) like "EV*"', "EVIL"],
    ["domain", 'args.x like "*.EVIL.com"', "www.evil.com"],
    ["domain", 'args.x like "**.bücher.de"', "www.bücher.de"],
    ["domain", 'args.x like "evil.com."', "evil.com"],
    ["domain", 'args.x == "EVIL.com"', "evil.com"],
    ["path", 'args.x == "/srv/x/"', "/srv/x"],
    ["path", 'under(args.x, "/srv//x/")', "/srv/x/y"],
    ["list<domain>", 'some d in args.x { d == "Evil.com" }', ["evil.com"]],
    ["email", 'args.x.domain == "ACME.com"', "ana@acme.com"],
    ["text", 'lower(args.x) in ["EVIL", args.x]', "Evil"],
    ["url", 'args.x.path == "/admin/"', "https://acme.com/admin/"],
    ["url", 'args.x.path in ["/x", "/admin/"]', "https://acme.com/admin/"],
    ["url", 'args.x.path like "/admin/"', "https://acme.com/admin/"],
    ["url", 'args.x.path matches "/admin/"', "https://acme.com/admin/"],
    ["url", 'args.x.path == "/ämter/a b"', "https://acme.com/ämter/a%20b"],
    ["url", 'args.x.path == "/%c3%a4%7e"', "https://acme.com/ä~"],
    ["url", 'args.x.path like "/ämter/*"', "https://acme.com/%c3%a4mter/x"],
    ["url", 'args.x.path like "/%c3%a4mter/**"', "https://acme.com/ämter/x/y"],
    ["url", 'under(args.x.path, "/ämter/")', "https://acme.com/ämter"],
    ["url", 'under(args.x.path, "/a b")', "https://acme.com/a%20b/"],
  ])("%s: %s", (type, condition, value) => {
    expect(tried(type, condition, value)).toEqual({ codes: [], denied: true });
  });
});

describe("a constant that no value is equal to is reported", () => {
  test.each([
    ["url", 'args.x.scheme == "http s"', "W5017"],
    ["url", 'args.x.scheme != "http s"', "W5018"],
    ["path", 'args.x like "/srv/x/"', "W5017"],
    ["path", 'args.x like "/srv//x"', "W5017"],
    ["path", 'args.x like "/srv/../etc/*"', "W5017"],
    ["path", 'args.x matches "srv/.*"', "W5017"],
    ["path", 'args.x matches "/srv/.*/"', "W5017"],
    ["path", 'args.x like "/srv/x\\\\*"', "W5017"],
    ["domain", 'args.x matches "EVIL.*"', "W5017"],
    ["domain", 'args.x matches "(?:good|BAD)[.]com"', "W5017"],
    ["domain", 'args.x like "ev?l.com"', "W5017"],
    ["domain", 'args.x like ".evil.com"', "W5017"],
    ["domain", 'args.x like "https://evil.com/*"', "W5017"],
    ["text", 'args.x like "ev?l"', "W5017"],
    ["text", 'args.x like "%evil%"', "W5017"],
    ["text", 'args.x like "*.{exe,dll}"', "W5017"],
    ["text", 'args.x like ".*evil.*"', "W5017"],
    ["text<3>", 'args.x like "evil*"', "W5017"],
    ["text", 'lower(args.x) matches "EVIL.*"', "W5017"],
    ['"read" | "write"', 'args.x matches "READ"', "W5017"],
    ['"read" | "write"', 'args.x like "READ*"', "W5017"],
  ])("%s: %s", (type, condition, code) => {
    expect(tried(type, condition, "none").codes).toContain(code);
  });

  test.each([
    ["url", "is_s(args.x.scheme)", 'define is_s(s: text) = s == "HTTPS"'],
    ["url", "is_s(args.x.scheme)", 'define is_s(s: text) = s in ["HTTPS", "http"]'],
    ["text", "bad(lower(args.x))", 'define bad(s: text) = s == "EVIL"'],
    ["text", "bad(lower(args.x))", 'define bad(s: text) = s like "EVIL**"'],
    ["text", "bad(lower(args.x))", 'define bad(s: text) = s finds "EVIL"'],
    ["text", "bad(lower(args.x))", 'define bad(s: text) = contains(s, "EVIL")'],
    ["text", 'low(args.x) == "EVIL"', "define low(s: text) = lower(s)"],
    [
      "text",
      'lower_of(args.x) == "EVIL"',
      "define low(s: text) = lower(s) define lower_of(s: text) = low(s)",
    ],
    ["text", 'is(args.x, "EVIL")', "define is(x: text, s: text) = lower(x) == s"],
    ["text", 'some s in ["EVIL", "bad"] { lower(args.x) == s }', ""],
    ["url", "some s in schemes { args.x.scheme == s }", 'data schemes: list<text> = ["HTTPS"]'],
    ["list<text>", 'some s in args.x { low(s) == "EVIL" }', "define low(s: text) = lower(s)"],
  ])("also through a name, %s: %s with %s", (type, condition, more) => {
    const { codes } = tried(type, condition, "none", more);
    expect(codes).toEqual(["W5017"]);
  });

  test.each([
    ["text", "bad(lower(args.x))", 'define bad(s: text) = s == "evil"', "EVIL"],
    ["text", "bad(args.x)", 'define bad(s: text) = s == "EVIL"', "EVIL"],
    ["text", 'some s in ["EVIL", "bad"] { args.x == s }', "", "EVIL"],
    ["domain", "bad(args.x)", 'define bad(d: domain) = d == "EVIL.com"', "evil.com"],
  ])("nor through a name of %s: %s with %s", (type, condition, more, value) => {
    expect(tried(type, condition, value, more)).toEqual({ codes: [], denied: true });
  });

  test.each([
    ["domain", 'args.x matches "(?i)EVIL.*"', "evil.com"],
    ["domain", 'args.x matches "[A-Za-z]+\\\\.com"', "evil.com"],
    ["domain", 'args.x matches "X?evil\\\\.(?:com|[^A-Z]+)"', "evil.com"],
    ["text", 'lower(args.x) matches "\\\\Qev\\\\E[[:alpha:]]{2}\\\\S*"', "EVIL"],
    ["path", 'args.x matches "/srv/(?:x|y)"', "/srv/y"],
    ["path", 'args.x like "**/.ssh/**"', "/home/.ssh/id"],
  ])("and nothing is said of %s: %s", (type, condition, value) => {
    const { codes, denied } = tried(type, condition, value);
    expect(codes.filter((code) => code === "W5017")).toEqual([]);
    expect(denied).toBe(true);
  });
});

/** Spellings of one value, as an author or a caller may write it. */
const SPELLINGS: readonly (readonly [
  type: string,
  of: string,
  spelling: fc.Arbitrary<string>,
  value: (s: string) => string,
])[] = [
  [
    "domain",
    "args.x",
    fc.stringMatching(/^[A-Za-z]{1,4}(?:\.[A-Za-z]{2,3}){1,2}\.?$/),
    (s) => s.replace(/\.$/, ""),
  ],
  ["path", "args.x", fc.stringMatching(/^\/[ab]{0,2}(?:\/[ab.]{0,2}){0,3}$/), (s) => s],
  [
    "url",
    "args.x.scheme",
    fc.stringMatching(/^[A-Za-z]{2,5}:?$/),
    (s) => `${s.replace(":", "")}://acme.com/`,
  ],
  ["text", "lower(args.x)", fc.stringMatching(/^[A-Za-zÄéİ]{1,4}$/), (s) => s],
];
const COMPARISONS: readonly ((of: string, text: string) => string)[] = [
  (of, text) => `${of} == ${text}`,
  (of, text) => `${of} in [${text}, ${text}]`,
  (of, text) => `${of} like ${text}`,
  (of, text) => `not (${of} != ${text})`,
];

test("a constant in the spelling of a value either meets that value or is reported", () => {
  let met = 0;
  const drawn = fc.constantFrom(...SPELLINGS).chain(([type, of, spelling, value]) =>
    fc.record({
      type: fc.constant(type),
      of: fc.constant(of),
      written: spelling,
      value: fc.constant(value),
      comparison: fc.constantFrom(...COMPARISONS),
    }),
  );
  fc.assert(
    fc.property(drawn, ({ type, of, written, value, comparison }) => {
      const { codes, denied } = tried(type, comparison(of, JSON.stringify(written)), value(written));
      if (denied === undefined || codes.length > 0) return;
      expect(denied, `${type}: ${comparison(of, written)}`).toBe(true);
      met++;
    }),
    { numRuns: 600 },
  );
  expect(met).toBeGreaterThan(150);
});
