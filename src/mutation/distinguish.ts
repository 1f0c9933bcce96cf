/** Looks for a request that a policy and a mutant of it answer differently: first in the tests, then near them. */
import { calledIn } from "../check/tests/called-in.js";
import type { Pdp } from "../engine/pdp.js";
import { RequestProblem } from "../engine/request/types.js";
import type { Keys } from "../identity/keys.js";
import type { DecideRequest } from "../model/request.js";
import { type AnswerSummary, summaryOf } from "../scenario/answer-summary.js";
import { type Location, locationOf } from "../scenario/location.js";
import type { PolicyVariants } from "../scenario/policy-variants.js";
import { runCase, type TestCase } from "../scenario/run-tests.js";
import type { ScenarioHooks } from "../scenario/scenario.js";
import { type Decided, TEST_CALLER } from "../scenario/test-gateway.js";
import type { Source } from "../source/source.js";
import type { Step } from "../syntax/ast.js";
import type { Touch } from "./touch.js";
import { type Variation, variationsOf } from "./variations.js";

/** A request that a policy and its mutant answer differently. */
export interface DistinguishingRequest {
  /** The test in which they differ, and the step that, as written or varied, is answered differently. */
  readonly near: { readonly test: string; readonly at: Location };
  /** The step as it could be written in a test. */
  readonly step: string;
  /**
   * Describes how the request varies from the step; undefined if it is the step itself and the test does not check
   * enough.
   */
  readonly how: string | undefined;
  readonly policy: string;
  readonly mutant: string;
}

/** One answer to one question, asked at one step of a test. */
export interface Asked {
  readonly step: Decided["step"];
  readonly request: DecideRequest;
  readonly how: string | undefined;
  readonly answer: AnswerSummary;
}

/** A mutant that no test noticed, and the tests and targets to search. */
export interface Suspect {
  readonly mutant: PolicyVariants;
  /** Tests that call one of its targets; those whose decisions depend on it come first. */
  readonly cases: readonly TestCase[];
  /** The targets that it can affect; undefined if it may affect any. */
  readonly targets: ReadonlySet<string> | undefined;
  readonly touch: Touch;
}

/** The maximum number of answers compared for one mutant, in addition to those of the tests. */
const MAX_ASKED = 400;

/** Records every answer of a test. */
export function traced(asked: Asked[]): ScenarioHooks {
  return {
    afterDecision: ({ step, request, decision }) => {
      asked.push({ step, request, how: undefined, answer: summaryOf(decision) });
    },
  };
}

/**
 * Returns undefined if it finds no difference: the two may be equivalent. The requests tried do not depend on timing.
 */
export async function distinguish(
  policy: PolicyVariants,
  { mutant, cases, targets, touch }: Suspect,
  keys: Keys,
  sources: ReadonlyMap<string, Source>,
): Promise<DistinguishingRequest | undefined> {
  const { program } = policy;
  const isConcerned = (step: Step) =>
    targets === undefined || calledIn([step], program).some((target) => targets.has(target));
  let left = MAX_ASKED;
  for (const each of cases) {
    if (left <= 0) break;
    const [ours = [], theirs = []] = await Promise.all(
      [policy, mutant].map(async (one) => {
        const asked: Asked[] = [];
        const vary = (request: DecideRequest) => variationsOf(request, program, touch);
        await runCase(each, one, keys, { ...varied(asked, isConcerned, vary), lenient: true });
        return asked;
      }),
    );
    left -= ours.length;
    const apart = firstDifference(each, ours, theirs, sources);
    if (apart !== undefined) return apart;
  }
  return undefined;
}

/** Returns the first answer that differs, or that other rules determine. */
export function firstDifference(
  { name }: TestCase,
  ours: readonly Asked[],
  theirs: readonly Asked[],
  sources: ReadonlyMap<string, Source>,
): DistinguishingRequest | undefined {
  for (const [i, { step, request, how, answer }] of ours.entries()) {
    const other = theirs[i]?.answer;
    if (other === undefined || (answer.text === other.text && answer.by === other.by)) continue;
    const shown = ({ text, by }: AnswerSummary) => (answer.text === other.text ? `${text} by ${by}` : text);
    const near = { test: name, at: locationOf(step.span, sources) };
    return { near, step: callText(step, request), how, policy: shown(answer), mutant: shown(other) };
  }
  return undefined;
}

/** Asks for every variation of each relevant call, once per distinct call, without changing the state of the test. */
function varied(
  asked: Asked[],
  isConcerned: (step: Step) => boolean,
  vary: (request: DecideRequest) => readonly Variation[],
): ScenarioHooks {
  const seen = new Set<Step>();
  return {
    beforeDecision: async (_number, request, pdp, step) => {
      if (!isConcerned(step) || seen.has(step)) return;
      seen.add(step);
      for (const { how, request: other } of vary(request).slice(0, MAX_ASKED - asked.length))
        asked.push({ step, request: other, how, answer: await dryAnswer(other, pdp) });
    },
  };
}

async function dryAnswer(request: DecideRequest, pdp: Pdp): Promise<AnswerSummary> {
  try {
    return summaryOf(await pdp.decide({ ...request, dry_run: true }, TEST_CALLER));
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    return { text: `not a request: ${error.message}`, by: "" };
  }
}

function callText(step: Decided["step"], { args = {} }: DecideRequest): string {
  const head = step.kind === "call" ? `call ${step.tool.text}` : `send ${step.channel.text}`;
  return `${head} ${written(args)}`;
}

/** Returns JSON as a value of the language. */
function written(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(written).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  const fields = Object.entries(json).map(([name, value]) => `${name}: ${written(value)}`);
  return fields.length === 0 ? "{ }" : `{ ${fields.join(", ")} }`;
}
