/** Bundles written in a test, run as `writ test` runs them. */
import { check } from "../../src/check/check.js";
import { patternProblem } from "../../src/compile/pattern.js";
import type { TestReport } from "../../src/scenario/report.js";
import { runTests, type TestedBundle, type TestOptions } from "../../src/scenario/run-tests.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

/** A shop with every kind of thing that a step of a test can be about. */
export const SHOP = `
label internal
label pii implies internal
label untrusted integrity
assurance password as "aal1" < mfa as "aal2" < hardware as "aal3"
tag external
role clerk
role lead
schema user { department?: text }
schema context { incident?: text }
agent bot { acts for user  credential 15m }
agent sub { acts for user  invoked by bot }
agent lone { acts alone }
delegation { depth 2 }
tool shop.look { action read  tier 1  args { id: text<9> }  accepts any  yields pii  timeout 5s }
tool shop.page { action read  tier 1  args { }  accepts any  yields untrusted }
tool shop.note { action write tier 2  args { id: text<9>  text: text<99> = "-" }  accepts internal  yields nothing }
tool shop.pay  { action write irreversible  tier 3  args { id: text<9>  amount: number<0..1_000> }  accepts any  yields nothing  scope "pay" }
tool shop.mail { action write tier 2  args { to: email }  accepts any  yields nothing  tags external }
channel memory accepts internal
data limit_of_day: number = 100
data freeze_time: span = 2026-12-24T00:00:00Z .. 2026-12-27T00:00:00Z
approval boss { from role lead at mfa  quorum 1  expires 1h }
allow reads { agent any  call any read tier 1 }
allow lone_reads { agent lone for nobody  call shop.look }
allow notes { agent bot for role clerk  call shop.note  when not (now in freeze_time) }
allow pays {
  agent bot for role clerk
  call  shop.pay inside purchase
  when  args.amount <= limit_of_day
  need  approval boss, step-up mfa within 10m
}
allow mails { agent bot for role clerk  call shop.mail  when stated(args.to) and not (has context.incident)  need confirmation }
deny outside { call any tagged external  when untrusted in session.labels }
deny department { call shop.note  when has user.department and user.department == "sales"  because "Sales reads." }
require log_pay { call shop.pay  with log("full"), notify("audit") }
limit looks { call shop.look  per user  at most 3 calls in 1h  because "Three looks an hour." }
limit tokens { call shop.note  per user  at most 100 of reported else 10 in 1h }
transaction purchase { agent bot for role clerk  lasts 30m  idle 10m  order { once shop.look  maybe shop.note  once shop.pay } }
transaction planned { agent bot for role clerk  lasts 30m  confirm plan }
`;

/** A checked bundle of one file, `t.writ`; throws with its mistakes. */
export function bundleOf(text: string): TestedBundle {
  const source = new Source("t.writ", text);
  const parsed = parse(source);
  const checked = check([parsed.file], {
    readData: () => ({ problem: "is not there" }),
    isPattern: patternProblem,
  });
  const errors = [...parsed.diagnostics, ...checked.diagnostics].filter(
    ({ severity }) => severity === "error",
  );
  if (checked.program === undefined || errors.length > 0)
    throw new Error(
      errors.map(({ message, primary }) => `${message}: ${source.slice(primary.span)}`).join("\n"),
    );
  return { program: checked.program, revision: "test", sources: new Map([[source.path, source]]) };
}

/** Runs steps in the shop as one test. */
export async function runSteps(steps: string, options: TestOptions = {}): Promise<TestReport> {
  return runTests(bundleOf(`${SHOP}\ntest "it" {\n${steps}\n}\n`), options);
}

/** What failed, `message` by message; empty where everything passed. */
export async function failuresOf(steps: string): Promise<readonly string[]> {
  const report = await runSteps(steps);
  return report.results.flatMap(({ failures }) => failures.map(({ message }) => message));
}
