/** Stage 2: the rules, before any state is read. */
import { TRUE, UNKNOWN } from "../../compile/tri.js";
import type { Reason } from "../../model/decision.js";
import { builtin, ruleReason } from "../request/refusal.js";
import { judge, waiversOf } from "../rules/judge.js";
import { adding, refuse } from "./open-case.js";
import type { Case, Refusal } from "./types.js";

/** Refuses on denies that need no state and cannot be waived, and if no state could still grant the call. */
export function checkPureRules(opened: Case): Case | Refusal {
  const c = adding(opened, { findings: judge(opened.target, opened.call.frame) });
  const reasons: Reason[] = [];
  for (const { candidate, tri } of c.findings.denies) {
    if (candidate.stateful || mayBeWaived(candidate.rule.source, c)) continue;
    reasons.push(ruleReason(candidate.rule.source, c.context.bundle.locate, tri === UNKNOWN));
  }
  if (!mayGrant(c)) reasons.push(builtin("nothing_grants"));
  return reasons.length === 0 ? c : refuse(c, reasons);
}

function mayBeWaived(
  { id, waivable }: { readonly id: string; readonly waivable: boolean },
  c: Case,
): boolean {
  if (!waivable) return false;
  const { certain, perhaps } = waiversOf(id, c.target, c.call.frame);
  return certain.length + perhaps.length > 0;
}

/** A channel needs no allow. */
function mayGrant({ target, findings }: Case): boolean {
  if (target.kind === "channel") return true;
  return findings.allows.some(({ candidate, tri }) => tri === TRUE || candidate.stateful);
}
