/** Stage 5: the limits, as far as their windows were read. The reservation checks the others. */
import type { LimitState, Reason } from "../../model/decision.js";
import type { WindowCell } from "../../state/store.js";
import { earliestFit } from "../../state/window.js";
import { type ApprovalState, effectiveStatus } from "../records/approval-state.js";
import { ruleReason } from "../request/refusal.js";
import {
  type Charge,
  type Charges,
  chargesOf,
  countedOnce,
  hasRoom,
  isAttempt,
  limitState,
} from "../rules/limits.js";
import type { Waived } from "../rules/weigh.js";
import { checkNeeds } from "./check-needs.js";
import { takenOutOf } from "./earlier-call.js";
import { adding, refuse } from "./open-case.js";
import { schemesBehind } from "./schemes.js";
import type { Case, DecisionState, LimitCheck, Refusal } from "./types.js";
import { usableWaivers } from "./usable-waivers.js";

/**
 * Adds what the call is charged, and what becomes of the limits it would pass. A retry whose approval is pending or given
 * was counted when it was first asked; `checkRetry` finds out later whether this call is one.
 */
export function checkLimits(c: Case): Case | Refusal {
  return checkCounted(c, isRetry(c.state));
}

/**
 * Counts the attempt in full if the chosen alternative neither waits for a pending approval nor uses a granted one: the
 * call is then unrelated to the one that was counted.
 */
export function checkRetry(c: Case): Case | Refusal {
  const isReduced = c.limits.charges.known.some((charge) => isAttempt(charge) && charge.amount === 0);
  if (!isReduced || isRetryOf(c)) return c;
  const counted = checkCounted(c, false);
  return counted.kind === "refusal" ? counted : checkNeeds(counted);
}

function isRetryOf(c: Case): boolean {
  for (const scheme of schemesBehind(c.weighed, c))
    if (isLive(c.state?.approvals.get(scheme), c.call.frame.now)) return true;
  return false;
}

function checkCounted(c: Case, isOnce: boolean): Case | Refusal {
  // A repeated answer was charged the first time.
  if (c.findings.limits.length === 0 || takenOutOf(c) !== undefined) return c;
  const charges = chargesHere(c, isOnce);
  const states: LimitState[] = [];
  const exceeded: Exceeded[] = charges.unknown.map(({ limit }) => ({ limit, unknown: true, fitsAt: NEVER }));
  for (const charge of charges.known) {
    const window = c.state?.windows.get(charge.key);
    if (window === undefined) continue;
    states.push(limitState(charge, window));
    if (!hasRoom(charge, window))
      exceeded.push({
        limit: charge.limit,
        unknown: false,
        fitsAt: fitsAt(charge, window, c.call.frame.now),
      });
  }
  return settleExceeded(c, { charges, states }, exceeded);
}

/** What the limits count of this call; `isOnce`: its attempt was counted before. */
function chargesHere({ findings, call }: Case, isOnce: boolean): Charges {
  const charges = chargesOf(findings.limits, call, call.request.session !== undefined);
  return isOnce ? { known: countedOnce(charges.known), unknown: charges.unknown } : charges;
}

/** Whether this very call may have been asked for before: an approval of it, not of a plan, is pending or given. */
function isRetry(state: DecisionState | undefined): boolean {
  if (state === undefined) return false;
  for (const approval of state.approvals.values()) if (isLive(approval, state.now)) return true;
  return false;
}

function isLive(approval: ApprovalState | undefined, now: number): boolean {
  return (
    approval?.request.plan === undefined && ["pending", "granted"].includes(effectiveStatus(approval, now))
  );
}

/** A limit that has no room for the call, or may have none. */
interface Exceeded {
  readonly limit: Charge["limit"];
  readonly unknown: boolean;
  /** When there will be room, ms. */
  readonly fitsAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** An alert is raised, a need is asked for, an exception waives; what is left refuses. What is not known asks for no need. */
function settleExceeded(
  c: Case,
  read: Pick<LimitCheck, "charges" | "states">,
  exceeded: readonly Exceeded[],
): Case | Refusal {
  const alerts: string[] = [];
  const passed: Charge["limit"][] = [];
  const waived: Waived[] = [];
  const reasons: Reason[] = [];
  let retryAt = 0;
  for (const { limit, unknown, fitsAt } of exceeded) {
    if (limit.over.kind === "alert") alerts.push(limit.id);
    else if (limit.over.kind === "need" && !unknown) passed.push(limit);
    else {
      const by = usableWaivers(limit, c);
      if (by.length > 0) waived.push({ id: limit.id, by, refuses: true });
      else {
        reasons.push(ruleReason(limit, c.context.bundle.locate, unknown));
        retryAt = Math.max(retryAt, fitsAt);
      }
    }
  }
  const { charges, states } = read;
  const settled = adding(c, { limits: { charges, states, alerts, passed, waived } });
  if (reasons.length === 0) return settled;
  return Number.isFinite(retryAt)
    ? refuse(settled, reasons, { when: "at", at: retryAt / 1000 })
    : refuse(settled, reasons);
}

/** When the charge will fit, ms; infinite if it never can, or if the limit does not recover by itself. */
function fitsAt(charge: Charge, window: WindowCell, now: number): number {
  const at = charge.window.kind === "life" ? "never" : earliestFit(window, charge.amount, charge.cap);
  return at === "never" ? NEVER : at === "now" ? now : at;
}
