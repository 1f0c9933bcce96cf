/** The algebra of needs: what evidence meets, what adds up, and which of two sets demands less. */
import { describe, expect, test } from "vitest";
import type { Need } from "../../../src/check/program.js";
import { compile } from "../../../src/compile/compile.js";
import { readCall } from "../../../src/engine/request/call.js";
import {
  compareNeeds,
  type Evidence,
  type NeedSet,
  nothingGiven,
  unmet,
} from "../../../src/engine/rules/needs.js";
import { bundleOf } from "../../scenario/policy.js";
import { rowsOf, wordsOf } from "../table.js";

const bundle = compile(
  bundleOf(`
    assurance password as "aal1" < mfa as "aal2" < hardware as "aal3"
    role lead
    approval boss { from role lead  quorum 1  expires 1h }
    approval board { from role lead  quorum 2  expires 1h }
    agent bot { acts for user }
    tool look { action read  tier 1  accepts any  yields nothing  args { } }
    allow looks { agent bot  call look }`).program,
  "r1",
);
const NOW = Date.UTC(2026, 0, 1);

const NEEDS: Readonly<Record<string, Need>> = {
  boss: { kind: "approval", scheme: "boss" },
  board: { kind: "approval", scheme: "board" },
  confirm: { kind: "confirmation" },
  mfa: { kind: "step-up", level: "mfa" },
  hardware: { kind: "step-up", level: "hardware" },
  "mfa 5m": { kind: "step-up", level: "mfa", within: 300_000 },
  "mfa 10m": { kind: "step-up", level: "mfa", within: 600_000 },
};

function needsOf(cell: string): readonly Need[] {
  return wordsOf(cell).map((word) => {
    const need = NEEDS[word];
    if (need === undefined) throw new Error(`no need \`${word}\``);
    return need;
  });
}

/** A frame of a user who signed in like that; `-` is no user's sign-in at all. */
function frameOf(acr: string, age: string) {
  const signIn = {
    ...(acr === "-" ? {} : { acr }),
    ...(age === "-" ? {} : { auth_time: NOW / 1000 - Number(age) }),
  };
  const actors = [
    { type: "user", id: "ana", ...signIn },
    { type: "agent", id: "bot" },
  ];
  return readCall({ tool: "look", actors } as never, { id: "pep" }, bundle, NOW).frame;
}

function evidenceOf(cell: string): Evidence {
  const given = wordsOf(cell);
  return { hasApproval: (scheme) => given.includes(scheme), confirmed: given.includes("confirm") };
}

function written({ approvals, confirmation, stepUp }: NeedSet): readonly string[] {
  const within = stepUp?.within === undefined ? "" : ` ${stepUp.within / 60_000}m`;
  return [
    ...approvals,
    ...(confirmation ? ["confirm"] : []),
    ...(stepUp === undefined ? [] : [`${stepUp.level}${within}`]),
  ];
}

describe("what is still unmet", () => {
  test.each(
    rowsOf<"needs" | "given" | "acr" | "age" | "unmet">(`
      | needs                | given         | acr  | age | unmet          |
      |----------------------|---------------|------|-----|----------------|
      | -                    | -             | -    | -   | -              |
      | boss                 | -             | -    | -   | boss           |
      | boss                 | boss          | -    | -   | -              |
      | boss                 | board         | -    | -   | boss           |
      | boss, board          | boss          | -    | -   | board          |
      | board, boss, boss    | -             | -    | -   | board, boss    |
      | confirm              | -             | -    | -   | confirm        |
      | confirm              | confirm       | -    | -   | -              |
      | confirm              | boss          | -    | -   | confirm        |
      | mfa                  | -             | -    | -   | mfa            |
      | mfa                  | -             | aal1 | -   | mfa            |
      | mfa                  | -             | aal2 | -   | -              |
      | mfa                  | -             | aal3 | -   | -              |
      | mfa                  | -             | aal9 | -   | mfa            |
      | mfa 5m               | -             | aal2 | -   | mfa 5m         |
      | mfa 5m               | -             | aal2 | 300 | -              |
      | mfa 5m               | -             | aal2 | 301 | mfa 5m         |
      | mfa 5m               | -             | aal1 | 1   | mfa 5m         |
      | mfa 5m               | -             | aal2 | -60 | -              |
      | mfa 5m               | -             | aal2 | -61 | mfa 5m         |
      | mfa 5m, mfa 10m      | -             | -    | -   | mfa 5m         |
      | mfa 5m, mfa 10m      | -             | aal2 | 400 | mfa 5m         |
      | hardware, mfa 5m     | -             | -    | -   | hardware 5m    |
      | hardware, mfa 5m     | -             | aal2 | 1   | hardware       |
      | boss, confirm, mfa   | boss, confirm | aal1 | -   | mfa            |
      | boss, confirm, mfa   | -             | aal2 | -   | boss, confirm  |`),
  )("$needs, given $given, $acr of $age s ago: $unmet", (row) => {
    const found = unmet([needsOf(row.needs)], frameOf(row.acr, row.age), evidenceOf(row.given), bundle);
    expect(written(found)).toEqual(wordsOf(row.unmet));
  });
});

describe("which demands less", () => {
  // Each demands less than every one below it.
  const ladder = rowsOf<"needs">(`
    | needs               |
    |---------------------|
    | -                   |
    | mfa                 |
    | mfa 10m             |
    | mfa 5m              |
    | hardware            |
    | confirm             |
    | confirm, hardware   |
    | boss                |
    | boss, mfa           |
    | boss, confirm       |
    | board               |
    | boss, board         |`).map(({ needs }) => needs);
  const setOf = (cell: string) => unmet([needsOf(cell)], frameOf("-", "-"), nothingGiven, bundle);
  const pairs = ladder.flatMap((less, at) => ladder.slice(at + 1).map((more) => ({ less, more })));

  test.each(pairs)("$less demands less than $more", ({ less, more }) => {
    expect(Math.sign(compareNeeds(setOf(less), setOf(more), bundle))).toBe(-1);
    expect(Math.sign(compareNeeds(setOf(more), setOf(less), bundle))).toBe(1);
  });

  test.each(ladder)("%s demands as much as itself", (needs) => {
    expect(compareNeeds(setOf(needs), setOf(needs), bundle)).toBe(0);
  });
});
