/** One shape at one size: every contender on the same requests, each answer asserted before it is timed. */
import { deepStrictEqual } from "node:assert/strict";
import { type Hit, type Question, type Shape, type Workload, workload } from "../cases/workload.js";
import { type Contender, type Effort, measure } from "../measure.js";
import { casbin } from "../peers/casbin.js";
import { casl } from "../peers/casl.js";
import { cedar } from "../peers/cedar.js";
import { cel } from "../peers/cel.js";
import { handWritten } from "../peers/hand-written.js";
import { jsonLogic } from "../peers/json-logic.js";
import type { Loaded, Peer } from "../peers/peer.js";
import { writ } from "../peers/writ.js";
import { explainedRefusals } from "./explained.js";

/** The hand-written function is the baseline of all ratios. */
export const PEERS: readonly Peer[] = [handWritten, writ, jsonLogic, cel, casl, casbin, cedar];

/** What one contender takes for one question. */
export interface DecideRow {
  readonly shape: Shape;
  readonly rules: number;
  readonly hit: Hit;
  readonly contender: string;
  readonly ns: number;
  /** To the hand-written function. */
  readonly ratio: number;
  readonly spread: number;
}

/** Times all `peers`, the first of which is the floor, and Writ once more where it explains a refusal in full. */
export async function decideCase(
  shape: Shape,
  size: number,
  effort: Effort,
  peers: readonly Peer[] = PEERS,
): Promise<readonly DecideRow[]> {
  const work = workload(shape, size);
  const policies: Loaded[] = [];
  for (const peer of peers) policies.push(await peer.load(work));
  const rows: DecideRow[] = [];
  const asked = await Promise.all(
    work.questions.map(async (question) => ({
      hit: question.hit,
      contenders: [
        ...peers.map((peer, i) => contender(peer.name, policies[i] as Loaded, question)),
        ...(await explanations(work, question)),
      ],
    })),
  );
  // All questions before any is timed, or the first one would be timed on code that knows no other.
  for (const { contenders } of asked) await measure(contenders, { rounds: 1, batch: effort.batch / 2 });
  for (const { hit, contenders } of asked) {
    for (const { name, ns, ratio, spread } of await measure(contenders, effort))
      rows.push({ shape, rules: size, hit, contender: name, ns, ratio, spread });
  }
  return rows;
}

async function explanations(work: Workload, question: Question): Promise<readonly Contender[]> {
  return question.hit === "refusal" ? [await explainedRefusals(work, question)] : [];
}

/** A policy that is asked one question over and over, after each of its answers was asserted. */
export function contender(
  name: string,
  policy: Loaded,
  { requests, expected, hit }: Pick<Question, "requests" | "expected" | "hit">,
): Contender {
  const inputs = requests.map((request) => policy.input(request));
  for (const input of inputs) {
    const { decision, rule } = policy.decide(input);
    deepStrictEqual({ name, hit, decision, rule }, { name, hit, ...expected });
  }
  const { length } = inputs;
  return {
    name,
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const { decision, rule } = policy.decide(inputs[i % length]);
        sum += decision.length + (rule === undefined ? 0 : rule.length);
      }
      return sum;
    },
  };
}
