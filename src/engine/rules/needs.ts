/** Operations on needs: join them, subtract evidence, and compare how much they demand. */
import type { Need } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { Frame } from "../../compile/frame.js";
import { CLOCK_SKEW_SECONDS } from "../request/chain.js";

/** Needs joined: each scheme once, one confirmation, and of step-ups the strongest level with the shortest age. */
export interface NeedSet {
  /** Approval schemes by id, sorted. */
  readonly approvals: readonly string[];
  readonly confirmation: boolean;
  readonly stepUp: { readonly level: string; readonly rank: number; readonly within?: number } | undefined;
}

/** Nothing is needed. */
export const noNeeds: NeedSet = { approvals: [], confirmation: false, stepUp: undefined };

/** Whether nothing is needed. */
export function isEmpty(needs: NeedSet): boolean {
  return needs.approvals.length === 0 && !needs.confirmation && needs.stepUp === undefined;
}

/** Which approvals and confirmations are given for this very call. */
export interface Evidence {
  hasApproval(scheme: string): boolean;
  readonly confirmed: boolean;
}

/** The evidence of a call without any approval or confirmation. */
export const nothingGiven: Evidence = { hasApproval: () => false, confirmed: false };

/** The needs that evidence does not meet. Step-ups that are met are removed one by one before the rest is merged. */
export function unmet(
  needs: readonly (readonly Need[])[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
): NeedSet {
  const approvals = new Set<string>();
  let confirmation = false;
  let stepUp: NeedSet["stepUp"];
  for (const list of needs) {
    for (const need of list) {
      if (need.kind === "approval") {
        if (!evidence.hasApproval(need.scheme)) approvals.add(need.scheme);
      } else if (need.kind === "confirmation") {
        if (!evidence.confirmed) confirmation = true;
      } else if (!isSteppedUp(need, frame, bundle)) {
        stepUp = strongest(stepUp, {
          level: need.level,
          rank: rankOf(need.level, bundle),
          ...(need.within === undefined ? {} : { within: need.within }),
        });
      }
    }
  }
  if (approvals.size === 0 && !confirmation && stepUp === undefined) return noNeeds;
  return { approvals: [...approvals].sort(), confirmation, stepUp };
}

function rankOf(level: string, bundle: CompiledBundle): number {
  return bundle.program.assurance.findIndex((each) => each.id === level);
}

/** Whether the user's sign-in is strong and fresh enough. An age is known only if `auth_time` is sent. */
function isSteppedUp(need: Need & { kind: "step-up" }, frame: Frame, bundle: CompiledBundle): boolean {
  const { user } = frame;
  if (user === undefined) return false;
  const required = rankOf(need.level, bundle);
  const held = bundle.rankOfAcr(user.root.acr as string | undefined);
  if (required < 0 || held < required) return false;
  if (need.within === undefined) return true;
  const at = user.root.auth_time;
  return (
    typeof at === "number" && frame.now - at <= need.within && at <= frame.now + CLOCK_SKEW_SECONDS * 1000
  );
}

function strongest(a: NeedSet["stepUp"], b: NonNullable<NeedSet["stepUp"]>): NonNullable<NeedSet["stepUp"]> {
  if (a === undefined) return b;
  const level = a.rank >= b.rank ? a : b;
  const within =
    a.within === undefined ? b.within : b.within === undefined ? a.within : Math.min(a.within, b.within);
  return { level: level.level, rank: level.rank, ...(within === undefined ? {} : { within }) };
}

/**
 * Negative if `a` demands less: fewest people (approvals times quorum), then confirmations, then the step-up's level,
 * then its age. Zero if they demand the same; the caller breaks ties by name.
 */
export function compareNeeds(a: NeedSet, b: NeedSet, bundle: CompiledBundle): number {
  return (
    people(a, bundle) - people(b, bundle) ||
    Number(a.confirmation) - Number(b.confirmation) ||
    (a.stepUp?.rank ?? -1) - (b.stepUp?.rank ?? -1) ||
    compareAge(a.stepUp?.within, b.stepUp?.within)
  );
}

function people(needs: NeedSet, bundle: CompiledBundle): number {
  let count = 0;
  for (const id of needs.approvals) count += bundle.scheme(id)?.quorum ?? Number.POSITIVE_INFINITY;
  return count;
}

/** A shorter age demands more; no age the least. */
function compareAge(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return b - a;
}

/** Whether any of a rule's own needs is among those still unmet. */
export function addsUnmet(
  needs: readonly Need[],
  open: NeedSet,
  frame: Frame,
  bundle: CompiledBundle,
): boolean {
  return needs.some((need) =>
    need.kind === "approval"
      ? open.approvals.includes(need.scheme)
      : need.kind === "confirmation"
        ? open.confirmation
        : open.stepUp !== undefined && !isSteppedUp(need, frame, bundle),
  );
}
