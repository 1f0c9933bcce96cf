import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileLike, type Separator } from "../../src/values/like.js";

/** The obvious meaning of a glob, as a regular expression: the model that the matcher is compared with. */
function model(pattern: string, separator: Separator): RegExp {
  const star = { "/": "[^/]*", ".": "[^.]*", text: "[\\p{L}\\p{M}\\p{N}_.-]*" }[separator];
  const source = pattern.replace(/\*+|[^*]/gu, (piece) =>
    piece === "*" ? star : piece.startsWith("*") ? "[^]*" : piece.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&"),
  );
  return new RegExp(`^${source}$`, "u");
}

describe("like", () => {
  it.each([
    ["*.acme.com", ".", "a.acme.com", true],
    ["*.acme.com", ".", "a.b.acme.com", false],
    ["*.acme.com", ".", "acme.com", false],
    ["**.acme.com", ".", "a.b.acme.com", true],
    ["**acme.com", ".", "evilacme.com", true],
    ["/srv/*/log", "/", "/srv/a/log", true],
    ["/srv/*/log", "/", "/srv/a/b/log", false],
    ["/srv/**", "/", "/srv/a/b", true],
    ["K-*", "text", "K-1_a.b", true],
    ["K-*", "text", "K-1; rm", false],
    ["K-*", "text", "K-\n", false],
    ["K-*", "text", "K-é１", true],
    ["a*b*c", "text", "axbxbxc", true],
    ["aba*aba", "text", "aba", false],
    ["*", "text", "", true],
    ["", "text", "", true],
    ["", "text", "a", false],
    ["A", "text", "a", false],
    ["*😀", "text", "a😀", true],
    ["?.[a]+", "text", "?.[a]+", true],
  ] as readonly (readonly [string, Separator, string, boolean])[])(
    "%j over %s takes %j: %s",
    (pattern, separator, text, matches) => {
      expect(compileLike(pattern, separator)(text)).toBe(matches);
    },
  );
  it("agrees with the regular expression that it stands for", () => {
    const character = fc.constantFrom("a", "b", ".", "/", " ");
    const text = fc.array(character, { maxLength: 10 }).map((all) => all.join(""));
    const pattern = fc
      .array(fc.oneof(character, fc.constantFrom("*", "**")), { maxLength: 8 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(pattern, text, fc.constantFrom<Separator>("/", ".", "text"), (glob, input, separator) => {
        expect(compileLike(glob, separator)(input)).toBe(model(glob, separator).test(input));
      }),
      { numRuns: 3000 },
    );
  });
  it("takes time in proportion to the text, where backtracking would take forever", () => {
    const matches = compileLike(`${"*a".repeat(20)}*b`, "text");
    const time = (length: number): number => {
      const start = performance.now();
      expect(matches("a".repeat(length))).toBe(false);
      return performance.now() - start;
    };
    const hard = compileLike(`${"**a*".repeat(20)}b**c`, "text");
    time(20_000);
    expect(time(200_000)).toBeLessThan(20_000);
    expect(hard(`${"a".repeat(50_000)}`)).toBe(false);
  });
});
