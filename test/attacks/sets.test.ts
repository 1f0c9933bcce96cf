import { describe, expect, test } from "vitest";
import { rules, Stage } from "./stage.js";

const POLICY = `
module acme
role clerk
agent bot { acts for user }
type Payee = { iban: text<40>  @advisory note?: text<50> }
tool invite { action write  tier 2  args { who: set<email> }  accepts any  yields nothing }
tool pay { action write  tier 2  args { to: set<Payee> }  accepts any  yields nothing }
allow invites { agent bot for role clerk  call invite  when size(args.who) <= 2 }
approval one { from role clerk  quorum 1  expires 1h }
allow pays { agent bot for role clerk  call pay  need approval one }
limit people { call invite  per user  at most 2 of size(args.who) in 1d }
`;
const tess = { id: "tess", roles: ["clerk"] };

describe("a set", () => {
  test("that holds one element many times is not judged as one and sent as many", async () => {
    const stage = new Stage(POLICY);
    for (const who of [Array(200).fill("ana@acme.com"), ["ana@acme.com", "ana@ACME.com"]]) {
      const decision = await stage.decide({ tool: "invite", args: { who } });
      expect(decision.decision).toBe("deny");
      expect(rules(decision)).toEqual(["builtin.invalid_arguments"]);
    }
    expect(await stage.verdict({ tool: "invite", args: { who: ["ana@acme.com", "Ana@acme.com"] } })).toBe(
      "allow",
    );
  });

  test("of records keeps each advisory text with the element that it was approved for", async () => {
    const stage = new Stage(POLICY);
    const [a, b] = [
      { iban: "A", note: "rent" },
      { iban: "B", note: "a gift for the auditor" },
    ];
    const supports = ["timeout", "log", "drop"];
    const pay = (to: object[], id?: string) => ({
      tool: "pay",
      args: { to } as never,
      supports,
      ...(id && { id }),
    });
    await stage.approve(await stage.decide(pay([a, b])), tess);
    const swapped = await stage.decide({
      ...pay([
        { iban: "A", note: b.note },
        { iban: "B", note: a.note },
      ]),
      dry_run: true,
    });
    expect(swapped.obligations).toContainEqual({ type: "drop", places: ["args.to.note"] });
    // In another order it is the same set.
    const again = await stage.decide(pay([b, a], "k1"));
    expect(again.decision).toBe("allow");
    expect(again.obligations).not.toContainEqual(expect.objectContaining({ type: "drop" }));
    const replayed = await stage.decide(
      pay(
        [
          { iban: "A", note: b.note },
          { iban: "B", note: a.note },
        ],
        "k1",
      ),
    );
    expect(replayed.obligations).toContainEqual({ type: "drop", places: ["args.to.note"] });
  });
});
