/** Runs the tests and matrices of a bundle with the engine itself, each on its own empty state. */
import type { Program } from "../check/program.js";
import { type CompiledBundle, compile } from "../compile/compile.js";
import { createKeys, type Keys } from "../identity/keys.js";
import { locatorOf } from "../source/locator.js";
import type { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import { StateUnavailable } from "../state/store.js";
import type { MatrixDeclaration, Step, TestDeclaration } from "../syntax/ast.js";
import { type Location, locationOf } from "./location.js";
import { PolicyVariants } from "./policy-variants.js";
import type { Failure, TestReport, TestResult } from "./report.js";
import { Scenario, type ScenarioHooks } from "./scenario.js";
import { StepFailure } from "./step-failure.js";
import { type ExplanationParts, stateOf, storyOf } from "./story.js";
import { TEST_CALLER } from "./test-gateway.js";

/** A checked bundle and its texts: tests run against it, and failures show lines of it. */
export interface TestedBundle {
  readonly program: Program;
  readonly revision: string;
  readonly sources: ReadonlyMap<string, Source>;
}

/** Options of a run. */
export interface TestOptions {
  /** Selects the tests to run; all by default. */
  readonly select?: (test: TestCase) => boolean;
  /** Replaces `compile`, to observe evaluation. Deciding itself cannot be replaced. */
  readonly compileWith?: (program: Program) => CompiledBundle;
  readonly hooks?: (test: TestCase) => ScenarioHooks;
  /** Receives each result when it is available. */
  readonly onResult?: (result: TestResult) => void;
  /** Keys for signing approvals; created for the run by default. */
  readonly keys?: Keys;
  /** Whether to explain failures; an explanation runs the test a second time. */
  readonly explain?: boolean;
}

/** A unit with its own state: a test, or one cell of a matrix. */
export interface TestCase {
  readonly kind: "test" | "matrix";
  readonly name: string;
  readonly at: Location;
  readonly steps: readonly Step[];
}

/** Runs every selected test, in the order of their files. Rejects only for a fault of Writ itself. */
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

/** Compiles a program as the service does; rules are located as `file:line:column`. */
export function compilePlain(
  program: Program,
  { revision, sources }: Omit<TestedBundle, "program">,
): CompiledBundle {
  return compile(program, revision, locatorOf(sources));
}

// --- cases ------------------------------------------------------------------------------------------------

/** Returns every test as one case and every matrix as one case per cell, in the order of files and lines. */
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
  return { kind: "test", name: test.title.value, at: locationOf(test.span, sources), steps: test.steps };
}

/**
 * Returns one case per cell, a test of one call by the agent of its column without earlier calls. An agent that acts
 * alone gets no user: with one, every call would be denied.
 */
function matrixCases(matrix: MatrixDeclaration, { sources, program }: TestedBundle): readonly TestCase[] {
  const head = { kind: "matrix" as const, name: matrix.title.value, at: locationOf(matrix.span, sources) };
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

/** Runs one case on a fresh state. Only StepFailure is a test result; other errors are rethrown. */
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
  const at = locationOf(step.span, bundle.sources);
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
 * Explains why the judged call had its verdict. The call itself has changed the state, so the test runs again up to
 * that call, and the engine explains it instead of deciding.
 */
async function explain(
  each: TestCase,
  { decided, mismatch }: StepFailure,
  policy: PolicyVariants,
  keys: Keys,
): Promise<Pick<Failure, "because" | "state">> {
  if (decided === undefined) return {};
  let explanation: ExplanationParts = { decision: decided.decision, rules: [], state: [] };
  await runCase(each, policy, keys, {
    beforeDecision: async (number, request, pdp) => {
      if (number !== decided.number) return;
      try {
        const { rules, state } = await pdp.explain(request, TEST_CALLER);
        explanation = { decision: decided.decision, rules, state };
      } catch (error) {
        // The store is unavailable, so only the verdict's reasons are available.
        if (!(error instanceof StateUnavailable)) throw error;
      }
    },
  });
  const because = storyOf(explanation, mismatch.missing ?? []);
  const state = stateOf(explanation, because);
  return { because, ...(state.length === 0 ? {} : { state }) };
}
