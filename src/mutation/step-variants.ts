/** Tests near a test: a wait somewhere, a step less, a call made again and again, other people at a step. */
import type { Program } from "../check/program.js";
import type { Span } from "../source/source.js";
import type { RecordValue, Step } from "../syntax/ast.js";
import { writeDuration } from "../values/duration.js";

/** What is changed, in words, and the steps of the changed test. */
export interface StepVariant {
  readonly how: string;
  readonly steps: readonly Step[];
}

/** Lengths of time (ms) and counts that a change of the policy has touched: what lies around them is worth trying. */
export interface VariantHints {
  readonly durations: readonly number[];
  readonly counts: readonly number[];
}

const REPEATS_MOST = 32;

/** Variants of a test's own steps; those within a `repeat` stay as they are. */
export function* stepVariants(
  steps: readonly Step[],
  program: Program,
  hints: VariantHints,
): Iterable<StepVariant> {
  const counts = hints.counts.filter((count) => count > 1 && count <= REPEATS_MOST);
  const times = counts.length === 0 ? [] : [Math.max(...counts) + 2];
  for (const [i, step] of steps.entries()) {
    const put = (how: string, ...instead: Step[]): StepVariant => ({
      how,
      steps: [...steps.slice(0, i), ...instead, ...steps.slice(i + 1)],
    });
    if (step.kind === "expect") continue;
    if (!step.kind.startsWith("given"))
      for (const ms of aroundEach(hints.durations))
        yield put(`with \`wait ${writeDuration(ms)}\` before it`, waiting(ms, step.span), step);
    for (const [how, other] of peopleAt(step, program)) yield put(how, other);
    if (step.kind === "call" || step.kind === "send") {
      for (const count of times)
        for (const status of ["ok", "failed"] as const) {
          const outcome: Step = { kind: "outcome", span: step.span, status, fields: undefined };
          yield put(`made ${count} times, each with \`outcome ${status}\``, repeating(count, step, outcome));
          const another = anotherUser(steps, i);
          if (another !== undefined)
            yield put(
              `made ${count} times, each with \`outcome ${status}\`, and then by another user`,
              repeating(count, step, outcome),
              another,
              step,
            );
        }
    }
    if (!step.kind.startsWith("given")) yield put("left out");
  }
}

function aroundEach(durations: readonly number[]): readonly number[] {
  const around = durations.flatMap((ms) => [ms - 1000, ms, ms + 1000, Math.floor(ms * 0.75)]);
  return [...new Set(around)].filter((ms) => ms > 0);
}

function waiting(ms: number, span: Span): Step {
  return { kind: "wait", span, duration: { span, ms, raw: writeDuration(ms) } };
}

function repeating(times: number, ...steps: readonly [Step, ...Step[]]): Step {
  const { span } = steps[0];
  return { kind: "repeat", span, times: { span, value: times }, steps };
}

function anotherUser(steps: readonly Step[], before: number): Step | undefined {
  const given = steps.slice(0, before).findLast((step) => step.kind === "given-user");
  return given === undefined
    ? undefined
    : { ...given, id: { ...given.id, value: `another ${given.id.value}` } };
}

/** The users and approvers of a step, with other roles and other sign-ins. */
function peopleAt(step: Step, program: Program): readonly (readonly [string, Step])[] {
  if (step.kind !== "given-user" && step.kind !== "approve" && step.kind !== "reject") return [];
  const { fields, span } = step;
  const roles = [...program.roles.values()].map(({ name }) => [name]);
  const levels = program.assurance.map(({ acr }) => acr);
  return [
    ...[[], ...roles].map((some) => {
      const value = { kind: "list" as const, span, items: some.map((role) => text(role, span)) };
      return [
        `with roles: [${some.join(", ")}]`,
        { ...step, fields: withField(fields, "roles", value, span) },
      ] as const;
    }),
    ...levels.map((acr) => {
      const changed = withField(fields, "acr", text(acr, span), span);
      return [`with acr: ${JSON.stringify(acr)}`, { ...step, fields: changed }] as const;
    }),
  ];
}

function text(value: string, span: Span) {
  return { kind: "string" as const, span, value };
}

function withField(
  record: RecordValue | undefined,
  name: string,
  value: RecordValue["entries"][number]["value"],
  span: Span,
): RecordValue {
  const others = (record?.entries ?? []).filter((entry) => entry.name.text !== name);
  return { kind: "record", span, entries: [...others, { name: { text: name, span }, value, span }] };
}
