/** Asks every rule that can concern a call, once: what denies, grants, demands and meters. */
import type { Exception, Limit, Rule } from "../check/program.js";
import type { Candidate, Hit } from "../compile/candidate-index.js";
import type { TargetProgram } from "../compile/compile.js";
import type { StateQuestions } from "../compile/compiled-rule.js";
import type { Frame } from "../compile/frame.js";
import { priorKey } from "../compile/prior-key.js";
import { TRUE, UNKNOWN } from "../compile/tri.js";

export type { Hit };

/** Every rule that is true or unknown of a frame. Shadow rules are kept apart: they never decide. */
export interface Findings {
  readonly denies: Hit<Rule>[];
  readonly allows: Hit<Rule>[];
  readonly requires: Hit<Rule>[];
  readonly limits: Hit<Limit>[];
  readonly shadow: Hit<Rule | Limit>[];
}

export function judge(target: TargetProgram, frame: Frame): Findings {
  const findings: Findings = { denies: [], allows: [], requires: [], limits: [], shadow: [] };
  target.denies.collect(frame, findings.denies, findings.shadow as Hit<Rule>[]);
  target.allows.collect(frame, findings.allows, findings.shadow as Hit<Rule>[]);
  target.requires.collect(frame, findings.requires, findings.shadow as Hit<Rule>[]);
  target.limits.collect(frame, findings.limits, findings.shadow as Hit<Limit>[]);
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
  const hits: Hit<Exception>[] = [];
  index.collect(frame, hits, hits);
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
