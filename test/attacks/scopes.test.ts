/** A tool with `scope` is called with that scope by everybody in the chain who has scopes, and by somebody who has. */
import { expect, test } from "vitest";
import { compile } from "../../src/compile/compile.js";
import { readCall } from "../../src/engine/request/call.js";
import { bundleOf } from "../scenario/policy.js";

const bundle = compile(
  bundleOf(`agent bot { acts for user }
agent sub { acts for user  invoked by bot }
delegation { depth 2 }
tool open { action read  tier 1  args { }  accepts any  yields nothing }
tool kept { action read  tier 1  args { }  accepts any  yields nothing  scope "pay" }`).program,
  "test",
);

function refusals(tool: string, scopes: readonly (readonly string[] | undefined)[]): string[] {
  const actors = scopes.map((held, index) => ({
    type: index === 0 ? "user" : "agent",
    id: ["ana", "bot", "sub"][index],
    ...(held === undefined ? {} : { scopes: held }),
  }));
  const call = readCall({ tool, actors } as never, { id: "gateway" } as never, bundle, 0);
  return call.refusals.map(({ rule }) => rule);
}

test.each([
  ["no scopes anywhere", [undefined, undefined, undefined], true],
  ["no scopes of one agent", [undefined, undefined], true],
  ["empty scopes", [undefined, [], undefined], true],
  ["another scope", [undefined, ["read"], undefined], true],
  ["the scope, lost on the way", [undefined, ["pay"], []], true],
  ["the user's scope, inherited", [["pay"], undefined, undefined], false],
  ["the first agent's scope, inherited", [undefined, ["pay"], undefined], false],
  ["the last agent's scope", [undefined, undefined, ["pay"]], false],
])("%s", (_, scopes, isRefused) => {
  expect(refusals("kept", scopes).includes("builtin.scope_missing")).toBe(isRefused);
  expect(refusals("open", scopes)).not.toContain("builtin.scope_missing");
});
