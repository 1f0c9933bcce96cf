import { expect, test } from "vitest";
import { noColours } from "../../src/diagnostics/paint.js";
import { renderJunit } from "../../src/scenario/render-junit.js";
import { renderResult } from "../../src/scenario/render-results.js";
import { runSteps } from "./policy.js";

const FAILING = `given user "<ana> & \\u{7}" { roles: ["clerk"] }  given agent bot
  call shop.note { id: "1" }
  expect deny by department`;

test("a failure reads from the step to the clause that decided", async () => {
  const [result] = (await runSteps(FAILING)).results;
  expect(renderResult(result!, noColours)).toBe(`FAIL  it
  --> t.writ:45:3
      expect deny by department
  \`deny\` was expected, and it is \`allow\`
  expected  deny by department
  actual    allow by notes
  because   notes grants  t.writ:26:1
              true     not now in freeze_time
                       now = 2026-01-05T09:00:00Z
  because   department is not true  t.writ:35:1
              false    has user.department
                       user.department = absent

`);
});

test("JUnit holds a suite a file and what failed as text", async () => {
  const report = await runSteps(FAILING);
  const [result] = report.results;
  const odd = { ...result!, name: 'a "name" with <odd> & \u0007 things' };
  const xml = renderJunit({ ...report, results: [odd] });
  expect(xml).toContain('<testsuite name="t.writ" tests="1" failures="1"');
  expect(xml).toContain('name="a &quot;name&quot; with &lt;odd&gt; &amp; \ufffd things"');
  expect(xml).toContain("expected deny by department");
});
