/** Looks for a request that a policy and a mutant of it answer differently: in the tests themselves, then near them. */
import type { Pdp } from "../engine/pdp.js";
import { RequestProblem } from "../engine/types.js";
import type { Keys } from "../identity/keys.js";
import type { DecideRequest } from "../model/request.js";
import type { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import type { Step } from "../syntax/ast.js";
import { type AnswerSummary, summaryOf } from "./answer-summary.js";
import { type Place, placeOf } from "./place.js";
import type { PolicyVariants } from "./policy-variants.js";
import { runCase, type TestCase } from "./run-tests.js";
import { type ScenarioHooks, TEST_CALLER } from "./scenario.js";
import { stepVariants, type VariantHints } from "./step-variants.js";
import { type Constants, variationsOf } from "./variations.js";

/** Where a policy and its mutant part. */
export interface Apart {
  readonly test: string;
  /** The step of that test which, as it stands or varied, is answered differently. */
  readonly at: Place;
  /** The step as it could be written in a test. */
  readonly step: string;
  /** What is to be changed about it; undefined where the test makes it already and does not look closely. */
  readonly how: string | undefined;
  readonly policy: string;
  readonly mutant: string;
}

/** What is known of a change, as far as it helps to look for requests. */
export interface SearchHints extends VariantHints {
  readonly constants: Constants;
}

/** One answer to one question, asked at one step of a test. */
interface Asked {
  readonly step: Step;
  readonly text: string;
  readonly how: string | undefined;
  readonly answer: AnswerSummary;
}

/** How often one call of a test is varied when it is made again and again. */
const SAME_CALL_MOST = 2;

/** Finds requests that tell mutants apart. What the policy itself answers is asked once and remembered. */
export class Searcher {
  readonly #policy: PolicyVariants;
  readonly #keys: Keys;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #remembered = new Map<string, Promise<readonly Asked[]>>();

  constructor(policy: PolicyVariants, keys: Keys, sources: ReadonlyMap<string, Source>) {
    this.#policy = policy;
    this.#keys = keys;
    this.#sources = sources;
  }

  /** Undefined where nothing was found before `deadline` (ms): the two may mean the same. */
  async search(
    mutant: PolicyVariants,
    cases: readonly TestCase[],
    hints: SearchHints,
    deadline: number,
  ): Promise<Apart | undefined> {
    let byReasons: Apart | undefined;
    for (const { name, each, ask } of this.#ways(cases, hints)) {
      if (systemClock.now() > deadline) break;
      const found = await this.#compare(mutant, each, name, ask);
      if (found?.sameAnswer === false) return found.apart;
      byReasons ??= found?.apart;
    }
    return byReasons;
  }

  /** The tests as they are, then every call of them varied, then the tests themselves varied. */
  *#ways(cases: readonly TestCase[], { constants, ...hints }: SearchHints) {
    const { program } = this.#policy;
    const key = (each: TestCase) =>
      `${each.at.file} ${each.steps[0]?.span.start} ${each.steps.at(-1)?.span.start} ${each.name}`;
    for (const each of cases)
      yield { name: `as is ${key(each)}`, each, ask: traced(undefined, this.#sources) };
    const numbers = constants.numbers.join(" ");
    for (const each of cases)
      yield { name: `near ${numbers} ${key(each)}`, each, ask: varied(this.#policy, constants) };
    for (const each of cases)
      for (const { how, steps } of stepVariants(each.steps, program, hints))
        yield {
          name: `${how} ${steps.length} ${firstChange(each.steps, steps)} ${key(each)}`,
          each: { ...each, steps },
          ask: traced(how, this.#sources),
        };
  }

  async #compare(mutant: PolicyVariants, each: TestCase, name: string, ask: Ask) {
    let ours = this.#remembered.get(name);
    if (ours === undefined) {
      ours = askIn(this.#policy, each, this.#keys, ask);
      this.#remembered.set(name, ours);
    }
    const [a, b] = [await ours, await askIn(mutant, each, this.#keys, ask)];
    let byReasons: Apart | undefined;
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const [mine, theirs] = [a[i] as Asked, b[i] as Asked];
      if (mine.answer.text !== theirs.answer.text)
        return { sameAnswer: false, apart: this.#apart(each, mine, mine.answer.text, theirs.answer.text) };
      if (mine.answer.by !== theirs.answer.by)
        byReasons ??= this.#apart(each, mine, byWhom(mine.answer), byWhom(theirs.answer));
    }
    return byReasons === undefined ? undefined : { sameAnswer: true, apart: byReasons };
  }

  #apart({ name }: TestCase, { step, text, how }: Asked, policy: string, mutant: string): Apart {
    return { test: name, at: placeOf(step.span, this.#sources), step: text, how, policy, mutant };
  }
}

function firstChange(before: readonly Step[], after: readonly Step[]): number {
  return after.findIndex((step, i) => step !== before[i]);
}

function byWhom({ text, by }: AnswerSummary): string {
  return `${text} by ${by}`;
}

// --- asking -----------------------------------------------------------------------------------------------

/** Hooks that add what they are told to a list; made anew for each run. */
type Ask = (asked: Asked[]) => ScenarioHooks;

async function askIn(
  policy: PolicyVariants,
  each: TestCase,
  keys: Keys,
  ask: Ask,
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  await runCase(each, policy, keys, { ...ask(asked), lenient: true });
  return asked;
}

/** Every answer of the test itself. */
function traced(how: string | undefined, sources: ReadonlyMap<string, Source>): Ask {
  return (asked) => ({
    afterDecision: ({ step, request, decision }) => {
      asked.push({ step, text: callText(step, request), how, answer: summaryOf(decision) });
    },
    afterAction: (step, refusal) => {
      if (step.kind === "call" || step.kind === "send") return;
      const text = sources.get(step.span.file)?.slice(step.span) ?? step.kind;
      asked.push({ step, text, how, answer: { text: refusal === undefined ? "done" : "refused", by: "" } });
    },
  });
}

/** Every variation of each call, without disturbing the test. */
function varied(policy: PolicyVariants, constants: Constants): Ask {
  return (asked) => {
    const seen = new Map<number, number>();
    return {
      beforeDecision: async (_number, request, pdp, step) => {
        const times = (seen.get(step.span.start) ?? 0) + 1;
        seen.set(step.span.start, times);
        if (times > SAME_CALL_MOST) return;
        for (const { how, request: other } of variationsOf(request, policy.program, constants))
          asked.push({ step, text: callText(step, other), how, answer: await dryAnswer(other, pdp) });
      },
    };
  };
}

async function dryAnswer(request: DecideRequest, pdp: Pdp): Promise<AnswerSummary> {
  try {
    return summaryOf(await pdp.decide({ ...request, dry_run: true }, TEST_CALLER));
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    return { text: `no request: ${error.message}`, by: "" };
  }
}

function callText(step: Extract<Step, { kind: "call" | "send" }>, { args = {} }: DecideRequest): string {
  const head = step.kind === "call" ? `call ${step.tool.text}` : `send ${step.channel.text}`;
  return `${head} ${written(args)}`;
}

/** JSON as a value of the language. */
function written(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(written).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const fields = Object.entries(json).map(([name, value]) => `${name}: ${written(value)}`);
  return fields.length === 0 ? "{ }" : `{ ${fields.join(", ")} }`;
}
