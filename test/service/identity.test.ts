import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identity } from "../../src/model/common.js";
import { decideRequest } from "../../src/model/request.js";
import { approveRequest, openSession, openTransaction } from "../../src/model/session.js";

const accepts = (text: string) => identity.safeParse(text).success;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]/u;

const LOOK_ALIKES = [
  "tom ",
  " tom",
  "\u00a0tom",
  "tom\u3000",
  "t\u200bom",
  "tom\ufeff",
  "to\u00adm",
  "ｔｏｍ",
  "Ｔom",
  "ﬁona",
  "to\u0308m",
  "tom\u2028",
  "\u202emot",
  "tom\u2066",
  "tom\u115f",
  "tom\u2800",
  "tom\ufe0f",
  "tom²",
  "Ⅷ",
  "\u212aim",
  "tom\ud800",
  "tom\n",
  ".",
  "..",
  "",
];

describe("the id of a person, an agent, a tenant or a session", () => {
  it.each(LOOK_ALIKES)("is nothing that looks like another: %j", (id) => {
    expect(accepts(id)).toBe(false);
    const agent = { type: "agent", id: "bot" };
    const user = { type: "user", id };
    for (const wrong of [
      { actors: [user, agent] },
      { actors: [{ type: "agent", id }] },
      { actors: [agent], tenant: id },
      { actors: [agent], session: id },
    ])
      expect(decideRequest.safeParse({ tool: "x", ...wrong }).success).toBe(false);
    for (const wrong of [{ id }, { parent: id }, { tenant: id }, { actors: [user, agent] }])
      expect(openSession.safeParse({ actors: [agent], ...wrong }).success).toBe(false);
    for (const wrong of [{ session: id }, { tenant: id }])
      expect(openTransaction.safeParse({ kind: "k", session: "s", ...wrong }).success).toBe(false);
    expect(approveRequest.safeParse({ approver: { id } }).success).toBe(false);
  });

  it.each([
    "tom",
    "Tom",
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "https://idp.example/users/17",
    "Ana Bell",
    "josé@acme.com",
    "山田太郎",
    "अनिल",
    "Ёлка",
    "...",
    "a..b",
    "00u1a2b3c4D5E6",
    "CN=Ana Bell,OU=Sales,DC=acme",
    "🦊",
  ])("is any other text: %s", (id) => {
    expect(accepts(id)).toBe(true);
  });

  it("has no character that is not shown or that NFKC writes as another, of all there are", () => {
    const wrong: string[] = [];
    for (let code = 0x21; code <= 0x10ffff; code++) {
      if (code === 0x2e) continue;
      const character = String.fromCodePoint(code);
      const isPlain = !UNSEEN.test(character) && character.normalize("NFKC") === character;
      if (accepts(character) && !isPlain) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it("is its own normal form", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom("a", "e", "\u0301", "\u0308", "가", "\u1100", "\u1161", "が", "か", "\u3099", " ", "."),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join("");
        fc.pre(accepts(text));
        expect(text.trim()).toBe(text);
        // Marks of other scripts may still compose; of those that people mix up, none does.
        if (
          /^[\p{sc=Latn}\p{sc=Hang}\p{sc=Hira}\p{sc=Zyyy}\p{sc=Zinh}]*$/u.test(text) &&
          !/\p{M}/u.test(text)
        )
          expect(text.normalize("NFKC")).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });
});
