import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IDENTIFIERS_MAX, identifiersIn, statedIn } from "../../src/provenance/identifiers.js";
import { identitiesOf, identityOf } from "../../src/provenance/identity.js";
import { sightingsIn } from "../../src/provenance/sightings.js";
import { normalise } from "../../src/values/normalise.js";
import type { Type } from "../../src/values/type.js";
import { field, record } from "../values/types.js";

const TEXT: Type = { kind: "text", max: 4096 };

function identity(text: string, type: Type = TEXT, name?: string): string | undefined {
  const value = normalise(type, text);
  return value.ok ? identityOf(type, value.value, name) : undefined;
}

const SAME: readonly (readonly string[])[] = [
  ["ana@acme.com", "Ana@Acme.COM", "mailto:ana@acme.com", "<ana@acme.com>", "'ana@acme.com'"],
  ["bob@bücher.de", "bob@xn--bcher-kva.de"],
  [
    "https://www.acme.com/",
    "http://www.acme.com",
    "www.acme.com",
    "WWW.Acme.com.",
    "(www.acme.com)",
    "**www.acme.com**",
  ],
  ["https://acme.com/a?b=c", "acme.com/a?b=c", "https://ACME.com:443/a?b=c,"],
  ["https://en.wikipedia.org/wiki/X_(y)", "(https://en.wikipedia.org/wiki/X_(y))"],
  ["GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819", "GB29-NWBK-6016-1331-9268-19"],
  ["US133000000121212121212", "us133000000121212121212."],
  ["+49 170 1234567", "+49 (0) 170 123 4567", "+491701234567", "+49-170-1234567"],
  ["1234 5678 9012", "1234-5678-9012", "123456789012"],
  ["550e8400-e29b-41d4-a716-446655440000", "{550E8400-E29B-41D4-A716-446655440000}"],
  ["10.0.0.1", "::ffff:10.0.0.1"],
  ["C-1", "c-1", '"C-1",'],
  ["landlord-notices.txt", "'landlord-notices.txt'"],
  ["acct_1Nv0FGQ9RKHgCVdK"],
];

describe("an identity", () => {
  it.each(SAME)("is one, however it is written: %s", (...spellings) => {
    const forms = new Set(spellings.map((spelling) => identity(spelling)));
    expect(forms.size).toBe(1);
    expect([...forms][0]).toBeDefined();
  });
  it("is the same for a typed argument and a text one", () => {
    expect(identity("https://www.acme.com", { kind: "url" })).toBe(identity("www.acme.com"));
    expect(identity("Ana@acme.com", { kind: "email" })).toBe(identity("ana@acme.com"));
    expect(identity("bücher.de", { kind: "domain" })).toBe(identity("bücher.de"));
    expect(identity("docs/A.txt", { kind: "path", root: "/srv" })).toBe(identity("docs/A.txt"));
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
  ])("is none of free text: %j", (text) => {
    expect(identity(text)).toBeUndefined();
  });
  it("is a short name only in a field that holds names", () => {
    expect(identity("#General", TEXT, "channel")).toBe("general");
    expect(identity("Emma  Johnson", TEXT, "recipientName")).toBe("emma johnson");
    expect(identity("General", TEXT, "body")).toBeUndefined();
    expect(identity("one two three four five six", TEXT, "name")).toBeUndefined();
    expect(identity("a\nb", TEXT, "name")).toBeUndefined();
    expect(identityOf({ kind: "int" }, 7, "id")).toBe("7");
    expect(identityOf({ kind: "int" }, 7, "amount")).toBeUndefined();
  });
  it("is missing of a whole as soon as one part is free text", () => {
    const type = record(
      field("to", { kind: "list", of: { kind: "email" }, max: 3 }),
      field("body", TEXT, { optional: true }),
    );
    const read = (json: unknown) => {
      const result = normalise(type, json);
      return result.ok ? identitiesOf(type, result.value) : "invalid";
    };
    expect(read({ to: ["a@b.com", "C@b.com"] })).toEqual(["a@b.com", "c@b.com"]);
    expect(read({ to: ["a@b.com"], body: "hello" })).toBeUndefined();
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
    const generated = fc.oneof(
      fc.emailAddress().filter((email) => identity(email) !== undefined),
      fc.webUrl().filter((url) => identity(url) !== undefined),
      fc.uuid(),
    );
    fc.assert(
      fc.property(
        words,
        marks,
        fc.oneof(fc.constantFrom(...SAME.flat()), generated),
        words,
        (before, [open, close], spelling, after) => {
          const text = `${before} ${open}${spelling}${close} ${after}`;
          expect(identifiersIn(text)).toContain(identity(spelling));
        },
      ),
      { numRuns: 2000 },
    );
  });
  it("are found in JSON and YAML that came as text", () => {
    expect(identifiersIn('{"to":"ana@acme.com","url":"https:\\/\\/x.com","id":"C-1"}')).toEqual(
      expect.arrayContaining(["ana@acme.com", "c-1"]),
    );
    expect(identifiersIn("recipient: US133000000121212121212\n")).toContain("us133000000121212121212");
  });
  it("are not made of parts of an address", () => {
    expect(identifiersIn("See https://evil.com/acme.com/ana and bob@corp.com")).toEqual([
      "evil.com/acme.com/ana",
      "bob@corp.com",
    ]);
    expect(statedIn("See https://evil.com/x")).not.toContain("evil.com");
  });
  it("are bounded in number and in time", () => {
    const many = Array.from({ length: 9000 }, (_, i) => `C-${i}`).join(" ");
    expect(identifiersIn(many).length).toBeLessThanOrEqual(IDENTIFIERS_MAX);
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
  it("are sought in a whole result with one and the same effort, however it is cut into pieces", () => {
    const hostile = ["a://b),", "xn--a-0ga.com ", "+1 2 3 4 5 6 7 8 9 0 1 2\n", "a.com ", "aa11 bb22 "];
    for (const piece of hostile) {
      const pieces = Array.from({ length: 500 }, () => piece.repeat(2000 / piece.length));
      const start = performance.now();
      sightingsIn(undefined, pieces);
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
    const found = new Set(sightingsIn(undefined, people).map((one) => one.identifier));
    for (const i of [0, 199]) {
      expect(found).toContain(`c-${i}`);
      expect(found).toContain(`p${i}@acme.com`);
      expect(found).toContain(`acme.com/people/${i}`);
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
    expect(stated).toEqual(expect.arrayContaining(["charlie", "emma johnson", "general", "random"]));
    expect(stated).toContain(identity("Emma Johnson", TEXT, "user"));
  });
});

describe("sightings in a result", () => {
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
    expect(sightingsIn(result, json)).toEqual([
      { identifier: "gb29nwbk60161331926819", labels: [], declared: true, whole: true },
      { identifier: "evil@x.com", labels: ["untrusted"], declared: true, whole: false },
    ]);
  });
  it("are undeclared where the result has one field too many, or where nothing is declared", () => {
    const json = [{ recipient: "Bob", subject: "", extra: "evil@x.com" }];
    expect(sightingsIn(result, json)).toEqual([
      { identifier: "bob", labels: [], declared: true, whole: true },
      { identifier: "evil@x.com", labels: [], declared: false, whole: false },
    ]);
    expect(sightingsIn(result, "evil@x.com")).toMatchObject([{ declared: false }]);
    expect(sightingsIn(undefined, { a: ["evil@x.com"] })).toMatchObject([{ declared: false }]);
  });
  it("include the names in lists and the keys of maps", () => {
    expect(
      sightingsIn({ kind: "list", of: TEXT, max: 9 }, ["general", "random"]).map((one) => one.identifier),
    ).toEqual(["general", "random"]);
    expect(
      sightingsIn({ kind: "map", of: TEXT, max: 9 }, { "a@b.com": "x" }).map((one) => one.identifier),
    ).toContain("a@b.com");
  });
  it("survive hostile JSON", () => {
    expect(sightingsIn(undefined, JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`))).toEqual([]);
    expect(sightingsIn(record(), JSON.parse('{"__proto__":"a@b.com"}'))).toMatchObject([{ declared: false }]);
  });
});
