/** What has become of an approval that was asked for. */
import type { ApprovalEvent, World } from "./world.js";

/** Whether it still says anything: pending, granted with uses left, or rejected. One for a plan serves every step of it. */
export function isLive(world: World, approval: ApprovalEvent): boolean {
  if (approval.withdrawnAt !== undefined || world.now >= approval.expiresAt) return false;
  return approval.call === undefined || usesTaken(world, approval) < approval.uses;
}
export function isGranted(approval: ApprovalEvent): boolean {
  return approval.rejected === undefined && approval.approvals.length >= approval.quorum;
}

function usesTaken(world: World, approval: ApprovalEvent): number {
  return world.decisions.filter((event) => event.approvals.includes(approval)).length;
}
