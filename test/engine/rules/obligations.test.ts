/** How two obligations of one kind join: always to the stricter one. */
import { describe, expect, test } from "vitest";
import { Stage } from "../../attacks/stage.js";
import { rowsOf } from "../table.js";

const SUPPORTS = ["timeout", "rows", "redact", "drop", "mask", "filter", "notify", "sandbox", "log"];

async function obligationsOf(first: string, second: string) {
  const stage = new Stage(`
    role clerk
    agent bot { acts for user }
    tool look { action read  tier 1  accepts any  yields nothing  args { note?: text<9> }  timeout 9s
      result { card: text<9>  name: text<9> } }
    allow looks { agent bot  call look }
    require one { call look  with ${first} }
    require two { call look  with ${second} }`);
  const { obligations } = await stage.allowed({ tool: "look", supports: SUPPORTS as never });
  return obligations;
}

describe("two obligations", () => {
  test.each(
    rowsOf<"first" | "second" | "merged">(`
      | first                          | second                         | merged                                                        |
      |--------------------------------|--------------------------------|---------------------------------------------------------------|
      | timeout(5s)                    | timeout(7s)                    | {"type":"timeout","seconds":5}                                |
      | timeout(11s)                   | timeout(12s)                   | {"type":"timeout","seconds":9}                                |
      | rows(5)                        | rows(3)                        | {"type":"rows","count":3}                                     |
      | rows(3)                        | rows(3)                        | {"type":"rows","count":3}                                     |
      | log("standard")                | log("full")                    | {"type":"log","level":"full"}                                 |
      | log("full")                    | log("standard")                | {"type":"log","level":"full"}                                 |
      | notify("b")                    | notify("a")                    | {"type":"notify","whom":["a","b"]}                            |
      | notify("a")                    | notify("a")                    | {"type":"notify","whom":["a"]}                                |
      | redact("result.name")          | redact("result.card")          | {"type":"redact","places":["result.card","result.name"]}      |
      | mask("result.card", "last4")   | mask("result.card", "hash")    | {"type":"mask","place":"result.card","how":"hash"}            |
      | mask("result.card", "full")    | mask("result.card", "last4")   | {"type":"mask","place":"result.card","how":"full"}            |
      | filter("region", ["eu", "us"]) | filter("region", ["us", "uk"]) | {"type":"filter","column":"region","values":["us"]}           |
      | filter("region", ["eu"])       | filter("region", ["us"])       | {"type":"filter","column":"region","values":[]}               |
      | sandbox("net")                 | sandbox("fs")                  | {"type":"sandbox","profiles":["fs","net"]}                    |`),
  )("$first and $second", async ({ first, second, merged }) => {
    const expected = JSON.parse(merged) as { readonly type: string };
    const found = await obligationsOf(first, second);
    expect(found.filter(({ type }) => type === expected.type)).toEqual([expected]);
    // The tool's own timeout comes with every call of it.
    expect(found.map(({ type }) => type).sort()).toEqual([...new Set(["timeout", expected.type])].sort());
  });
});

describe("what a caller supports", () => {
  const POLICY = `
    role clerk
    agent bot { acts for user }
    tool look { action read  tier 1  accepts any  yields nothing  args { }  timeout 9s
      result { card: text<9> } }
    allow looks { agent bot  call look }
    require one { call look  with redact("result.card"), rows(3), log("full"), notify("a") }`;

  test("always holds a timeout and the log, and everything missing is named at once", async () => {
    const stage = new Stage(POLICY);
    const refused = async (supports?: string[]) =>
      (await stage.decide({ tool: "look", ...(supports === undefined ? {} : { supports }) })).reasons[0];
    for (const supports of [undefined, [], ["timeout"]]) {
      const message = (await refused(supports))?.message;
      expect(message).toContain("`rows`, `redact`, `notify`");
      expect(message).not.toMatch(/`timeout`|`log`/);
    }
    expect((await refused(["rows", "redact"]))?.message).toContain("the obligation `notify`:");
    expect(await stage.verdict({ tool: "look", supports: ["redact", "notify", "rows"] })).toBe("allow");
  });
});
