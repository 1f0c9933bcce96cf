/** A name that two modules give to a role: it counts for what tightens, and for nothing that grants. */
import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { compile } from "../../src/compile/compile.js";
import { UNKNOWN } from "../../src/compile/tri.js";
import { readCall } from "../../src/engine/request/call.js";
import { judge } from "../../src/engine/rules/judge.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const ROLES = (mark: string) => [
  `module hr
${mark}role contractor`,
  `module it
${mark}role contractor`,
];
const RULES = `module rules
role clerk
agent bot { acts for user }
tool t { action read  tier 1  args { }  accepts any  yields nothing }
allow granted   { agent any for role hr.contractor, clerk  call t }
allow condition { agent bot for any  call t  when has user and "hr.contractor" in user.roles }
allow without   { agent bot for any  call t  when has user and "hr.contractor" not in user.roles }
deny refused    { agent any for role hr.contractor  call t }
deny asked      { agent bot for any  call t  when has user and "it.contractor" in user.roles }
deny counted    { agent bot for any  call t  when has user and size(user.roles) > 9 }
require more    { agent any for role it.contractor  call t  with log("full") }
limit few       { agent any for role it.contractor  call t  at most 1 calls in 1h }
shadow deny seen   { agent any for role hr.contractor  call t }
shadow allow unseen { agent any for role hr.contractor  call t }
waivable deny waived { call t }
exception never to waived { agent any for role hr.contractor  call t  need confirmation  until 2099-01-01T00:00:00Z  because "x" }
`;

function checked(mark: string) {
  const files = [...ROLES(mark), RULES].map((text, index) => parse(new Source(`${index}.writ`, text)).file);
  return check(files, { readData: () => ({ problem: "none" }) });
}

/** Ids of the rules that apply to a user with these roles; a `?` behind those that may. */
function applying(roles: readonly string[]): string[] {
  const { program, diagnostics } = checked("@qualified ");
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const bundle = compile(program, "test");
  const actors = [
    { type: "user", id: "ana", roles },
    { type: "agent", id: "bot" },
  ];
  const call = readCall({ tool: "t", actors } as never, { id: "gateway" } as never, bundle, 0);
  if (call.target === undefined) throw new Error("no target");
  const { denies, allows, requires, limits, exceptions, shadow } = judge(call.target, call.frame);
  return [...denies, ...allows, ...requires, ...limits, ...exceptions, ...shadow]
    .map(({ candidate, tri }) => `${candidate.rule.source.name}${tri === UNKNOWN ? "?" : ""}`)
    .filter((name) => name !== "waived")
    .sort();
}

test("two modules may not declare one role without saying how requests name it", () => {
  const { program, diagnostics } = checked("");
  expect(program).toBeUndefined();
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual([
    "W4015",
  ]);
});

describe("a request with", () => {
  test("the name in full has that role", () => {
    expect(applying(["hr.contractor"])).toEqual(["condition", "granted", "refused", "seen", "unseen"]);
    expect(applying(["it.contractor"])).toEqual(["asked", "few", "more", "without"]);
  });

  test("the short name is refused, metered and granted nothing", () => {
    expect(applying(["contractor"])).toEqual(
      ["asked?", "condition?", "counted?", "few", "more", "refused", "seen", "without?"].sort(),
    );
  });

  test("the short name and one in full has that one for certain", () => {
    expect(applying(["contractor", "hr.contractor"])).toEqual(
      ["asked?", "condition", "counted?", "few", "granted", "more", "refused", "seen", "unseen"].sort(),
    );
  });

  test("the short name and another role keeps what that one grants", () => {
    expect(applying(["contractor", "clerk"])).toContain("granted");
  });
});
