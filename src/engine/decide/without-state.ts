import type { TargetProgram } from "../../compile/compile.js";
import { TRUE, UNKNOWN } from "../../compile/tri.js";
import type { EngineContext } from "../context.js";
import type { Call } from "../request/call.js";
import { initialFacts } from "../request/initial-facts.js";
import { judge } from "../rules/judge.js";
import { chargesOf } from "../rules/limits.js";
import type { Deliberation } from "./decide.js";
import { grantOf } from "./grant.js";

/**
 * The allow that stands where the store does not answer, if there is one: whatever reads it is unknown. Only a call that
 * depends on nothing kept, and whose every limit says `@outage("allow")`, can still be allowed; then nothing of it is
 * remembered.
 */
export function allowedWithoutState(call: Call, context: EngineContext): Deliberation | undefined {
  const target = call.target as TargetProgram;
  const { frame, request } = call;
  if (request.session !== undefined || request.transaction !== undefined || request.id !== undefined)
    return undefined;
  if (target.priorCells.length > 0 || target.target.accepts instanceof Set) return undefined;
  frame.state = initialFacts(call);
  const findings = judge(target, frame);
  const hits = [...findings.denies, ...findings.requires, ...findings.limits];
  if (findings.denies.length > 0 || hits.some(({ tri }) => tri === UNKNOWN)) return undefined;
  if (!findings.limits.every(({ candidate }) => candidate.rule.source.annotations.outage === "allow"))
    return undefined;
  // Nor may it pass what even an unspent limit would refuse.
  const { known, unknown } = chargesOf(findings.limits, call, false);
  if (unknown.some(({ limit }) => limit.over.kind !== "alert")) return undefined;
  if (known.some(({ limit, amount, cap }) => limit.over.kind !== "alert" && amount > cap)) return undefined;
  if (target.kind === "tool" && !findings.allows.some(({ tri }) => tri === TRUE)) return undefined;
  const unlimited = { ...findings, limits: [] };
  const deliberation = {
    call,
    target,
    findings: unlimited,
    loaded: undefined,
    ...grantOf(call, target, unlimited, undefined, [], context),
  };
  return deliberation.verdict.decision === "allow" ? deliberation : undefined;
}
