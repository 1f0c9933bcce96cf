/** What an `allow` writes, one part of the state a function. */
import type { Decision } from "../../model/decision.js";
import { canonicalJson } from "../../values/canonical.js";
import type { EngineContext } from "../context.js";
import { APPROVAL_KEPT, standing } from "../records/approval-state.js";
import { type OpenSessionState, sessionGuards } from "../records/open-session.js";
import { pendingKey, pendingWindow, priorCellKey } from "../records/prior-cells.js";
import { yieldsOf } from "../records/provenance.js";
import {
  canSettle,
  KeptSettlement,
  type SettledCharge,
  type Settlement,
  settledCharge,
} from "../records/settlement.js";
import { takeStep } from "../records/transaction-state.js";
import type { Call } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import type { Findings, Hit } from "../rules/judge.js";
import { type Charge, chargesOf, exceptionWindow } from "../rules/limits.js";
import { holdsAdvisory } from "../rules/obligations.js";
import { approvalPlace } from "./approval-place.js";
import type { Deliberation } from "./decide.js";
import { needsHere } from "./grant.js";
import type { Loaded } from "./load.js";
import type { Operations } from "./operations.js";

const nothing: readonly never[] = [];
/** One for all records. */
const AT: readonly string[] = ["at"];

/** Whether an outcome will have anything to settle or to add. */
export function leavesRecord(deliberation: Deliberation): boolean {
  const { call, weighed, target } = deliberation;
  const { session, transaction, id } = call.request;
  if (session !== undefined || transaction !== undefined || id !== undefined) return true;
  if (weighed.exceptions.length > 0 || target.priorCells.length > 0) return true;
  const irreversible = target.tool?.irreversible ?? false;
  const { charges, findings } = deliberation;
  for (const charge of charges.known) if (canSettle(charge, irreversible)) return true;
  return shadowCharges(findings, call).some((charge) => canSettle(charge, irreversible));
}

/** The charges that an outcome can change. Kept for a day with each call: `map` gives a list no room to grow. */
function settledCharges({ call, charges, findings, target }: Deliberation): readonly SettledCharge[] {
  const irreversible = target.tool?.irreversible ?? false;
  return [...charges.known, ...shadowCharges(findings, call)]
    .filter((charge) => canSettle(charge, irreversible))
    .map((charge) => settledCharge(charge));
}

/** What shadow limits count of this call: they are charged, and refuse nothing. */
export function shadowCharges(findings: Findings, call: Call): readonly Charge[] {
  if (findings.shadow.length === 0) return nothing;
  const hits = findings.shadow.filter(
    (hit): hit is Hit<Charge["limit"]> => hit.candidate.rule.source.kind === "limit",
  );
  return hits.length === 0 ? nothing : chargesOf(hits, call, call.request.session !== undefined).known;
}

export function pushGuards(
  operations: Operations,
  { call, loaded }: Deliberation,
  context: EngineContext,
): void {
  if (loaded !== undefined) {
    operations.push(...loaded.guards);
    return;
  }
  const session = call.sessionKey === undefined ? undefined : context.families.get(call.sessionKey);
  if (session !== undefined) operations.push(...sessionGuards(call, session));
}

/** Exceptions and approvals that this call uses up. An approval of a plan serves every step of it. */
export function pushUses(
  operations: Operations,
  { call, weighed, loaded }: Deliberation,
  context: EngineContext,
): void {
  for (const exception of weighed.exceptions) {
    const window = exceptionWindow(exception, call.frame.now);
    operations.push({
      op: "charge",
      key: cellKeys.exception(call.tenant, exception.id),
      window,
      amount: 1,
      cap: exception.uses ?? null,
    });
  }
  if (loaded === undefined || loaded.approvals.size === 0) return;
  const needs = needsHere(weighed, loaded);
  const schemes = new Set(
    needs.flatMap((need) =>
      need.kind === "step-up" ? [] : [need.kind === "approval" ? need.scheme : "confirmation"],
    ),
  );
  for (const scheme of schemes) {
    const state = loaded?.approvals.get(scheme);
    if (state === undefined || standing(state, call.frame.now) !== "granted") continue;
    const key = cellKeys.approval(call.tenant, scheme, approvalPlace(scheme, call, loaded, context));
    operations.push({ op: "expect", key, fields: { status: "granted", version: state.version } });
    if (state.request.plan === undefined)
      operations.push({ op: "increment", key, field: "left", by: -1, min: 0, ttl: APPROVAL_KEPT });
  }
}

export function pushTransaction(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  id: string,
): void {
  if (typeof loaded?.transaction !== "object" || target.tool === undefined) return;
  const { state } = loaded.transaction;
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
    ttl: state.expires - loaded.now + APPROVAL_KEPT,
  });
}

/** What the call brings into the session, from the `allow` on: no parallel call may outrun it. */
export function pushSession(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  context: EngineContext,
): void {
  const session = sessionStateOf(call, loaded, context);
  if (session === undefined) return;
  const key = session.familyKey;
  const ttl = context.options.sessionFor;
  const labels = target.tool === undefined ? target.target.yields : yieldsOf(target.tool);
  if (labels.length > 0) operations.push({ op: "grow", key, fields: { labels }, ttl });
  operations.push({ op: "increment", key, field: "steps", by: 1, ttl });
}

function sessionStateOf(
  call: Call,
  loaded: Loaded | undefined,
  context: EngineContext,
): OpenSessionState | undefined {
  if (call.sessionKey === undefined) return undefined;
  if (typeof loaded?.session === "object") return loaded.session;
  return context.families.get(call.sessionKey);
}

/** The cells that remember this call for `prior`; answers their keys, for the outcome. */
export function pushPriors(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  context: EngineContext,
): Settlement["priors"] {
  if (target.priorCells.length === 0) return nothing;
  const kept: { key: string; within: number }[] = [];
  const opened = sessionStateOf(call, loaded, context)?.opened;
  for (const cell of target.priorCells) {
    const key = priorCellKey(cell.keys, cell.name, call, opened);
    if (key === undefined) continue;
    kept.push({ key, within: cell.within });
    operations.push(
      { op: "put", key, fields: {}, stamp: ["allowed"], ttl: 2 * cell.within },
      { op: "increment", key, field: "calls", by: 1, ttl: 2 * cell.within },
      { op: "charge", key: pendingKey(key), window: pendingWindow(cell.within), amount: 1, cap: null },
    );
  }
  return kept;
}

/** What the outcome will need. A call that leaves nothing to settle gets no record. */
export function pushRecord(
  operations: Operations,
  deliberation: Deliberation,
  id: string,
  priors: Settlement["priors"],
  context: EngineContext,
): void {
  const { call, target, loaded } = deliberation;
  const session = sessionStateOf(call, loaded, context);
  const settlement: Settlement = {
    caller: call.caller.id,
    tenant: call.tenant,
    tool: target.tool?.id ?? null,
    irreversible: target.tool?.irreversible ?? false,
    family: session?.family ?? null,
    epoch: session?.familyOpened ?? null,
    channel: target.tool === undefined ? target.target.id : null,
    transaction: target.tool === undefined ? null : (call.request.transaction ?? null),
    request:
      call.request.id === undefined
        ? null
        : cellKeys.idempotency(call.tenant, call.caller.id, call.request.id),
    priors,
    charges: settledCharges(deliberation),
    exceptions:
      deliberation.weighed.exceptions.length === 0
        ? nothing
        : deliberation.weighed.exceptions.map((exception) => ({
            key: cellKeys.exception(call.tenant, exception.id),
            window: exceptionWindow(exception, call.frame.now),
          })),
  };
  operations.push({
    op: "put",
    key: cellKeys.decision(id),
    fields: { settlement: new KeptSettlement(settlement) },
    stamp: AT,
    ttl: context.options.outcomeWithin,
  });
}

export function pushIdempotency(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  stored: Decision,
  context: EngineContext,
): void {
  const key = cellKeys.idempotency(call.tenant, call.caller.id, call.request.id as string);
  const known = loaded?.idempotency;
  operations.push(
    {
      op: "expect",
      key,
      fields: {
        digest: known?.digest ?? null,
        answer: known?.answer ?? null,
        status: known?.status ?? null,
        done: null,
      },
    },
    {
      op: "put",
      key,
      fields: {
        digest: call.digest(),
        // What is left of a limit then is not what is left when the answer is asked for again.
        answer: JSON.stringify({ ...stored, limits: [] }),
        decision: stored.decision_id,
        until: String(call.frame.now + context.options.allowFor),
        status: null,
        args:
          target.args !== undefined && holdsAdvisory(target.args)
            ? canonicalJson(call.wireArgs(false))
            : null,
      },
      ttl: context.options.outcomeWithin,
    },
  );
}
