/** Stage 7: obligations. What the caller must carry out, and whether it can. */
import type { Obligation, Reason } from "../../model/decision.js";
import { effectiveStatus } from "../records/approval-state.js";
import type { EarlierCall } from "../records/earlier-call.js";
import { builtin, unsupportedObligations } from "../request/refusal.js";
import { changedPlaces, obligationsOf, unsupported } from "../rules/obligations.js";
import type { Alternative } from "../rules/weigh.js";
import { earlierOf } from "./earlier-call.js";
import { adding, refuse } from "./open-case.js";
import { schemesBehind } from "./schemes.js";
import type { Case, Refusal } from "./types.js";

/** Adds the obligations of the alternative that was chosen. */
export function checkObligations(c: Case): Case | Refusal {
  const obligations = obligationsOfAlternative(c.weighed, c);
  return isReason(obligations) ? refuse(c, [obligations]) : adding(c, { obligations });
}

/** What the caller must carry out if this alternative is taken, or why it cannot. */
export function obligationsOfAlternative(alternative: Alternative, c: Case): readonly Obligation[] | Reason {
  const { call, target, context } = c;
  const rules = [...alternative.requires, ...alternative.exceptions];
  const sources = { rules, target, drops: changedAdvisory(alternative, c) };
  const obligations = obligationsOf(sources, call.frame, context.obligationPlans);
  if (obligations === "unknown") return builtin("obligation_unknown");
  const lacking = unsupported(obligations, call.request.supports);
  return lacking.length === 0 ? obligations : unsupportedObligations(lacking);
}

/** Whether this is a reason for refusal instead of obligations. */
export function isReason(found: readonly Obligation[] | Reason): found is Reason {
  return !Array.isArray(found);
}

/** Fields beyond the digest that differ from what was approved: they are taken out of the call. */
export function changedAdvisory(alternative: Alternative, c: Case): readonly string[] {
  const { call, state, target } = c;
  if (state === undefined || target.args === undefined) return none;
  const places = new Set(changedSince(earlierOf(c), c));
  for (const scheme of schemesBehind(alternative, c)) {
    const approval = state.approvals.get(scheme);
    if (approval === undefined || effectiveStatus(approval, call.frame.now) !== "granted") continue;
    // A plan is approved without its advisory fields, so none of them is approved.
    const versions = { approved: approval.request.args, asked: call.wireArgs(false) };
    for (const place of changedPlaces(target.args, versions)) places.add(place);
  }
  return [...places];
}

/** What was taken out of the call when it was allowed, and what differs from that. */
function changedSince(earlier: EarlierCall | undefined, { call, target }: Case): readonly string[] {
  if (earlier?.args === undefined || target.args === undefined) return none;
  const versions = { approved: JSON.parse(earlier.args) as unknown, asked: call.wireArgs(false) };
  return [...earlier.drops, ...changedPlaces(target.args, versions)];
}

const none: readonly string[] = [];
