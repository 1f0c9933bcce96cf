/** What an allow writes: one function per part of the state. */
import { canonicalJson } from "../../values/canonical.js";
import { APPROVAL_KEPT, effectiveStatus } from "../records/approval-state.js";
import { type UsedApproval, writeEarlier } from "../records/earlier-call.js";
import { type OpenSessionState, sessionGuards } from "../records/open-session.js";
import { pendingKey, pendingWindow, priorCellKey } from "../records/prior-cells.js";
import { yieldsOf } from "../records/provenance.js";
import { termsOf } from "../records/scheme-terms.js";
import { canSettle, KeptSettlement, type Settlement, settledCharge } from "../records/settlement.js";
import { takeStep } from "../records/transaction-state.js";
import { cellKeys } from "../request/cell-keys.js";
import { isKept } from "../request/decision-id.js";
import { type Charge, chargesOf, exceptionWindow, reserve } from "../rules/limits.js";
import { holdsAdvisory } from "../rules/obligations.js";
import { approvalRef } from "./approval-binding.js";
import { changedAdvisory } from "./check-obligations.js";
import { groundOf } from "./earlier-call.js";
import { mayPass, Operations } from "./operations.js";
import { isLimitHit } from "./plan-reads.js";
import { schemesBehind } from "./schemes.js";
import type { Case } from "./types.js";

/** Everything that the allow under this id reserves and remembers. */
export function allowOperations(c: Case, id: string): Operations {
  const operations = new Operations();
  for (const charge of c.limits.charges.known) operations.charge(charge, reserve(charge, mayPass(charge, c)));
  for (const charge of shadowCharges(c)) operations.charge(charge, reserve(charge, true));
  addGuards(operations, c);
  useExceptions(operations, c);
  useApprovals(operations, c);
  addStep(operations, c, id);
  enterSession(operations, c);
  const priors = addPriors(operations, c);
  if (isKept(id)) addRecord(operations, c, { id, priors });
  if (c.call.request.id !== undefined) keepCall(operations, c, id);
  return operations;
}

const nothing: readonly never[] = [];
/** One for all records. */
const AT: readonly string[] = ["at"];

/** Whether an outcome can have anything to settle or add. */
export function leavesRecord(c: Case): boolean {
  const { session, transaction, id } = c.call.request;
  if (session !== undefined || transaction !== undefined || id !== undefined) return true;
  if (c.weighed.exceptions.length > 0 || c.target.priorCells.length > 0) return true;
  const irreversible = isIrreversible(c);
  for (const charge of c.limits.charges.known) if (canSettle(charge, irreversible)) return true;
  return shadowCharges(c).some((charge) => canSettle(charge, irreversible));
}

function isIrreversible({ target }: Case): boolean {
  return target.tool?.irreversible ?? false;
}

/** The charges of limits in shadow, which refuse nothing. */
function shadowCharges({ findings, call }: Case): readonly Charge[] {
  if (findings.shadow.length === 0) return nothing;
  const hits = findings.shadow.filter(isLimitHit);
  return hits.length === 0 ? nothing : chargesOf(hits, call, call.request.session !== undefined).known;
}

/** The call's session, as it was read now or seen before. */
function sessionOf({ call, state, context }: Case): OpenSessionState | undefined {
  if (call.sessionKey === undefined) return undefined;
  if (typeof state?.session === "object") return state.session;
  return context.sessionTrees.get(call.sessionKey);
}

function addGuards(operations: Operations, c: Case): void {
  if (c.state !== undefined) {
    operations.push(...c.state.guards);
    return;
  }
  const session = sessionOf(c);
  if (session !== undefined) operations.push(...sessionGuards(c.call, session));
}

function useExceptions(operations: Operations, { weighed, call }: Case): void {
  for (const exception of weighed.exceptions) {
    const key = cellKeys.exception(call.tenant, exception);
    const window = exceptionWindow(exception, call.frame.now);
    operations.push({ op: "charge", key, window, amount: 1, cap: exception.uses ?? null });
  }
}

/** An approval of a plan serves every step of it; one of a call is used up. */
function useApprovals(operations: Operations, c: Case): void {
  const { call, state, weighed } = c;
  if (state === undefined || state.approvals.size === 0) return;
  for (const scheme of schemesBehind(weighed, c)) {
    const approval = state.approvals.get(scheme);
    if (approval === undefined || effectiveStatus(approval, call.frame.now) !== "granted") continue;
    const key = cellKeys.approval(call.tenant, scheme, approvalRef(scheme, c));
    operations.push({ op: "expect", key, fields: { status: "granted", version: approval.version } });
    if (approval.request.plan !== undefined) continue;
    // The scheme may allow fewer uses now than when the approval was asked for: the difference must stay in `left`.
    const { uses } = termsOf(scheme, c.context);
    const min = Math.max(0, approval.request.uses - uses);
    operations.push({ op: "increment", key, field: "left", by: -1, min, ttl: APPROVAL_KEPT });
  }
}

/** The call as a step of its transaction. */
function addStep(operations: Operations, { call, target, state: read }: Case, id: string): void {
  if (typeof read?.transaction !== "object" || target.tool === undefined) return;
  const { state } = read.transaction;
  const step = {
    decision: id,
    tool: target.tool.id,
    irreversible: target.tool.irreversible,
    status: "allowed" as const,
    ...(state.plan === undefined ? {} : { planned: state.steps.length }),
  };
  operations.push({
    op: "put",
    key: cellKeys.transaction(call.tenant, call.request.transaction as string),
    fields: takeStep(state, step, call.wireArgs(false)),
    stamp: ["active"],
    ttl: state.expires - read.now + APPROVAL_KEPT,
  });
}

/** What the call adds to the session. Written with the `allow`, so that no parallel call misses it. */
function enterSession(operations: Operations, c: Case): void {
  const session = sessionOf(c);
  if (session === undefined) return;
  const key = session.treeKey;
  const ttl = c.context.options.sessionFor;
  const labels = labelsOf(c);
  if (labels.length > 0) operations.push({ op: "grow", key, fields: { labels }, ttl });
  operations.push({ op: "increment", key, field: "steps", by: 1, ttl });
}

/** Labels that the call brings into its session. */
function labelsOf({ target }: Case): readonly string[] {
  return target.tool === undefined ? target.target.yields : yieldsOf(target.tool);
}

/** Records this call in the cells for `prior`; returns their keys, for the outcome. */
function addPriors(operations: Operations, c: Case): Settlement["priors"] {
  const { target, call } = c;
  if (target.priorCells.length === 0) return nothing;
  const kept: { key: string; within: number }[] = [];
  const opened = sessionOf(c)?.opened;
  for (const { keys, name, within } of target.priorCells) {
    const key = priorCellKey(keys, name, call, opened);
    if (key === undefined) continue;
    kept.push({ key, within });
    operations.push(
      { op: "put", key, fields: {}, stamp: ["allowed"], ttl: 2 * within },
      { op: "increment", key, field: "calls", by: 1, ttl: 2 * within },
      { op: "charge", key: pendingKey(key), window: pendingWindow(within), amount: 1, cap: null },
    );
  }
  return kept;
}

/** What the outcome will need. A call that leaves nothing to settle gets no record. */
function addRecord(
  operations: Operations,
  c: Case,
  { id, priors }: { readonly id: string; readonly priors: Settlement["priors"] },
): void {
  operations.push({
    op: "put",
    key: cellKeys.decision(id),
    fields: { settlement: new KeptSettlement(settlementOf(c, priors)) },
    stamp: AT,
    ttl: c.context.options.outcomeWithin,
  });
}

/** Kept for a day with each call, so built with `map`, which reserves no room to grow. */
function settlementOf(c: Case, priors: Settlement["priors"]): Settlement {
  const { call, target, weighed, limits } = c;
  const { request, tenant } = call;
  const session = sessionOf(c);
  const irreversible = isIrreversible(c);
  return {
    caller: call.caller.id,
    tenant,
    tool: target.tool?.id ?? null,
    irreversible,
    tree: session?.tree ?? null,
    treeOpened: session?.treeOpened ?? null,
    channel: target.tool === undefined ? target.target.id : null,
    transaction: target.tool === undefined ? null : (request.transaction ?? null),
    request: request.id === undefined ? null : cellKeys.idempotency(tenant, call.caller.id, request.id),
    priors,
    charges: [...limits.charges.known, ...shadowCharges(c)]
      .filter((charge) => canSettle(charge, irreversible))
      .map((charge) => settledCharge(charge)),
    exceptions:
      weighed.exceptions.length === 0
        ? nothing
        : weighed.exceptions.map((exception) => ({
            key: cellKeys.exception(tenant, exception),
            window: exceptionWindow(exception, call.frame.now),
          })),
  };
}

/** The call under its request id, for later requests under the same id. */
function keepCall(operations: Operations, c: Case, id: string): void {
  const { call, state, context } = c;
  const key = cellKeys.idempotency(call.tenant, call.caller.id, call.request.id as string);
  const known = state?.earlier;
  const before = {
    digest: known?.digest ?? null,
    decision: known?.decision ?? null,
    status: known?.status ?? null,
    done: null,
  };
  const fields = { digest: call.digest(), decision: id, status: null, kept: keptOf(c) };
  const ttl = context.options.outcomeWithin;
  operations.push({ op: "expect", key, fields: before }, { op: "put", key, fields, stamp: AT, ttl });
}

function keptOf(c: Case): string {
  const { call, target, state, weighed, context } = c;
  const keepsArgs = target.args !== undefined && holdsAdvisory(target.args);
  return writeEarlier({
    ground: groundOf(call, state?.session ?? "none"),
    revision: context.bundle.revision,
    args: keepsArgs ? canonicalJson(call.wireArgs(false)) : undefined,
    drops: changedAdvisory(weighed, c),
    approvals: usedApprovals(c),
    exceptions: weighed.exceptions.map((exception) => exception.id),
    tree: { before: state?.tree?.labels ?? nothing, added: labelsOf(c), steps: state?.tree?.steps ?? 0 },
  });
}

function usedApprovals(c: Case): readonly UsedApproval[] {
  const approvals = [...schemesBehind(c.weighed, c)].map((scheme) => c.state?.approvals.get(scheme));
  return approvals.flatMap((approval) =>
    approval === undefined || effectiveStatus(approval, c.call.frame.now) !== "granted"
      ? []
      : [{ scheme: approval.request.scheme, id: approval.request.id, expires: approval.expires }],
  );
}
