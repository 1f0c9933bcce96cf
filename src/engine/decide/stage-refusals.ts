/** What refuses a call before limits and needs are looked at: without the state, and with it. */
import type { TargetProgram } from "../../compile/compile.js";
import type { Frame } from "../../compile/frame.js";
import { TRUE, UNKNOWN } from "../../compile/tri.js";
import type { Reason } from "../../model/decision.js";
import { canonicalJson } from "../../values/canonical.js";
import type { EngineContext } from "../context.js";
import { accepts } from "../records/provenance.js";
import { stepRefusals } from "../records/transaction-state.js";
import type { Call } from "../request/call.js";
import { builtin, ruleReason } from "../request/refusal.js";
import { type Findings, liftingOf } from "../rules/judge.js";
import type { Lifted } from "../rules/weigh.js";
import { usable } from "./grant.js";
import type { Loaded } from "./load.js";

/** Stage 2: denies that read no state and are certainly not lifted, and nothing that could still grant. */
export function pureRefusals(
  findings: Findings,
  target: TargetProgram,
  frame: Frame,
  locate: EngineContext["bundle"]["locate"],
): Reason[] {
  const reasons: Reason[] = [];
  for (const { candidate, tri } of findings.denies) {
    if (candidate.stateful) continue;
    const lifting = liftingOf(candidate.rule.id, target, frame);
    if (candidate.rule.source.waivable && lifting.certain.length + lifting.perhaps.length > 0) continue;
    reasons.push(ruleReason(candidate.rule.source, locate, tri === UNKNOWN));
  }
  const canGrant =
    target.kind === "channel" ||
    findings.allows.some(({ candidate, tri }) => tri === TRUE || candidate.stateful);
  if (!canGrant) reasons.push(builtin("nothing_grants"));
  return reasons;
}

/** Stage 3: the session, the transaction, what the call carries, and every rule with the state it reads. */
export function stateRefusals(
  findings: Findings,
  call: Call,
  target: TargetProgram,
  loaded: Loaded | undefined,
  context: EngineContext,
): { refusals: Reason[]; lifted: Lifted[] } {
  const { bundle } = context;
  const refusals: Reason[] = [];
  if (loaded?.session === "not_open") refusals.push(builtin("session_not_open"));
  if (loaded?.session === "not_yours") refusals.push(builtin("session_not_yours"));
  if (loaded !== undefined) refusals.push(...transactionRefusals(loaded, call, target));
  const { accepts: accepted } = target.target;
  if (accepted instanceof Set) {
    if (call.request.session === undefined) refusals.push(builtin("session_required"));
    else if (
      loaded?.carried !== undefined &&
      !accepts(accepted as ReadonlySet<string>, loaded.carried, bundle)
    )
      refusals.push(builtin("label_not_accepted"));
  }
  const lifted: Lifted[] = [];
  for (const { candidate, tri } of findings.denies) {
    const by = candidate.rule.source.waivable
      ? usable(liftingOf(candidate.rule.id, target, call.frame).certain, call, loaded)
      : [];
    if (by.length > 0) lifted.push({ id: candidate.rule.id, by, refuses: true });
    else refusals.push(ruleReason(candidate.rule.source, bundle.locate, tri === UNKNOWN));
  }
  if (target.kind === "tool" && !findings.allows.some(({ tri }) => tri === TRUE))
    refusals.push(builtin("nothing_grants"));
  return { refusals, lifted };
}

function transactionRefusals(loaded: Loaded, call: Call, target: TargetProgram): Reason[] {
  const { transaction } = loaded;
  if (transaction === "none") return [];
  if (transaction === "not_open") return [builtin("transaction_not_open")];
  if (transaction === "not_yours") return [builtin("transaction_not_yours")];
  if (target.tool === undefined) return [];
  return stepRefusals(transaction.state, transaction.declared, target.tool, () =>
    canonicalJson(call.wireArgs(true)),
  ).map((name) => builtin(name));
}
