/** Stage 3, the plan: derives which state to read from what is unknown without it. */
import type { Exception, Limit, Need } from "../../check/program.js";
import type { Candidate } from "../../compile/candidate.js";
import { UNKNOWN } from "../../compile/tri.js";
import { CONFIRMATION } from "../records/approval-state.js";
import { cellKeys } from "../request/cell-keys.js";
import { type Hit, nothingRequired, requireStateOf, waiversOf } from "../rules/judge.js";
import { exceptionWindow, windowsOf } from "../rules/limits.js";
import { isEmpty, nothingGiven, unmet } from "../rules/needs.js";
import type { Case, ReadPlan } from "./types.js";

/** What a decision must read; undefined if the verdict does not depend on it. */
export function requiredReads(c: Case): ReadPlan | undefined {
  if (dependsOnNothing(c)) return undefined;
  const planning = new Planning(c);
  return planning.isRequired ? planning.plan() : undefined;
}

/** The same, even if nothing depends on it, so that the answer states what is left of the limits. */
export function allReads(c: Case): ReadPlan {
  return new Planning(c).plan();
}

/** Detects the common case without allocating: every rule is certain, and none has needs or can be waived. */
function dependsOnNothing(c: Case): boolean {
  const { request } = c.call;
  if (request.transaction !== undefined || mustKnowSession(c) || carriesLabels(c)) return false;
  const { denies, allows, requires, limits, shadow } = c.findings;
  if (shadow.length > 0 || denies.length > 0) return false;
  for (const { candidate, tri } of allows)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0) return false;
  for (const { candidate, tri } of requires)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0 || candidate.rule.source.waivable)
      return false;
  for (const { candidate, tri } of limits)
    if (tri === UNKNOWN || candidate.rule.source.waivable) return false;
  return true;
}

/** The reservation checks a session that this process has seen; any other session must be read. */
function mustKnowSession({ call, context }: Case): boolean {
  return call.sessionKey !== undefined && context.sessionTrees.get(call.sessionKey) === undefined;
}

/** Whether the target accepts only some labels, so that the call's labels must be known. */
function carriesLabels({ target, call }: Case): boolean {
  return target.target.accepts instanceof Set && call.request.session !== undefined;
}

/** Goes through the findings once and gathers what they may depend on. */
class Planning {
  readonly isRequired: boolean;
  readonly #c: Case;
  readonly #required = nothingRequired();
  readonly #schemes = new Set<string>();
  readonly #exceptions = new Map<string, Exception>();
  #dependsOnState = false;
  #mayNeed = false;

  constructor(c: Case) {
    this.#c = c;
    const { findings, call } = c;
    const { denies, allows, requires, limits, shadow } = findings;
    for (const hits of [denies, allows, requires, limits, shadow]) for (const hit of hits) this.#note(hit);
    for (const { candidate } of [...allows, ...requires]) this.#mayAsk(candidate.rule.source.needs);
    for (const { candidate } of [...denies, ...requires, ...limits]) this.#addWaivers(candidate.rule.source);
    const isStep = call.request.transaction !== undefined;
    if (isStep) this.#schemes.add(CONFIRMATION);
    this.isRequired =
      this.#dependsOnState ||
      carriesLabels(c) ||
      this.#mayNeed ||
      this.#exceptions.size > 0 ||
      isStep ||
      mustKnowSession(c);
  }

  plan(): ReadPlan {
    for (const { candidate } of this.#c.findings.limits) this.#mayAskOver(candidate.rule.source);
    const required = this.#required;
    const provenance = carriesLabels(this.#c) || required.carried || required.provenance.size > 0;
    return { required, provenance, schemes: this.#schemes, windows: this.#windows() };
  }

  /** The state that a rule reads and that is unknown. */
  #note({ candidate, tri }: Hit): void {
    if (tri !== UNKNOWN || !candidate.stateful) return;
    this.#dependsOnState = true;
    requireStateOf(candidate, this.#required);
  }

  #mayAsk(needs: readonly Need[]): void {
    const { call, context } = this.#c;
    for (const need of needs) {
      if (need.kind === "approval") this.#schemes.add(need.scheme);
      else if (need.kind === "confirmation") this.#schemes.add(CONFIRMATION);
      this.#mayNeed ||=
        need.kind !== "step-up" || !isEmpty(unmet([[need]], call.frame, nothingGiven, context.bundle));
    }
  }

  #mayAskOver({ over }: Limit): void {
    if (over.kind === "need") this.#mayAsk(over.needs);
  }

  #addWaivers({ id, waivable }: { readonly id: string; readonly waivable: boolean }): void {
    if (!waivable) return;
    const { certain, perhaps } = waiversOf(id, this.#c.target, this.#c.call.frame);
    for (const candidate of certain) this.#addException(candidate);
    for (const candidate of perhaps) {
      this.#addException(candidate);
      this.#dependsOnState = true;
      requireStateOf(candidate, this.#required);
    }
  }

  #addException({ rule: { source } }: Candidate<Exception>): void {
    this.#mayAsk(source.needs);
    this.#exceptions.set(source.id, source);
  }

  /** The windows of limits, those in shadow included, and of exceptions that have a number of uses. */
  #windows(): ReadPlan["windows"] {
    const { findings, call } = this.#c;
    const hits = [...findings.limits, ...findings.shadow.filter(isLimitHit)];
    const windows = [...windowsOf(hits, call, call.request.session !== undefined)];
    for (const exception of this.#exceptions.values()) {
      if (exception.uses === undefined) continue;
      const key = cellKeys.exception(call.tenant, exception);
      windows.push({ key, window: exceptionWindow(exception, call.frame.now) });
    }
    return windows;
  }
}

/** Whether a hit in shadow is that of a limit. */
export function isLimitHit(hit: Hit): hit is Hit<Limit> {
  return hit.candidate.rule.source.kind === "limit";
}
