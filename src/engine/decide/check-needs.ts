/** Stage 6: needs. Chooses the alternative with the least demanding needs, and checks that someone can still meet them. */
import { TRUE } from "../../compile/tri.js";
import type { Reason } from "../../model/decision.js";
import { CONFIRMATION, effectiveStatus } from "../records/approval-state.js";
import { builtin } from "../request/refusal.js";
import { type Evidence, isEmpty, type NeedSet, nothingGiven } from "../rules/needs.js";
import {
  type Alternative,
  type Question,
  type Waived,
  type Weighed,
  weigh,
  weighPlainly,
} from "../rules/weigh.js";
import { isReason, obligationsOfAlternative } from "./check-obligations.js";
import { stillApproves, takenOutOf } from "./earlier-call.js";
import { adding, refuse } from "./open-case.js";
import { confirmsPlan, planConfirmation, schemesOf } from "./schemes.js";
import type { Case, Refusal } from "./types.js";
import { usableWaivers } from "./usable-waivers.js";

/** Adds the least demanding alternative. Needs may stay open; the call is refused if no one can meet them. */
export function checkNeeds(c: Case): Case | Refusal {
  const weighed = adding(c, { weighed: weighedOf(c) });
  const reasons = unmeetable(weighed.weighed.open, c);
  return reasons.length === 0 ? weighed : refuse(weighed, reasons);
}

function weighedOf(c: Case): Weighed {
  const plain = isPlain(c) ? weighPlainly(c.findings, c.target.kind === "channel") : undefined;
  if (plain !== undefined) return plain;
  const { bundle } = c.context;
  return weigh(questionOf(c), { frame: c.call.frame, evidence: evidenceOf(c), bundle }, (alternative) =>
    isPossible(alternative, c),
  );
}

/** Whether no limit is passed, nothing is waived, and no plan has to be confirmed. */
function isPlain(c: Case): boolean {
  const { limits, waived } = c;
  return limits.passed.length + limits.waived.length + waived.length === 0 && !confirmsPlan(c);
}

function questionOf(c: Case): Question {
  const { findings, target, limits } = c;
  const requires = findings.requires.map(({ candidate }) => candidate.rule.source);
  return {
    allows:
      target.kind === "channel"
        ? [undefined]
        : findings.allows.flatMap(({ candidate, tri }) => (tri === TRUE ? [candidate.rule.source] : [])),
    requires,
    passed: limits.passed,
    more: confirmsPlan(c) ? [planConfirmation] : [],
    waived: [...c.waived, ...limits.waived, ...waivableRequirements([...requires, ...limits.passed], c)],
  };
}

/** Requirements that may be met or waived; the less demanding choice is taken. */
function waivableRequirements(sources: readonly Parameters<typeof usableWaivers>[0][], c: Case): Waived[] {
  return sources.flatMap((source) => {
    const by = usableWaivers(source, c);
    return by.length === 0 ? [] : [{ id: source.id, by, refuses: false }];
  });
}

function evidenceOf(c: Case): Evidence {
  const { state, call } = c;
  if (state === undefined) return nothingGiven;
  const earlier = takenOutOf(c);
  const granted = (scheme: string) =>
    earlier === undefined
      ? effectiveStatus(state.approvals.get(scheme), call.frame.now) === "granted"
      : stillApproves(earlier, scheme, state);
  return { hasApproval: granted, confirmed: granted(CONFIRMATION) };
}

/** Whether an alternative can be taken: someone can meet its needs, and the caller can carry out its obligations. */
function isPossible(alternative: Alternative, c: Case): boolean {
  return unmeetable(alternative.open, c).length === 0 && !isReason(obligationsOfAlternative(alternative, c));
}

/** Why no one can meet these needs any more. */
function unmeetable(open: NeedSet, { call, state }: Case): readonly Reason[] {
  if (isEmpty(open)) return none;
  const reasons: Reason[] = [];
  if (call.frame.user === undefined && (open.confirmation || open.stepUp !== undefined))
    reasons.push(builtin("need_without_user"));
  const isRejected = (scheme: string) =>
    effectiveStatus(state?.approvals.get(scheme), call.frame.now) === "rejected";
  if (schemesOf(open).some(isRejected)) reasons.push(builtin("approval_rejected"));
  return reasons;
}

const none: readonly Reason[] = [];
