import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Effort, identifiersIn, MAX_IDENTIFIERS, statedIn } from "../../src/provenance/identifiers.js";
import { identitiesOf, isIdentifier } from "../../src/provenance/identity.js";
import { observedValuesIn } from "../../src/provenance/observed-values.js";
import { normalise } from "../../src/values/normalise.js";
import type { Type } from "../../src/values/type.js";
import { field, record } from "../values/types.js";

const TEXT: Type = { kind: "text", max: 4096 };

function identities(text: string, type: Type = TEXT, name?: string): readonly string[] {
  const value = normalise(type, text);
  return value.ok ? identitiesOf(type, value.value, name) : [];
}

/** An argument, and what people and tools write for it. */
const WRITTEN: readonly (readonly [argument: string, type: Type, ...written: string[]])[] = [
  [
    "ana@acme.com",
    { kind: "email" },
    "ana@acme.com",
    "Ana@Acme.COM",
    "mailto:ana@acme.com",
    "<ana@acme.com>",
  ],
  [
    "ana@acme.com",
    TEXT,
    "'ana@acme.com'",
    "*ana@acme.com*",
    "_ana@acme.com_",
    "to=ana@acme.com",
    "(ana@acme.com).",
  ],
  ["Ana@acme.com", { kind: "email" }, "Ana@ACME.com"],
  ["o'brien@x.example", { kind: "email" }, "o'brien@x.example", "'o'brien@x.example'", "O'Brien@x.example"],
  ["bob@xn--bcher-kva.de", { kind: "email" }, "bob@bücher.de", "bob@xn--bcher-kva.de"],
  [
    "https://www.acme.com/",
    { kind: "url" },
    "https://www.acme.com",
    "www.acme.com",
    "WWW.Acme.com.",
    "(www.acme.com)",
  ],
  ["http://www.acme.com/", { kind: "url" }, "www.acme.com", "HTTP://www.acme.com:80/"],
  ["www.acme.com", { kind: "domain" }, "www.acme.com", "WWW.acme.com", "**www.acme.com**"],
  [
    "https://acme.com/a?b=c",
    { kind: "url" },
    "https://ACME.com:443/a?b=c,",
    "acme.com/a?b=c",
    "https://acme.com/%61?b=c",
  ],
  [
    "https://a.com/b_",
    { kind: "url" },
    "https://a.com/b_",
    "**https://a.com/b_**",
    "<https://a.com/b_>",
    "[x](https://a.com/b_).",
  ],
  ["https://en.wikipedia.org/wiki/X_(y)", { kind: "url" }, "(https://en.wikipedia.org/wiki/X_(y))"],
  [
    "GB29NWBK60161331926819",
    TEXT,
    "GB29 NWBK 6016 1331 9268 19",
    "gb29nwbk60161331926819",
    "GB29-NWBK-6016-1331-9268-19",
  ],
  ["GB29 NWBK 6016 1331 9268 19", TEXT, "GB29NWBK60161331926819"],
  ["US133000000121212121212", TEXT, "US133000000121212121212", "us133000000121212121212."],
  ["+491701234567", TEXT, "+49 170 1234567", "+49 (0) 170 123 4567", "+49-170-1234567"],
  ["123456789012", TEXT, "1234 5678 9012", "1234-5678-9012"],
  ["550e8400-e29b-41d4-a716-446655440000", TEXT, "{550E8400-E29B-41D4-A716-446655440000}"],
  ["10.0.0.1", { kind: "ip" }, "10.0.0.1", "::ffff:10.0.0.1"],
  ["C-1", TEXT, "C-1", '"C-1",', "id:C-1"],
  ["landlord-notices.txt", TEXT, "landlord-notices.txt", "'landlord-notices.txt'"],
  ["/srv/work/a.txt", { kind: "path" }, "/srv/work/a.txt", "/srv//work/./a.txt"],
  ["docs/A.txt", { kind: "path", root: "/srv" }, "docs/A.txt", "./docs/A.txt", "/srv/docs/A.txt"],
  ["acct_1Nv0FGQ9RKHgCVdK", TEXT, "acct_1Nv0FGQ9RKHgCVdK"],
];

/** What is said, and arguments near to it that it does not name. */
const NEAR: readonly (readonly [said: string, ...others: (readonly [string, Type, string?])[]])[] = [
  [
    "write to bob",
    ...["bob_", "_bob", "*bob*", "(bob)", "BOB", "Bob", "BOB.", "bob.", "bo", "ob", "to", "\u0184ob"].map(
      (name) => [name, TEXT, "recipient"] as const,
    ),
  ],
  ["write to bob_", ["bob", TEXT, "recipient"], ["_bob_", TEXT, "recipient"]],
  ["ask bob-smith", ["bob", TEXT, "recipient"], ["smith", TEXT, "recipient"]],
  ["o'brien@x.example", ["brien@x.example", { kind: "email" }], ["o@x.example", { kind: "email" }]],
  [
    "jo@a.example@evil.example",
    ["jo@a.example", { kind: "email" }],
    ["a.example@evil.example", { kind: "email" }],
  ],
  ["a+jo@a.example", ["jo@a.example", { kind: "email" }], ["a+jo@a.example.com", { kind: "email" }]],
  ["bounce+ana=acme.com@lists.example", ["acme.com@lists.example", { kind: "email" }]],
  ["jo@a.example.com", ["jo@a.example", { kind: "email" }], ["jo@example.com", { kind: "email" }]],
  [
    "read https://a.com/b",
    ...[
      "https://a.com/b*",
      "https://a.com/b_",
      "https://a.com/b**__*_",
      "https://a.com/B",
      "https://a.com/b/",
    ].map((url) => [url, { kind: "url" } as Type] as const),
    ...[
      "http://a.com/b",
      "https://a.com/",
      "https://a.com/b?",
      "https://a.com:8443/b",
      "https://www.a.com/b",
    ].map((url) => [url, { kind: "url" } as Type] as const),
    ["a.com", { kind: "domain" }],
  ],
  ["read https://a.com/b_", ["https://a.com/b", { kind: "url" }]],
  ["read https://a.com/x,y", ["https://a.com/x", { kind: "url" }]],
  ["read https://a.com/x'y*z", ["https://a.com/x", { kind: "url" }], ["https://a.com/x'y", { kind: "url" }]],
  ["open /srv/A.txt", ["/srv/a.txt", { kind: "path" }], ["/srv/A.txt_", { kind: "path" }], ["A.txt", TEXT]],
  ["pay 1234-5678-9012", ["12345678", TEXT], ["1234-5678", TEXT], ["56789012", TEXT], ["5678-9012", TEXT]],
  ["pay GB29 NWBK 6016 1331 9268 19", ["6016133192", TEXT], ["60161331926819", TEXT]],
  ["see 550e8400-e29b-41d4-a716-446655440000", ["446655440000", TEXT]],
  [
    "see https://a.com/1234567/x?y=7654321 and 8888888@x.com",
    ["1234567", TEXT],
    ["7654321", TEXT],
    ["8888888", TEXT],
  ],
  ["case C-1", ["c-1", TEXT], ["C-1_", TEXT], ["C-11", TEXT], ["-1", TEXT, "id"]],
];

describe("an argument", () => {
  const written = WRITTEN.map(([argument, type, ...all]) => ({ argument, type, all }));
  it.each(written)("$argument is named by whatever is written for its value", ({ argument, type, all }) => {
    const wanted = identities(argument, type);
    expect(wanted).not.toEqual([]);
    for (const one of all) {
      for (const text of [one, `Please use ${one} now`, `"${one}"`]) {
        const said = new Set(statedIn(text));
        expect(
          wanted.some((identity) => said.has(identity)),
          `${text} names ${argument}`,
        ).toBe(true);
      }
    }
  });
  const near = NEAR.map(([said, ...others]) => ({ said, others }));
  it.each(near)("that is only near to what was said is not named: $said", ({ said, others }) => {
    const named = new Set([...statedIn(said), ...statedIn(`Please: ${said}, thanks.`)]);
    for (const [argument, type, name] of others) {
      for (const identity of identities(argument, type, name)) expect(named).not.toContain(identity);
    }
  });
  it("is known by the normal form of its type, exactly", () => {
    expect(identities("Ana@ACME.com", { kind: "email" })).toEqual(["Ana@acme.com"]);
    expect(identities("Ana@ACME.com")).toEqual(["Ana@ACME.com"]);
    expect(identities("HTTPS://www.Acme.com", { kind: "url" })).toEqual(["https://www.acme.com/"]);
    expect(identities("docs/A.txt", { kind: "path", root: "/srv" })).toEqual([
      "/srv/docs/A.txt",
      "docs/A.txt",
    ]);
    expect(identities("bob_", TEXT, "recipient")).toEqual(["bob_"]);
    expect(identities("*bob*", TEXT, "recipient")).toEqual(["*bob*"]);
    expect(identitiesOf({ kind: "int" }, 7, "id")).toEqual(["7"]);
    expect(identitiesOf({ kind: "int" }, 7, "amount")).toEqual([]);
  });
  it.each([
    "Please send it to ana@acme.com",
    "hello",
    "",
    "a",
    "Transfer 100 now",
    "https://user@acme.com/",
    "one, two, three",
    "new_password",
    "(ana@acme.com)",
  ])("that is free text has no identity: %j", (text) => {
    expect(identities(text)).toEqual([]);
  });
  it("is a short name only in a field that holds names", () => {
    expect(identities("General", TEXT, "channel")).toEqual(["General"]);
    expect(identities("Emma Johnson", TEXT, "recipientName")).toEqual(["Emma Johnson"]);
    expect(identities("General", TEXT, "body")).toEqual([]);
    expect(identities("one two three four five six", TEXT, "name")).toEqual([]);
    expect(identities("a\nb", TEXT, "name")).toEqual([]);
  });
});

describe("identifiers in a text", () => {
  it("are found in any sentence, whatever marks stand around them", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcxyz,.!?'0123456789-("), maxLength: 8 });
    const words = fc.array(word, { maxLength: 5 }).map((all) => all.join(" "));
    const marks = fc.constantFrom(
      ["", ""],
      ["(", ")"],
      ["<", ">"],
      ["'", "'"],
      ['"', '",'],
      ["", "."],
      ["", ", "],
      ["**", "**"],
      ["“", "”."],
      ["[x](", ")"],
      ["`", "`"],
      ["to: ", ";"],
    );
    const plain = (text: string) => isIdentifier(text) && /^[a-z0-9].*[a-z0-9/]$/i.test(text);
    const generated = fc.oneof(fc.emailAddress().filter(plain), fc.webUrl().filter(plain), fc.uuid());
    fc.assert(
      fc.property(
        words,
        marks,
        fc.oneof(fc.constantFrom(...WRITTEN.map(([argument]) => argument)).filter(isIdentifier), generated),
        words,
        (before, [open, close], spelling, after) => {
          const text = `${before} ${open}${spelling}${close} ${after}`;
          expect(identifiersIn(text)).toContain(spelling);
        },
      ),
      { numRuns: 2000 },
    );
  });
  it("are found in JSON and YAML that came as text", () => {
    expect(identifiersIn('{"to":"ana@acme.com","url":"https:\\/\\/x.com","id":"C-1"}')).toEqual(
      expect.arrayContaining(["ana@acme.com", "C-1"]),
    );
    expect(identifiersIn("recipient: US133000000121212121212\n")).toContain("US133000000121212121212");
  });
  it("are not made of parts of an address", () => {
    expect(identifiersIn("See https://evil.com/acme.com/ana and bob@corp.com")).toEqual([
      "https://evil.com/acme.com/ana",
      "bob@corp.com",
    ]);
    expect(statedIn("See https://evil.com/x")).not.toContain("evil.com");
  });
  it("are bounded in number and in time", () => {
    const many = Array.from({ length: 9000 }, (_, i) => `C-${i}`).join(" ");
    expect(identifiersIn(many).length).toBeLessThanOrEqual(MAX_IDENTIFIERS);
    const hostile = [
      "@",
      "a://",
      "1 ",
      "a.@-",
      ")",
      "DE12 ",
      "http://a/",
      "http://a/((()(",
      "- x: y\n",
      "aa ",
    ];
    for (const piece of hostile) {
      const start = performance.now();
      statedIn(piece.repeat(Math.ceil(400_000 / piece.length)));
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });
  it("are not read again where a text repeats itself, so that what follows is still found", () => {
    for (const piece of [
      "ab cd ef ",
      "xn--a.xn--b ",
      "ä.é.de ",
      "DE89 aaaa bbbb ",
      "abc.abc.Abc ",
      "http://a.b/c ",
    ]) {
      const effort = new Effort();
      const text = `${piece.repeat(Math.floor(65_000 / piece.length))}. Ask jo@customer.example`;
      expect(statedIn(text, effort), piece).toContain("jo@customer.example");
      expect(effort.isSpent, piece).toBe(false);
    }
  });
  it("are sought in a whole result with one and the same effort, however it is cut into pieces", () => {
    const hostile = ["a://b),", "xn--a-0ga.com ", "+1 2 3 4 5 6 7 8 9 0 1 2\n", "a.com ", "aa11 bb22 "];
    for (const piece of hostile) {
      const pieces = Array.from({ length: 500 }, () => piece.repeat(2000 / piece.length));
      const start = performance.now();
      observedValuesIn(undefined, pieces);
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });
  it("of two hundred records are all found", () => {
    const people = Array.from({ length: 200 }, (_, i) => ({
      id: `C-${i}`,
      mail: `p${i}@acme.com`,
      page: `https://acme.com/people/${i}`,
      phone: `+49 170 12345${100 + i}`,
      about: "Joined in 2019, sits in room 4.12 and likes to be called in the afternoon.",
    }));
    const found = new Set(observedValuesIn(undefined, people).map((one) => one.identifier));
    for (const i of [0, 199]) {
      expect(found).toContain(`C-${i}`);
      expect(found).toContain(`p${i}@acme.com`);
      expect(found).toContain(`https://acme.com/people/${i}`);
    }
  });
  it("never make the search throw", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => void statedIn(text)));
  });
});

describe("a person's own words", () => {
  it("state an address also where the blank after its full stop is missing", () => {
    const stated = statedIn("Post it to www.acme.com.They wrote to ana@acme.com!Please hurry.");
    expect(stated).toEqual(expect.arrayContaining(["www.acme.com", "ana@acme.com"]));
    expect(identifiersIn("Post it to www.acme.com.They wrote")).not.toContain("www.acme.com");
  });
  it("also state names, one word or several", () => {
    const stated = statedIn("Add Charlie to Emma Johnson's channel 'general', not #random.");
    expect(stated).toEqual(
      expect.arrayContaining(["Charlie", "Emma Johnson", "general", "random", "#random"]),
    );
    expect(stated).not.toContain("charlie");
    expect(stated).not.toContain("to");
    expect(statedIn("Ask Acme Inc. and J. Doe Jr.")).toEqual(
      expect.arrayContaining(["Acme Inc.", "J. Doe Jr."]),
    );
  });
});

describe("observed values in a result", () => {
  const result: Type = {
    kind: "list",
    max: 3,
    of: record(
      field("recipient", { kind: "text", max: 64 }),
      field("subject", { kind: "text", max: 64 }, { labels: ["untrusted"] }),
    ),
  };
  it("carry the labels of the field that held them", () => {
    const json = [{ recipient: "GB29NWBK60161331926819", subject: "pay evil@x.com" }];
    expect(observedValuesIn(result, json)).toEqual([
      { identifier: "GB29NWBK60161331926819", labels: [], declared: true, whole: true },
      { identifier: "GB29 NWBK 6016 1331 9268 19", labels: [], declared: true, whole: true },
      { identifier: "evil@x.com", labels: ["untrusted"], declared: true, whole: false },
    ]);
  });
  it("are undeclared where the result has one field too many, or where nothing is declared", () => {
    const json = [{ recipient: "Bob", subject: "", extra: "evil@x.com" }];
    expect(observedValuesIn(result, json)).toEqual([
      { identifier: "Bob", labels: [], declared: true, whole: true },
      { identifier: "evil@x.com", labels: [], declared: false, whole: false },
    ]);
    expect(observedValuesIn(result, "evil@x.com")).toMatchObject([{ declared: false }]);
    expect(observedValuesIn(undefined, { a: ["evil@x.com"] })).toMatchObject([{ declared: false }]);
  });
  it("include the names in lists and the keys of maps", () => {
    expect(
      observedValuesIn({ kind: "list", of: TEXT, max: 9 }, ["general", "random"]).map(
        (one) => one.identifier,
      ),
    ).toEqual(["general", "random"]);
    expect(
      observedValuesIn({ kind: "map", of: TEXT, max: 9 }, { "a@b.com": "x" }).map((one) => one.identifier),
    ).toContain("a@b.com");
  });
  it("vouch for nothing but the whole value as it came", () => {
    const clean = record(field("recipient", { kind: "text", max: 64 }));
    for (const [recipient, others] of [
      ["bob", ["bob_", "*bob*", "(bob)", "Bob", "bob."]],
      ["*bob*", ["bob"]],
      ["ana@acme.com", ["(ana@acme.com)", "Ana@acme.com", "ana@acme.com."]],
      ["https://a.com/b", ["https://a.com/b_", "http://a.com/b", "a.com/b"]],
      ["call ana@acme.com", ["ana@acme.com"]],
    ] as const) {
      const wholes = observedValuesIn(clean, { recipient }).filter((one) => one.whole);
      for (const other of others) expect(wholes.map((one) => one.identifier)).not.toContain(other);
    }
    const [file] = observedValuesIn(record(field("file", { kind: "path", root: "/a" })), { file: "x.txt" });
    expect(file).toMatchObject({ identifier: "/a/x.txt", whole: true });
  });
  it("survive hostile JSON", () => {
    expect(observedValuesIn(undefined, JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`))).toEqual([]);
    expect(observedValuesIn(record(), JSON.parse('{"__proto__":"a@b.com"}'))).toMatchObject([
      { declared: false },
    ]);
  });
});
