/** The verdict if the store does not answer. */
import { TRUE, UNKNOWN } from "../../compile/tri.js";
import type { Decision } from "../../model/decision.js";
import { builtin } from "../request/refusal.js";
import { judge } from "../rules/judge.js";
import { chargesOf } from "../rules/limits.js";
import { isEmpty } from "../rules/needs.js";
import { answerDenial, answerUnreserved } from "./answer.js";
import { checkNeeds } from "./check-needs.js";
import { checkObligations } from "./check-obligations.js";
import { adding, refuseCall } from "./open-case.js";
import type { Case } from "./types.js";

/** Denies unless the case depends on no stored state. Stores nothing either way. */
export function answerWithoutState(opened: Case): Decision {
  const allowed = allowedWithoutState(opened);
  if (allowed !== undefined) return answerUnreserved(allowed);
  const unavailable = builtin("state_unavailable", { unknown: true });
  return answerDenial(refuseCall(opened.call, [unavailable], opened.context));
}

/**
 * The allow that applies without the store, if any: every condition that reads the store is unknown. A call can still be
 * allowed only if it depends on no stored state and each of its limits is `@outage("allow")`.
 */
function allowedWithoutState(opened: Case): Case | undefined {
  const { call, target } = opened;
  const { session, transaction, id } = call.request;
  if (session !== undefined || transaction !== undefined || id !== undefined) return undefined;
  if (target.priorCells.length > 0 || target.target.accepts instanceof Set) return undefined;
  const c = adding(opened, { findings: judge(target, call.frame) });
  const { denies, requires, limits, allows } = c.findings;
  if (denies.length > 0) return undefined;
  if ([...requires, ...limits].some(({ tri }) => tri === UNKNOWN)) return undefined;
  if (target.kind === "tool" && !allows.some(({ tri }) => tri === TRUE)) return undefined;
  if (!limitsAdmit(c)) return undefined;
  const weighed = checkNeeds({ ...c, findings: { ...c.findings, limits: [] } });
  const allowed = weighed.kind === "case" ? checkObligations(weighed) : weighed;
  return allowed.kind === "case" && isEmpty(allowed.weighed.open) ? allowed : undefined;
}

/** Whether every limit allows calls in an outage, and the call fits each limit even if it were unspent. */
function limitsAdmit({ findings, call }: Case): boolean {
  const { limits } = findings;
  if (!limits.every(({ candidate }) => candidate.rule.source.annotations.outage === "allow")) return false;
  const { known, unknown } = chargesOf(limits, call, false);
  return (
    unknown.every(({ limit }) => limit.over.kind === "alert") &&
    known.every(({ limit, amount, cap }) => limit.over.kind === "alert" || amount <= cap)
  );
}
