/** Whom and what a step is aimed at, found when it is taken: what is pending, and people who may say something of it. */
import type { ApproverIdentity } from "../../src/engine/request/types.js";
import { isGranted, isLive } from "./approvals.js";
import type { ApprovalAim, Step } from "./generate-steps.js";
import { CONFIRMATION } from "./needs.js";
import type { ApprovalEvent, World } from "./world.js";

const APPROVERS = ["tess", "theo", "uma"];

/** The approval that a step is about: the newest that waits, or one by how long ago it was asked for. */
export function approvalAt(world: World, of: ApprovalAim): ApprovalEvent | undefined {
  const { approvals } = world;
  if (of === "pending") {
    const isPending = (each: ApprovalEvent): boolean =>
      isLive(world, each) && !isGranted(each) && each.rejected === undefined;
    return approvals.findLast(isPending);
  }
  return approvals.at(-1 - (of % Math.max(1, approvals.length)));
}

/** Who says it. "who may" is somebody new whose word counts; the others are refused. */
export function approverOf(
  world: World,
  approval: ApprovalEvent,
  step: Extract<Step, { do: "approve" | "reject" }>,
): ApproverIdentity {
  const { program } = world;
  const scheme = program.approvals.get(approval.scheme);
  const said = approval.approvals.map(({ by }) => by);
  const strong = { roles: [...(scheme?.roles ?? [])], acr: program.assurance.at(-1)?.acr ?? "" };
  switch (step.by) {
    case "who may": {
      const isConfirmation = approval.scheme === CONFIRMATION;
      const other = APPROVERS.find((id) => !said.includes(id)) ?? "zoe";
      return { id: isConfirmation ? (approval.user ?? other) : other, ...strong };
    }
    case "who did":
      return { id: said.at(-1) ?? "tess", ...strong };
    case "the requester":
      return { id: approval.user ?? "ana", ...strong };
    default:
      return { id: step.by, roles: step.roles, acr: step.acr };
  }
}

/** Whether a call waits for nothing more than to be made again. */
export function isApproved(world: World, digest: string): boolean {
  return world.approvals.some(
    (each) => each.call?.digest === digest && isLive(world, each) && isGranted(each),
  );
}
