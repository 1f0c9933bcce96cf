/** Where a case begins, and how it ends in a refusal. */
import type { TargetProgram } from "../../compile/compile.js";
import type { Reason } from "../../model/decision.js";
import type { EngineContext } from "../context.js";
import { type Call, withFrame } from "../request/call.js";
import { sortReasons } from "../request/refusal.js";
import type { Findings } from "../rules/judge.js";
import { noNeeds } from "../rules/needs.js";
import type { Weighed } from "../rules/weigh.js";
import type { Case, LimitCheck, Outcome, Refusal } from "./types.js";

const nothing: readonly never[] = [];
const noFindings: Findings = {
  denies: nothing,
  allows: nothing,
  requires: nothing,
  limits: nothing,
  exceptions: nothing,
  shadow: nothing,
};
const noLimits: LimitCheck = {
  charges: { known: nothing, unknown: nothing },
  passed: nothing,
  waived: nothing,
  alerts: nothing,
  states: nothing,
};
const nothingWeighed: Weighed = {
  allow: undefined,
  exceptions: nothing,
  requires: nothing,
  passed: nothing,
  open: noNeeds,
  possible: false,
};

/** A case before its first stage. */
export function openCase(call: Call, target: TargetProgram, context: EngineContext): Case {
  return {
    kind: "case",
    context,
    call,
    target,
    findings: noFindings,
    state: undefined,
    waived: nothing,
    limits: noLimits,
    weighed: nothingWeighed,
    obligations: nothing,
  };
}

/** The same case with what a stage adds. Spelled out, because JS engines are slow at replacing members while copying an object. */
export function adding(c: Case, more: Partial<Omit<Case, "kind" | "context" | "target">>): Case {
  return {
    kind: "case",
    context: c.context,
    call: more.call ?? c.call,
    target: c.target,
    findings: more.findings ?? c.findings,
    state: more.state ?? c.state,
    waived: more.waived ?? c.waived,
    limits: more.limits ?? c.limits,
    weighed: more.weighed ?? c.weighed,
    obligations: more.obligations ?? c.obligations,
  };
}

/** The case from the beginning, at a later time (ms). */
export function reopened(opened: Case, now: number): Case {
  const { call } = opened;
  if (now === call.frame.now) return opened;
  return adding(opened, { call: withFrame(call, call.frame.knowing(call.frame.state, now)) });
}

/** The refusal of a case. Without a time to retry, a retry is useless. */
export function refuse(at: Case, reasons: readonly Reason[], retry: Refusal["retry"] = NEVER): Refusal {
  return { kind: "refusal", context: at.context, call: at.call, at, reasons: sortReasons(reasons), retry };
}

/** The refusal of a call whose rules were not asked, or whose rules' answers count for nothing. */
export function refuseCall(call: Call, reasons: readonly Reason[], context: EngineContext): Refusal {
  return { kind: "refusal", context, call, at: undefined, reasons: sortReasons(reasons), retry: NEVER };
}

const NEVER = { when: "never" } as const;

/** The call of an outcome, its frame with what was read of the state. */
export function callOf(outcome: Outcome): Call {
  return outcome.kind === "replay" ? outcome.at.call : outcome.call;
}
