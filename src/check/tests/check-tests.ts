import type { MatrixDeclaration, Name, RecordValue, Step, TestDeclaration } from "../../syntax/ast.js";
import { checkAnnotations } from "../annotations.js";
import { Arguments } from "../arguments.js";
import type { Bundle } from "../bundle.js";
import type { Expressions } from "../expressions/expressions.js";
import type { Scope } from "../expressions/scope.js";
import { foldValue } from "../fold-value.js";
import { messages } from "../messages.js";
import { checkNeeds } from "../needs.js";
import { checkObligations } from "../obligations.js";
import { checkGiven, isGiven } from "./givens.js";
import { approverType, checkOutcomeFields, checkRoles } from "./records.js";

const NOTHING_IN_REACH: Scope = {
  args: new Arguments([], []),
  reported: false,
  variables: new Map(),
  present: new Set(),
};
/** The prefix of denials that no policy can switch off. Only the engine has the list of them. */
const BUILT_IN = "builtin.";
/** More repeats are a task for a benchmark. */
const MAX_REPEATS = 10_000;

/** What has happened before a step of a test, judged by the order of steps alone. */
interface Progress {
  agent: boolean;
  called: boolean;
  acted: boolean;
  begun: boolean;
  expected: boolean;
}

/** Checks tests and matrices: every name, every value, and the order of steps. */
export function checkTests(
  checker: Expressions,
  tests: readonly TestDeclaration[],
  matrices: readonly MatrixDeclaration[],
): void {
  const { bundle } = checker;
  const titles = new Map<string, TestDeclaration | MatrixDeclaration>();
  for (const test of [...tests, ...matrices]) {
    const first = titles.get(test.title.value);
    if (first === undefined) titles.set(test.title.value, test);
    else bundle.problems.add(messages.sameTitle(test.title.value, test.title.span, first.title.span));
    checkAnnotations(bundle, test.annotations, "other");
  }
  for (const test of tests) {
    const progress: Progress = { agent: false, called: false, acted: false, begun: false, expected: false };
    checkSteps(checker, test.steps, progress);
    if (!progress.expected) bundle.problems.add(messages.expectsNothing("test", test.title.span));
  }
  for (const matrix of matrices) checkMatrix(bundle, matrix);
}

function checkSteps(checker: Expressions, steps: readonly Step[], progress: Progress): void {
  for (const step of steps) checkStep(checker, step, progress);
}

function checkStep(checker: Expressions, step: Step, progress: Progress): void {
  const { bundle } = checker;
  if (isGiven(step)) {
    if (step.kind === "given-agent") progress.agent = true;
    checkGiven(bundle, step);
    return;
  }
  switch (step.kind) {
    case "call":
    case "send":
      if (!progress.agent) bundle.problems.add(messages.noAgentGiven(headOf(step, step.kind.length)));
      progress.agent = true;
      progress.called = true;
      progress.acted = true;
      if (step.kind === "call") checkCall(bundle, step.tool, step.args);
      else bundle.find("channel", step.channel, "channel");
      return;
    case "outcome":
      if (!progress.called) outOfPlace(bundle, step, "outcome", "there is no call yet that it could be of");
      progress.acted = true;
      if (step.fields !== undefined) checkOutcomeFields(bundle, step.fields);
      return;
    case "approve":
    case "reject":
      // `confirmation` is the one scheme that is never declared: the requesting user's own answer.
      if (step.scheme.text !== "confirmation") bundle.find("approval", step.scheme, "approval");
      if (!progress.called && !progress.begun)
        outOfPlace(bundle, step, step.kind, "nothing has asked for it yet");
      progress.acted = true;
      if (step.fields !== undefined) {
        foldValue(bundle, step.fields, approverType(bundle));
        checkRoles(bundle, step.fields);
      }
      return;
    case "begin":
      bundle.find("transaction", step.transaction, "transaction");
      for (const call of step.plan ?? []) checkCall(bundle, call.tool, call.args);
      progress.begun = true;
      progress.acted = true;
      return;
    case "commit":
    case "abort":
      if (!progress.begun) outOfPlace(bundle, step, step.kind, "no transaction has begun");
      progress.acted = true;
      return;
    case "wait":
      if (step.duration.ms <= 0) {
        bundle.problems.add(messages.outOfRange("a wait", step.duration.span, "above 0"));
      }
      return;
    case "repeat":
      if (step.times.value < 1 || step.times.value > MAX_REPEATS) {
        const wanted = `between 1 and ${MAX_REPEATS}`;
        bundle.problems.add(messages.outOfRange("a number of repeats", step.times.span, wanted));
      }
      checkSteps(checker, step.steps, progress);
      return;
    case "expect":
      progress.expected = true;
      if (!progress.acted)
        outOfPlace(bundle, step, "expect", "nothing has happened yet that could be judged");
      checkExpectation(checker, step);
  }
}

function checkExpectation(checker: Expressions, { expectation }: Step & { readonly kind: "expect" }): void {
  switch (expectation.kind) {
    case "verdict":
      for (const name of expectation.by) {
        if (!name.text.startsWith(BUILT_IN)) checker.bundle.find("rules", name, "rule");
      }
      return;
    case "needs":
      checkNeeds(checker.bundle, expectation.needs);
      return;
    case "with":
      checkObligations(checker, [{ ...expectation, kind: "with-clause" }], NOTHING_IN_REACH);
      return;
    case "refused":
      return;
  }
}

/**
 * Checks a tool and its arguments. A wrongly typed argument would be refused before any rule, so it would test no
 * policy.
 */
function checkCall(bundle: Bundle, name: Name, args: RecordValue | undefined): void {
  const entry = bundle.find("tool", name, "tool");
  const tool = entry && bundle.tools.get(entry.id);
  if (tool === undefined) return;
  const given: RecordValue = args ?? { kind: "record", entries: [], span: name.span };
  foldValue(bundle, given, { ...tool.args, name: tool.name });
}

function checkMatrix(bundle: Bundle, matrix: MatrixDeclaration): void {
  for (const given of matrix.givens) {
    if (given.kind === "given-agent")
      outOfPlace(bundle, given, "given agent", "the columns of a matrix are its agents");
    checkGiven(bundle, given);
  }
  bundle.findAll("agent", matrix.agents, "agent");
  if (matrix.rows.length === 0) bundle.problems.add(messages.expectsNothing("matrix", matrix.title.span));
  for (const row of matrix.rows) {
    checkCall(bundle, row.tool, row.args);
    if (row.verdicts.length !== matrix.agents.length) {
      bundle.problems.add(messages.rowWidth(row.tool.span, row.verdicts.length, matrix.agents.length));
    }
  }
}

function outOfPlace(bundle: Bundle, step: Step, word: string, why: string): void {
  bundle.problems.add(messages.stepOutOfPlace(word, headOf(step, word.length), why));
}

/** The keyword that begins a step: the smallest span that identifies it. */
function headOf(step: Step, length: number): Step["span"] {
  return { ...step.span, end: Math.min(step.span.end, step.span.start + length) };
}
