/** Which approval schemes a case depends on, `confirmation` included. */
import type { Need } from "../../check/program.js";
import { CONFIRMATION } from "../records/approval-state.js";
import type { NeedSet } from "../rules/needs.js";
import { type Alternative, needListsOf } from "../rules/weigh.js";
import type { Case } from "./types.js";

/** The need of a step whose transaction has a plan to be confirmed. */
export const planConfirmation: Need = { kind: "confirmation" };

/** Whether the call is a step of a transaction with `confirm plan`: then the user confirms the whole plan, once. */
export function confirmsPlan({ state }: Case): boolean {
  return typeof state?.transaction === "object" && state.transaction.declared.confirmPlan;
}

/** Schemes among open needs. */
export function schemesOf(open: NeedSet): readonly string[] {
  return open.confirmation ? [...open.approvals, CONFIRMATION] : open.approvals;
}

/** Schemes that an alternative depends on, met or not. */
export function schemesBehind(alternative: Omit<Alternative, "open">, c: Case): ReadonlySet<string> {
  const needs = [...(confirmsPlan(c) ? [planConfirmation] : []), ...needListsOf(alternative).flat()];
  return new Set(
    needs.flatMap((need) =>
      need.kind === "step-up" ? [] : [need.kind === "approval" ? need.scheme : CONFIRMATION],
    ),
  );
}
