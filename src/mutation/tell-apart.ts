/** Looks for a request that a policy and a mutant of it answer differently: in the tests themselves, then near them. */
import { calledIn } from "../check/tests/called-in.js";
import type { Pdp } from "../engine/pdp.js";
import { RequestProblem } from "../engine/request/types.js";
import type { Keys } from "../identity/keys.js";
import type { DecideRequest } from "../model/request.js";
import { type AnswerSummary, summaryOf } from "../scenario/answer-summary.js";
import { type Place, placeOf } from "../scenario/place.js";
import type { PolicyVariants } from "../scenario/policy-variants.js";
import { runCase, type TestCase } from "../scenario/run-tests.js";
import type { ScenarioHooks } from "../scenario/scenario.js";
import { TEST_CALLER } from "../scenario/test-gateway.js";
import type { Source } from "../source/source.js";
import type { Step } from "../syntax/ast.js";
import { madeUpTests, toolsOf } from "./made-up-tests.js";
import { stepVariants, type VariantHints } from "./step-variants.js";
import { type Constants, variationsOf } from "./variations.js";

/** Where a policy and its mutant part. */
export interface Apart {
  /** The test in which they do, and the step of it which, as it stands or varied, is answered differently. */
  readonly near: { readonly test: string; readonly at: Place } | undefined;
  /** Where it is no test of the bundle: the lines of one that would come before that step. */
  readonly before: readonly string[];
  /** The step as it could be written in a test. */
  readonly step: string;
  /** What is to be changed about it; undefined where the test makes it already and does not look closely. */
  readonly how: string | undefined;
  readonly policy: string;
  readonly mutant: string;
}

/** What is known of a change, as far as it helps to look for requests. */
export interface SearchHints extends VariantHints {
  /** The declaration that is changed, by its name as declared. */
  readonly subject: string;
  readonly constants: Constants;
}

/** One answer to one question, asked at one step of a test. */
interface Asked {
  readonly step: Step;
  readonly text: string;
  readonly how: string | undefined;
  readonly answer: AnswerSummary;
}

/** One run to compare both policies in; `before` is what a test made up for it says, undefined for one of the bundle. */
interface Way {
  readonly name: string;
  readonly each: TestCase;
  readonly ask: Ask;
  readonly before?: readonly string[];
}

const NOWHERE: Place = { file: "", line: 1, column: 1 };

/** How many answers of one mutant are compared before it is given up. */
const ASKED_MOST = 4_000;
/** How often one call of a test is varied when it is made again and again. */
const SAME_CALL_MOST = 2;

/** Finds requests that tell mutants apart. What the policy itself answers is asked once and remembered. */
export class Searcher {
  readonly #policy: PolicyVariants;
  readonly #keys: Keys;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #written: ReadonlyMap<string, readonly string[]>;
  readonly #remembered = new Map<string, Promise<readonly Asked[]>>();

  /** `cases` are all tests of the bundle: what they call with is worth calling with. */
  constructor(
    policy: PolicyVariants,
    keys: Keys,
    sources: ReadonlyMap<string, Source>,
    cases: readonly TestCase[],
  ) {
    this.#policy = policy;
    this.#keys = keys;
    this.#sources = sources;
    this.#written = argumentsOf(cases, policy, sources);
  }

  /** Undefined where nothing was found: the two may mean the same. What is tried does not depend on the time it takes. */
  async search(
    mutant: PolicyVariants,
    cases: readonly TestCase[],
    hints: SearchHints,
  ): Promise<Apart | undefined> {
    let byReasons: Apart | undefined;
    let asked = 0;
    for (const way of this.#ways(cases, hints)) {
      if (asked > ASKED_MOST) break;
      const found = await this.#compare(mutant, way);
      asked += found.asked;
      if (found.apart !== undefined && !found.sameAnswer) return found.apart;
      byReasons ??= found.apart;
    }
    return byReasons;
  }

  /** The tests as they are, tests made up for what is changed, then every call of the tests varied, then themselves. */
  *#ways(cases: readonly TestCase[], { constants, subject, ...hints }: SearchHints): Iterable<Way> {
    const { program } = this.#policy;
    const tools = toolsOf(subject, program);
    const isConcerned = ({ steps }: TestCase) =>
      tools === undefined || calledIn(steps, program).some((tool) => tools.has(tool));
    const near = cases.filter(isConcerned);
    const key = (each: TestCase) =>
      `${each.at.file} ${each.steps[0]?.span.start} ${each.steps.at(-1)?.span.start} ${each.name}`;
    const asIs = traced(undefined, this.#sources);
    const numbers = constants.numbers.join(" ");
    for (const each of cases) yield { name: `as is ${key(each)}`, each, ask: asIs };
    for (const { givens, lines, steps, vary } of madeUpTests(subject, program, this.#written, hints)) {
      const each = { kind: "test", name: "", at: NOWHERE, steps } as const;
      yield { name: `made up ${lines.join("\n")}`, each, ask: asIs, before: lines };
      if (!vary) continue;
      const ask = varied(this.#policy, constants, tools);
      yield {
        name: `near made up ${numbers} ${[...(tools ?? [])].join(" ")} ${lines.join("\n")}`,
        each,
        ask,
        before: givens,
      };
    }
    const scope = tools === undefined ? "" : [...tools].join(" ");
    for (const each of near)
      yield {
        name: `near ${numbers} ${scope} ${key(each)}`,
        each,
        ask: varied(this.#policy, constants, tools),
      };
    for (const each of near)
      for (const { how, steps } of stepVariants(each.steps, program, hints))
        yield {
          name: `${how} ${steps.length} ${firstChange(each.steps, steps)} ${key(each)}`,
          each: { ...each, steps },
          ask: traced(how, this.#sources),
        };
  }

  async #compare(mutant: PolicyVariants, way: Way) {
    const { name, each, ask } = way;
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
        return {
          asked: b.length,
          sameAnswer: false,
          apart: this.#apart(way, mine, mine.answer.text, theirs.answer.text),
        };
      if (mine.answer.by !== theirs.answer.by)
        byReasons ??= this.#apart(way, mine, byWhom(mine.answer), byWhom(theirs.answer));
    }
    return { asked: b.length, sameAnswer: true, apart: byReasons };
  }

  #apart({ each, before }: Way, { step, text, how }: Asked, policy: string, mutant: string): Apart {
    const near =
      before === undefined ? { test: each.name, at: placeOf(step.span, this.#sources) } : undefined;
    return { near, before: before ?? [], step: text, how, policy, mutant };
  }
}

/** Written arguments of calls, by tool, each once; in the order of the tests. */
function argumentsOf(
  cases: readonly TestCase[],
  { program }: PolicyVariants,
  sources: ReadonlyMap<string, Source>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const visit = (step: Step): void => {
    if (step.kind === "repeat") step.steps.forEach(visit);
    if (step.kind !== "call" || step.args === undefined) return;
    const tool = program.resolve("tool", step.tool.text);
    const text = sources.get(step.args.span.file)?.slice(step.args.span).replaceAll(/\s+/g, " ");
    if (tool === undefined || text === undefined) return;
    found.set(tool, (found.get(tool) ?? new Set()).add(text));
  };
  for (const each of cases) each.steps.forEach(visit);
  return new Map([...found].map(([tool, texts]) => [tool, [...texts]]));
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

/** Every variation of each call, of these tools alone where they are known, without disturbing the test. */
function varied(policy: PolicyVariants, constants: Constants, tools: ReadonlySet<string> | undefined): Ask {
  return (asked) => {
    const seen = new Map<number, number>();
    return {
      beforeDecision: async (_number, request, pdp, step) => {
        if (tools !== undefined && !calledIn([step], policy.program).some((tool) => tools.has(tool))) return;
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
