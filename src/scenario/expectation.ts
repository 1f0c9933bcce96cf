/** Compares an `expect` with what was decided. */
import type { Program } from "../check/program.js";
import type { CompiledBundle } from "../compile/compile.js";
import { shortName } from "../engine/records/scheme-terms.js";
import type { Decision, Need, Obligation } from "../model/decision.js";
import type {
  Expectation,
  Expr,
  Name,
  Need as WrittenNeed,
  Obligation as WrittenObligation,
} from "../syntax/ast.js";
import { writeDuration } from "../values/duration.js";

/** An expectation that is not met. */
export interface Mismatch {
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The ids of rules that were expected to determine the verdict and did not. */
  readonly missing?: readonly string[];
}

/** What can be judged: a whole decision, or the needs of a transaction that has begun. */
type Judged = Pick<Decision, "needs"> & Partial<Pick<Decision, "decision" | "reasons" | "obligations">>;

/** Compares an expectation with a decision; returns undefined if it is met. */
export function mismatchOf(
  expectation: Exclude<Expectation, { kind: "refused" }>,
  judged: Judged,
  bundle: CompiledBundle,
): Mismatch | undefined {
  switch (expectation.kind) {
    case "verdict":
      return verdictMismatch(expectation, judged, bundle.program);
    case "needs":
      return needsMismatch(expectation.needs, judged.needs, bundle.program);
    case "with":
      return obligationMismatch(expectation.obligations, judged.obligations ?? [], bundle.program);
  }
}

// --- verdicts ---------------------------------------------------------------------------------------------

function verdictMismatch(
  { verdict, by }: Extract<Expectation, { kind: "verdict" }>,
  { decision, reasons = [], needs }: Judged,
  program: Program,
): Mismatch | undefined {
  const determining = new Set(reasons.map(({ rule }) => rule));
  const required = by.map((name) => ruleId(name, program));
  const missing = required.filter((id) => !determining.has(id));
  if (decision === verdict && missing.length === 0) return undefined;
  const expected = by.length === 0 ? verdict : `${verdict} by ${by.map(({ text }) => text).join(", ")}`;
  const actual = `${decision ?? "no verdict"}${byWhom([...determining])}${decision === "deny" ? "" : withNeeds(needs)}`;
  const message =
    decision !== verdict
      ? `\`${verdict}\` was expected, and it is \`${decision}\``
      : `the verdict is right, but not on account of \`${missing.map(shortName).join("`, `")}\``;
  return { message, expected, actual, missing };
}

/** Returns the id of a rule, limit or exception named in a test; `builtin.x` is the name of a built-in refusal. */
function ruleId({ text }: Name, { resolve }: Program): string {
  return resolve("rule", text) ?? resolve("limit", text) ?? resolve("exception", text) ?? text;
}

function byWhom(rules: readonly string[]): string {
  return rules.length === 0 ? "" : ` by ${rules.join(", ")}`;
}

function withNeeds(needs: readonly Need[]): string {
  return needs.length === 0 ? "" : `, needs ${needs.map(needText).join(", ")}`;
}

// --- needs ------------------------------------------------------------------------------------------------

/**
 * Checks that the unmet needs are exactly those named; the age of a step-up is compared only if the test states one.
 */
function needsMismatch(
  required: readonly WrittenNeed[],
  needs: readonly Need[],
  program: Program,
): Mismatch | undefined {
  const unexpected = needs.filter((need) => !required.some((each) => isNeed(each, need, program)));
  const absent = required.filter((each) => !needs.some((need) => isNeed(each, need, program)));
  if (unexpected.length === 0 && absent.length === 0) return undefined;
  const told = [
    ...absent.map((each) => `\`${writtenNeedText(each)}\` is not needed`),
    ...unexpected.map((need) => `\`${needText(need)}\` is needed too`),
  ];
  return {
    message: told.join("; "),
    expected: `needs ${required.map(writtenNeedText).join(", ")}`,
    actual: needs.length === 0 ? "needs nothing" : `needs ${needs.map(needText).join(", ")}`,
  };
}

function isNeed(required: WrittenNeed, need: Need, { resolve }: Program): boolean {
  if (required.kind === "confirmation") return need.type === "confirmation";
  if (required.kind === "approval")
    return (
      need.type === "approval" && need.scheme === shortName(resolve("approval", required.scheme.text) ?? "")
    );
  return (
    need.type === "step-up" &&
    need.level === shortName(resolve("level", required.level.text) ?? "") &&
    (required.within === undefined || need.max_age === required.within.ms / 1000)
  );
}

/** Returns a need in the words of the language. */
export function needText(need: Need): string {
  if (need.type === "confirmation") return "confirmation";
  if (need.type === "approval") return `approval ${need.scheme}`;
  const within = need.max_age === undefined ? "" : ` within ${writeDuration(need.max_age * 1000)}`;
  return `step-up ${need.level}${within}`;
}

function writtenNeedText(need: WrittenNeed): string {
  if (need.kind === "confirmation") return "confirmation";
  if (need.kind === "approval") return `approval ${need.scheme.text}`;
  return `step-up ${need.level.text}${need.within === undefined ? "" : ` within ${need.within.raw}`}`;
}

// --- obligations ------------------------------------------------------------------------------------------

/** Checks that the decision has each obligation named; it may have more. */
function obligationMismatch(
  required: readonly WrittenObligation[],
  obligations: readonly Obligation[],
  program: Program,
): Mismatch | undefined {
  const absent = required.filter((each) => !obligations.some((one) => carries(one, each, program)));
  if (absent.length === 0) return undefined;
  const named = required.map(({ name, args }) => `${name.text}${args.length === 0 ? "" : "(…)"}`);
  return {
    message: `\`${absent.map(({ name }) => name.text).join("`, `")}\` is not asked for in this way`,
    expected: `with ${named.join(", ")}`,
    actual: obligations.length === 0 ? "with nothing" : `with ${obligations.map(obligationText).join(", ")}`,
  };
}

function carries(actual: Obligation, { name, args }: WrittenObligation, program: Program): boolean {
  if (actual.type !== name.text) return false;
  const values = args.map((arg) => constant(arg, program));
  const [first, second] = values;
  switch (actual.type) {
    case "timeout":
      return typeof first === "number" && actual.seconds === first / 1000;
    case "rows":
      return actual.count === first;
    case "log":
      return actual.level === first;
    case "mask":
      return actual.place === place(first, program) && actual.how === second;
    case "filter":
      return actual.column === first && sameWords(actual.values, second);
    case "notify":
      return values.every((value) => actual.whom.includes(String(value)));
    case "sandbox":
      return values.every((value) => actual.profiles.includes(String(value)));
    case "redact":
    case "drop":
      return values.every((value) => actual.places.includes(place(value, program)));
  }
}

/** Returns the full path of a label, as rules name it after checking. */
function place(text: unknown, { resolve }: Program): string {
  const written = String(text);
  if (!written.startsWith("label:")) return written;
  return `label:${resolve("label", written.slice("label:".length)) ?? ""}`;
}

function sameWords(actual: readonly string[], required: unknown): boolean {
  return (
    Array.isArray(required) &&
    required.length === actual.length &&
    required.every((word) => actual.includes(String(word)))
  );
}

/** Returns the value of an argument of an expected obligation: a literal, a list, or data by name. */
function constant(expr: Expr, program: Program): unknown {
  switch (expr.kind) {
    case "string":
    case "number":
    case "bool":
      return expr.value;
    case "duration":
      return expr.ms;
    case "list":
      return expr.items.map((item) => constant(item, program));
    case "path":
      return program.data.get(program.resolve("data", expr.name.text) ?? "")?.value;
    default:
      return undefined;
  }
}

/** Returns an obligation in the words of the language. */
export function obligationText(obligation: Obligation): string {
  switch (obligation.type) {
    case "timeout":
      return `timeout(${writeDuration(obligation.seconds * 1000)})`;
    case "rows":
      return `rows(${obligation.count})`;
    case "log":
      return `log(${JSON.stringify(obligation.level)})`;
    case "mask":
      return `mask(${JSON.stringify(obligation.place)}, ${JSON.stringify(obligation.how)})`;
    case "filter":
      return `filter(${JSON.stringify(obligation.column)}, ${JSON.stringify(obligation.values)})`;
    case "notify":
      return call("notify", obligation.whom);
    case "sandbox":
      return call("sandbox", obligation.profiles);
    default:
      return call(obligation.type, obligation.places);
  }
}

function call(name: string, words: readonly string[]): string {
  return `${name}(${words.map((word) => JSON.stringify(word)).join(", ")})`;
}
