/** Asks every rule that can concern a call, once: what denies, grants, demands and meters. */
import type { Exception } from "../../check/program.js";
import { type Candidate, type CandidateIndex, Findings, type Hit } from "../../compile/candidate-index.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { StateQuestions } from "../../compile/compiled-rule.js";
import type { Frame } from "../../compile/frame.js";
import { priorKey } from "../../compile/prior-key.js";
import { TRUE, UNKNOWN } from "../../compile/tri.js";

export type { Findings, Hit };

export function judge({ indexes }: TargetProgram, frame: Frame): Findings {
  const findings = new Findings();
  for (let i = 0; i < indexes.length; i++) (indexes[i] as CandidateIndex).collect(frame, findings);
  return findings;
}

/** Exceptions that lift a rule or limit here: certainly, or perhaps (state may tell). */
export interface Lifting {
  readonly certain: readonly Candidate<Exception>[];
  readonly perhaps: readonly Candidate<Exception>[];
}
const nothingLifts: Lifting = { certain: [], perhaps: [] };

export function liftingOf(id: string, target: TargetProgram, frame: Frame): Lifting {
  const index = target.exceptions.get(id);
  if (index === undefined) return nothingLifts;
  const findings = new Findings();
  index.collect(frame, findings);
  const hits = findings.exceptions;
  const certain = hits.filter(({ tri }) => tri === TRUE).map(({ candidate }) => candidate);
  const perhaps = hits
    .filter(({ candidate, tri }) => tri === UNKNOWN && candidate.stateful)
    .map(({ candidate }) => candidate);
  return { certain, perhaps };
}

/** What the rules that came out unknown would have to know. */
export interface Wanted {
  session: boolean;
  steps: boolean;
  transaction: boolean;
  carried: boolean;
  readonly provenance: Set<string>;
  readonly priors: Map<string, StateQuestions["priors"][number]>;
}

export function nothingWanted(): Wanted {
  return {
    session: false,
    steps: false,
    transaction: false,
    carried: false,
    provenance: new Set(),
    priors: new Map(),
  };
}

/** Adds what a candidate asks of the state. */
export function want(wanted: Wanted, candidate: Candidate): void {
  const { asks } = candidate.rule;
  if (asks.session) wanted.session = true;
  if (asks.steps) wanted.steps = true;
  if (asks.carried) wanted.carried = true;
  if (asks.transaction || candidate.inside !== "anywhere") wanted.transaction = true;
  for (const path of asks.provenance) wanted.provenance.add(path);
  for (const prior of asks.priors) wanted.priors.set(priorKey(prior), prior);
}
