/** Evaluates each rule that applies to a call once and collects the denies, allows, requirements and limits. */
import type { Exception } from "../../check/program.js";
import { type Candidate, type CandidateIndex, Findings, type Hit } from "../../compile/candidate-index.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { StateQuestions } from "../../compile/compiled-rule.js";
import type { Frame } from "../../compile/frame.js";
import { priorKey } from "../../compile/prior-key.js";
import { TRUE, UNKNOWN } from "../../compile/tri.js";

export type { Findings, Hit };

/** Every rule and limit that is true or unknown of the frame. */
export function judge({ indexes }: TargetProgram, frame: Frame): Findings {
  const findings = new Findings();
  for (let i = 0; i < indexes.length; i++) (indexes[i] as CandidateIndex).collect(frame, findings);
  return findings;
}

/** Exceptions that waive a rule or limit here: certainly, or perhaps (state may tell). */
export interface Waivers {
  readonly certain: readonly Candidate<Exception>[];
  readonly perhaps: readonly Candidate<Exception>[];
}
const noWaivers: Waivers = { certain: [], perhaps: [] };

/** The exceptions to a rule or limit, by its id, that are not false of the frame. */
export function waiversOf(id: string, target: TargetProgram, frame: Frame): Waivers {
  const index = target.exceptions.get(id);
  if (index === undefined) return noWaivers;
  const findings = new Findings();
  index.collect(frame, findings);
  const hits = findings.exceptions;
  const certain = hits.filter(({ tri }) => tri === TRUE).map(({ candidate }) => candidate);
  const perhaps = hits
    .filter(({ candidate, tri }) => tri === UNKNOWN && candidate.stateful)
    .map(({ candidate }) => candidate);
  return { certain, perhaps };
}

/** What of the state is required to settle the rules that came out unknown. */
export interface RequiredState {
  session: boolean;
  steps: boolean;
  transaction: boolean;
  carried: boolean;
  readonly provenance: Set<string>;
  readonly priors: Map<string, StateQuestions["priors"][number]>;
}

/** Nothing required, to add to. */
export function nothingRequired(): RequiredState {
  return {
    session: false,
    steps: false,
    transaction: false,
    carried: false,
    provenance: new Set(),
    priors: new Map(),
  };
}

/** Adds what a candidate requires of the state. */
export function requireStateOf(candidate: Candidate, required: RequiredState): void {
  const { asks } = candidate.rule;
  if (asks.session) required.session = true;
  if (asks.steps) required.steps = true;
  if (asks.carried) required.carried = true;
  if (asks.transaction || candidate.inside !== "anywhere") required.transaction = true;
  for (const path of asks.provenance) required.provenance.add(path);
  for (const prior of asks.priors) required.priors.set(priorKey(prior), prior);
}
