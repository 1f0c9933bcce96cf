/** Runs the tests and matrices of a bundle, each on an empty state of its own, through the engine itself. */
import type { Program } from "../check/program.js";
import { type CompiledBundle, compile } from "../compile/compile.js";
import { createKeys, type Keys } from "../identity/keys.js";
import { locatorOf } from "../source/locator.js";
import type { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import { StateUnavailable } from "../state/store.js";
import type { MatrixDeclaration, Step, TestDeclaration } from "../syntax/ast.js";
import { type Place, placeOf } from "./place.js";
import { PolicyVariants } from "./policy-variants.js";
import type { Failure, TestReport, TestResult } from "./report.js";
import { Scenario, type ScenarioHooks } from "./scenario.js";
import { StepFailure } from "./step-failure.js";
import { stateOf, storyOf, type Told } from "./story.js";
import { TEST_CALLER } from "./test-gateway.js";

/** A checked bundle and its texts: what tests run against, and what failures show lines of. */
export interface TestedBundle {
  readonly program: Program;
  readonly revision: string;
  readonly sources: ReadonlyMap<string, Source>;
}

/** Everything a run was asked for beyond the bundle. */
export interface TestOptions {
  /** Which tests to run; all of them by default. */
  readonly select?: (test: TestCase) => boolean;
  /** Compiles in place of `compile`, to watch what is evaluated. Deciding itself cannot be replaced. */
  readonly compileWith?: (program: Program) => CompiledBundle;
  readonly hooks?: (test: TestCase) => ScenarioHooks;
  /** Told of each result as it comes. */
  readonly onResult?: (result: TestResult) => void;
  /** Keys to sign approvals with; made anew for the run by default. */
  readonly keys?: Keys;
  /** Whether failures are explained; an explanation costs a second run of the test. */
  readonly explain?: boolean;
}

/** One thing that runs on a state of its own: a test, or one cell of a matrix. */
export interface TestCase {
  readonly kind: "test" | "matrix";
  readonly name: string;
  readonly at: Place;
  readonly steps: readonly Step[];
}

/** Runs every test that is selected, in the order of their files. Rejects only for a fault of Writ itself. */
export async function runTests(bundle: TestedBundle, options: TestOptions = {}): Promise<TestReport> {
  const begun = systemClock.now();
  const policy = new PolicyVariants(
    bundle.program,
    options.compileWith ?? ((program) => compilePlain(program, bundle)),
  );
  const keys = options.keys ?? (await createKeys());
  const results: TestResult[] = [];
  for (const [first, ...more] of casesByTest(bundle)) {
    if (first === undefined || options.select?.(first) === false) continue;
    const result = await runCases([first, ...more], bundle, policy, keys, options);
    options.onResult?.(result);
    results.push(result);
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return { results, passed: results.length - failed, failed, milliseconds: systemClock.now() - begun };
}

/** Compiles a program as it decides in service; rules are placed as `file:line:column`. */
export function compilePlain(
  program: Program,
  { revision, sources }: Omit<TestedBundle, "program">,
): CompiledBundle {
  return compile(program, revision, locatorOf(sources));
}

// --- cases ------------------------------------------------------------------------------------------------

/** Every test as one case and every matrix as one case a cell, in the order of files and lines. */
export function casesByTest(bundle: TestedBundle): readonly (readonly TestCase[])[] {
  const { tests, matrices } = bundle.program;
  return [...tests, ...matrices]
    .sort((a, b) =>
      a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1,
    )
    .map((declaration) =>
      declaration.kind === "test" ? [testCase(declaration, bundle)] : matrixCases(declaration, bundle),
    );
}

function testCase(test: TestDeclaration, { sources }: TestedBundle): TestCase {
  return { kind: "test", name: test.title.value, at: placeOf(test.span, sources), steps: test.steps };
}

/**
 * A cell is a test of one call: the agent of its column acts, and nothing has happened before. An agent that acts alone
 * is given no user: with one, every call of it would be denied.
 */
function matrixCases(matrix: MatrixDeclaration, { sources, program }: TestedBundle): readonly TestCase[] {
  const head = { kind: "matrix" as const, name: matrix.title.value, at: placeOf(matrix.span, sources) };
  return matrix.rows.flatMap((row) =>
    row.verdicts.map(({ span, verdict }, column): TestCase => {
      const agent = matrix.agents[column];
      const acts = program.agents.get(program.resolve("agent", agent?.text ?? "") ?? "")?.acts;
      const steps: Step[] = [
        ...matrix.givens.filter(({ kind }) => kind !== "given-user" || acts !== "alone"),
        ...(agent === undefined
          ? []
          : [
              {
                kind: "given-agent" as const,
                span: agent.span,
                hops: [{ span: agent.span, agent, fields: undefined }],
              },
            ]),
        { kind: "call", span: row.span, tool: row.tool, args: row.args },
        { kind: "expect", span, expectation: { kind: "verdict", span, verdict, by: [] } },
      ];
      return { ...head, steps };
    }),
  );
}

// --- running ----------------------------------------------------------------------------------------------

async function runCases(
  cases: readonly [TestCase, ...TestCase[]],
  bundle: TestedBundle,
  policy: PolicyVariants,
  keys: Keys,
  options: TestOptions,
): Promise<TestResult> {
  const begun = systemClock.now();
  const failures: Failure[] = [];
  let judged = 0;
  for (const each of cases) {
    const hooks = options.hooks?.(each) ?? {};
    const ran = await runCase(each, policy, keys, hooks);
    judged += ran.judged;
    if (ran.failure === undefined) continue;
    const explained = options.explain !== false ? await explain(each, ran.failure, policy, keys) : {};
    failures.push({ ...failureOf(ran.failure, each, bundle), ...explained });
  }
  const [{ kind, name, at }] = cases;
  return { kind, name, at, judged, milliseconds: systemClock.now() - begun, failures };
}

/** Runs one case on a fresh state. Only StepFailure is an answer; anything else that is thrown is passed on. */
export async function runCase(
  each: Pick<TestCase, "steps">,
  policy: PolicyVariants,
  keys: Keys,
  hooks: ScenarioHooks = {},
): Promise<{ readonly judged: number; readonly failure: StepFailure | undefined }> {
  const scenario = new Scenario(policy, keys, hooks);
  try {
    await scenario.run(each.steps);
    return { judged: scenario.judged, failure: undefined };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { judged: scenario.judged, failure: error };
  }
}

function failureOf({ step, rounds, mismatch }: StepFailure, each: TestCase, bundle: TestedBundle): Failure {
  const at = placeOf(step.span, bundle.sources);
  const source = bundle.sources.get(at.file)?.lineText(at.line).trim() ?? "";
  const agent = each.kind === "matrix" ? agentOf(each) : undefined;
  return {
    at,
    source,
    message: agent === undefined ? mismatch.message : `${agent}: ${mismatch.message}`,
    ...(mismatch.expected === undefined ? {} : { expected: mismatch.expected }),
    ...(mismatch.actual === undefined ? {} : { actual: mismatch.actual }),
    ...(rounds.length === 0 ? {} : { rounds }),
  };
}

function agentOf({ steps }: TestCase): string | undefined {
  const given = steps.find((step) => step.kind === "given-agent");
  return given?.hops[0]?.agent.text;
}

/**
 * Why the judged call came out as it did. What the call itself changed would blur it, so the test runs once more up to
 * that call, and the engine is asked there to explain instead of to decide.
 */
async function explain(
  each: TestCase,
  { decided, mismatch }: StepFailure,
  policy: PolicyVariants,
  keys: Keys,
): Promise<Pick<Failure, "because" | "state">> {
  if (decided === undefined) return {};
  let explanation: Told = { decision: decided.decision, rules: [], state: [] };
  await runCase(each, policy, keys, {
    beforeDecision: async (number, request, pdp) => {
      if (number !== decided.number) return;
      try {
        const { rules, state } = await pdp.explain(request, TEST_CALLER);
        explanation = { decision: decided.decision, rules, state };
      } catch (error) {
        // Out of reach: the verdict's own reasons have to do.
        if (!(error instanceof StateUnavailable)) throw error;
      }
    },
  });
  const because = storyOf(explanation, mismatch.missing ?? []);
  const state = stateOf(explanation, because);
  return { because, ...(state.length === 0 ? {} : { state }) };
}
