import { expect, test } from "vitest";
import { affectedTests } from "../../src/scenario/affected-tests.js";
import { casesByTest } from "../../src/scenario/run-tests.js";
import { Source } from "../../src/source/source.js";
import { bundleOf } from "./policy.js";

const BEFORE = `agent bot { acts for user }
tool a { action read tier 1 args { } accepts any yields nothing }
tool b { action read tier 1 args { } accepts any yields nothing }
data site: text = "https://one"
allow one { agent any  call a  when site != "" }
allow two { agent any  call b }
`;
/** Tests live in another file, so that their own file has not changed. */
const TESTS = `test "of a" { given user "u" given agent bot call a expect allow }
test "of b" { given user "u" given agent bot repeat 2 { call b expect allow } }`;

function concerned(after: string): readonly string[] {
  const [old, now] = [BEFORE, after].map((text) => {
    const bundle = bundleOf(text + TESTS);
    return { ...bundle, sources: new Map([["t.writ", new Source("t.writ", text)]]) };
  });
  const isConcerned = affectedTests(old!, now!);
  const cases = casesByTest(bundleOf(after + TESTS)).flat();
  return cases
    .map((each) => ({ ...each, at: { ...each.at, file: "tests.writ" } }))
    .filter(isConcerned)
    .map(({ name }) => name);
}

test("a changed rule concerns tests that call what it reaches", () => {
  expect(
    concerned(
      BEFORE.replace("allow two { agent any  call b }", "allow two { agent any  call b when false }"),
    ),
  ).toEqual(["of b"]);
});
test("so do a rule that comes and one that goes, comments aside", () => {
  expect(concerned(`${BEFORE}deny three { call a }`)).toEqual(["of a"]);
  expect(concerned(BEFORE.replace("allow two { agent any  call b }", ""))).toEqual(["of b"]);
});
test("anything else concerns every test", () => {
  expect(concerned(BEFORE.replace("https://one", "https://two"))).toEqual(["of a", "of b"]);
  expect(concerned(BEFORE.replace("acts for user", "acts alone"))).toEqual(["of a", "of b"]);
});
