/** What a decision said, in the one form in which two implementations are compared. */
import type { Decision, Need } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { Judgement } from "./judge.js";
import type { Unmet } from "./needs.js";
import type { World } from "./world.js";

/** What a decision said, as far as two implementations must agree on it. */
export interface Said {
  readonly verdict: string;
  readonly determining: readonly string[];
  readonly needs: readonly string[];
  readonly obligations: readonly string[];
  readonly exceptions: readonly string[];
  readonly alerts: readonly string[];
}

const shortName = (id: string): string => id.slice(id.lastIndexOf(".") + 1);

/** What the engine said. */
export function saidByEngine(decision: Decision, request: DecideRequest): Said {
  const needs = decision.needs.map((need) => {
    if (need.type === "step-up")
      return JSON.stringify([need.type, need.level, need.acr_values, need.max_age ?? null]);
    const status = request.dry_run === true ? null : (need.status ?? null);
    if (need.type === "confirmation") return JSON.stringify([need.type, status]);
    return JSON.stringify([
      need.type,
      need.scheme,
      need.quorum,
      need.have,
      need.from,
      need.at ?? null,
      status,
    ]);
  });
  return {
    verdict: decision.decision,
    determining: [...new Set(decision.reasons.map((reason) => reason.rule))].sort(),
    needs: needs.sort(),
    obligations: decision.obligations.map((one) => JSON.stringify(one)).sort(),
    exceptions: [...decision.exceptions].sort(),
    alerts: [...(decision.alerts ?? [])].sort(),
  };
}

/** What the naive interpreter said. */
export function saidByNaive(world: World, judged: Judgement, request: DecideRequest): Said {
  const { program } = world;
  const needs = judged.needs.map((need) => {
    if (need.type === "step-up") {
      const rank = program.assurance.find((level) => level.id === need.level)?.rank ?? 0;
      const acrs = program.assurance.filter((level) => level.rank >= rank).map((level) => level.acr);
      return JSON.stringify([
        need.type,
        shortName(need.level),
        acrs,
        need.within === undefined ? null : need.within / 1000,
      ]);
    }
    const status = request.dry_run === true ? null : need.rejected ? "rejected" : "pending";
    if (need.type === "confirmation") return JSON.stringify([need.type, status]);
    const scheme = program.approvals.get(need.scheme);
    const from = scheme?.roles.map(shortName) ?? [];
    const at = scheme?.at === undefined ? null : shortName(scheme.at);
    return JSON.stringify([need.type, shortName(need.scheme), need.quorum, need.have, from, at, status]);
  });
  return {
    verdict: judged.verdict,
    determining: judged.determining,
    needs: needs.sort(),
    obligations: judged.obligations.map((one) => JSON.stringify(one)).sort(),
    exceptions: judged.exceptions,
    alerts: judged.alerts,
  };
}

/** Whether a need on the wire is this one. */
export function isSameNeed(need: Need, other: Unmet): boolean {
  if (need.type !== other.type || need.type === "step-up" || other.type === "step-up") return false;
  return need.type === "confirmation" || need.scheme === shortName(other.scheme);
}
/** The id of the approval that is asked for, as the answer tells it. */
export function approvalId(needs: readonly Need[], need: Unmet): string | undefined {
  const found = needs.find((each) => isSameNeed(each, need));
  return found === undefined || found.type === "step-up" ? undefined : found.id;
}
