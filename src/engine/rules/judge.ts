/** Evaluates each rule that applies to a call once and collects the denies, allows, requirements and limits. */
import type { Exception, Limit, Rule } from "../../check/program.js";
import { ask, type Candidate, type Verb } from "../../compile/candidate.js";
import type { CandidateIndex } from "../../compile/candidate-index.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { StateQuestions } from "../../compile/compiled-rule.js";
import type { Frame } from "../../compile/frame.js";
import { priorKey } from "../../compile/prior-key.js";
import { FALSE, TRUE, UNKNOWN } from "../../compile/tri.js";

/** A rule whose condition is not false. */
export interface Hit<Source extends Rule | Exception | Limit = Rule | Exception | Limit> {
  readonly candidate: Candidate<Source>;
  readonly tri: typeof TRUE | typeof UNKNOWN;
}

/** Every rule that is true or unknown of a frame. Shadow rules are kept apart: they never decide. */
export interface Findings {
  readonly denies: readonly Hit<Rule>[];
  readonly allows: readonly Hit<Rule>[];
  readonly requires: readonly Hit<Rule>[];
  readonly limits: readonly Hit<Limit>[];
  readonly exceptions: readonly Hit<Exception>[];
  readonly shadow: readonly Hit<Rule | Limit>[];
}

const LISTS = {
  deny: "denies",
  allow: "allows",
  require: "requires",
  limit: "limits",
  exception: "exceptions",
} as const satisfies Record<Verb, keyof Findings>;

/** Every rule and limit that is true or unknown of the frame. */
export function judge({ indexes }: TargetProgram, frame: Frame): Findings {
  return findingsOf(indexes, frame);
}

function findingsOf(indexes: readonly CandidateIndex[], frame: Frame): Findings {
  const found: Candidate[] = [];
  for (const index of indexes) index.collect(frame, found);
  const lists: Record<keyof Findings, Hit[]> = {
    denies: [],
    allows: [],
    requires: [],
    limits: [],
    exceptions: [],
    shadow: [],
  };
  for (const candidate of found) {
    const tri = ask(candidate, frame);
    if (tri !== FALSE) lists[candidate.shadow ? "shadow" : LISTS[candidate.verb]].push({ candidate, tri });
  }
  // A candidate's verb determines the type of its source.
  return lists as Findings;
}

/** Exceptions that waive a rule or limit for this call: certainly, or depending on state. */
export interface Waivers {
  readonly certain: readonly Candidate<Exception>[];
  readonly perhaps: readonly Candidate<Exception>[];
}
const noWaivers: Waivers = { certain: [], perhaps: [] };

/** The exceptions to a rule or limit, by its id, that are not false of the frame. */
export function waiversOf(id: string, target: TargetProgram, frame: Frame): Waivers {
  const index = target.exceptions.get(id);
  if (index === undefined) return noWaivers;
  const hits = findingsOf([index], frame).exceptions;
  const certain = hits.filter(({ tri }) => tri === TRUE).map(({ candidate }) => candidate);
  const perhaps = hits
    .filter(({ candidate, tri }) => tri === UNKNOWN && candidate.stateful)
    .map(({ candidate }) => candidate);
  return { certain, perhaps };
}

/** The state required to settle the rules that are unknown. */
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
