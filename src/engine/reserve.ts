/** The one atomic reservation of a decision: everything it uses up, all or nothing. */
import type { TargetProgram } from "../compile/compile.js";
import type { Decision, LimitState, Reason } from "../model/decision.js";
import type { CommitResult, Operation, WindowCell } from "../state/store.js";
import { canonicalJson } from "../values/canonical.js";
import { answer, isKept, type Verdict } from "./answer.js";
import { type ApprovalRequest, type ApprovalState, newApproval, standing } from "./approval-state.js";
import { approvalView } from "./approval-view.js";
import { approvalPlace, approvalRequest, schemesOf } from "./ask.js";
import type { Call } from "./call.js";
import { cellKeys } from "./cell-keys.js";
import { commit, type EngineContext } from "./context.js";
import type { Deliberation } from "./decide.js";
import { needsHere } from "./grant.js";
import { type Findings, type Hit, nothingWanted } from "./judge.js";
import {
  type Charge,
  chargesOf,
  countedOnce,
  exceptionWindow,
  isAttempt,
  isLookedAt,
  limitState,
  reserve,
} from "./limits.js";
import {
  isRetry,
  type Loaded,
  load,
  type OpenSessionState,
  pendingKey,
  pendingWindow,
  priorCellKey,
  sessionGuards,
} from "./load.js";
import { holdsAdvisory } from "./obligations.js";
import { yieldsOf } from "./provenance.js";
import { ruleReason } from "./refusal.js";
import { canSettle, type Settlement, writeSettlement } from "./settlement.js";
import { takeStep } from "./transaction-state.js";

export type Reservation =
  | { readonly kind: "made"; readonly decision: Decision }
  | { readonly kind: "lost race" }
  | { readonly kind: "full" };

/** How long the record of an approval outlives its expiry: a rejection must be remembered, an answer looked up. */
const APPROVAL_KEPT = 24 * 3_600_000;
const INBOX_MAX = 10_000;

/** A list of operations that remembers which window answers belong to which charge. */
class Operations {
  readonly list: Operation[] = [];
  readonly charges: Charge[] = [];

  push(...operations: readonly Operation[]): void {
    this.list.push(...operations);
  }
  charge(charge: Charge, operation: Operation): void {
    this.charges.push(charge);
    this.list.push(operation);
  }
  /** Windows of the charges, by charge: exceptions' and priors' charges come after them and are not asked for. */
  windowsOf(result: CommitResult): readonly (readonly [Charge, WindowCell])[] {
    return this.charges.map((charge, i) => [charge, result.windows[i] as WindowCell] as const);
  }
}

/** Reserves an `allow`. A lost race means that something it relied on changed, or a limit it had not looked at is spent. */
export function reserveAllow(
  deliberation: Deliberation,
  id: string,
  context: EngineContext,
): Reservation | Promise<Reservation> {
  const { call, verdict, charges, passed } = deliberation;
  const operations = new Operations();
  for (const charge of charges.known) {
    operations.charge(
      charge,
      reserve(charge, charge.limit.over.kind === "alert" || passed.has(charge.limit.id)),
    );
  }
  const shadows = shadowCharges(deliberation.findings, call);
  for (const charge of shadows) operations.charge(charge, reserve(charge, true));
  pushGuards(operations, deliberation, context);
  pushUses(operations, deliberation, context);
  pushTransaction(operations, deliberation, id);
  pushSession(operations, deliberation, context);
  const priors = pushPriors(operations, deliberation, context);
  if (isKept(id)) pushRecord(operations, deliberation, id, priors, context);

  const decisionOf = (result: CommitResult | undefined): Decision => {
    if (result !== undefined) call.frame.now = Math.max(call.frame.now, result.now);
    const windows = result === undefined ? [] : operations.windowsOf(result);
    return answer(
      deliberation,
      settledVerdict(verdict, windows, charges.unknown, context),
      id,
      context,
      undefined,
    );
  };
  if (operations.list.length === 0) return { kind: "made", decision: decisionOf(undefined) };
  if (call.request.id !== undefined)
    pushIdempotency(operations, deliberation, decisionOf(undefined), context);
  const made = (result: CommitResult): Reservation => {
    if (!result.applied) {
      forgetFamily(call, context);
      return { kind: result.full ? "full" : "lost race" };
    }
    const decision = decisionOf(result);
    for (const alert of decision.alerts ?? [])
      context.emit({ type: "alert", limit: alert, decision: id, tenant: call.tenant });
    return { kind: "made", decision };
  };
  const pending = commit(context, { reserve: operations.list });
  return pending instanceof Promise ? pending.then(made) : made(pending);
}

/** Whether an outcome will have anything to settle or to add. */
export function leavesRecord(deliberation: Deliberation): boolean {
  const { call, weighed, target } = deliberation;
  const { session, transaction, id } = call.request;
  if (session !== undefined || transaction !== undefined || id !== undefined) return true;
  if (weighed.exceptions.length > 0 || target.priorCells.length > 0) return true;
  return settledCharges(deliberation).length > 0;
}

/** The charges that an outcome can change. */
function settledCharges({ call, charges, findings, target }: Deliberation): readonly Charge[] {
  const irreversible = target.tool?.irreversible ?? false;
  return [...charges.known, ...shadowCharges(findings, call)].filter((charge) =>
    canSettle(charge, irreversible),
  );
}

const nothing: readonly never[] = [];

/** An allow with what is left of each limit after the charge, and the alerts and shadow limits that it set off. */
function settledVerdict(
  verdict: Verdict,
  windows: readonly (readonly [Charge, WindowCell])[],
  unknown: readonly { readonly limit: Charge["limit"] }[],
  context: EngineContext,
): Verdict {
  if (windows.length === 0 && unknown.length === 0) return verdict;
  const limits: LimitState[] = [];
  // Others among the unknown were lifted by an exception, which is no alarm.
  const alerts = unknown.flatMap(({ limit }) => (limit.over.kind === "alert" ? [limit.id] : []));
  const shadowLimits: Reason[] = [];
  for (const [charge, window] of windows) {
    if (!charge.shadow) limits.push(limitState(charge, window));
    if (window.used + (isLookedAt(charge) ? charge.amount : 0) <= charge.cap) continue;
    if (charge.shadow) shadowLimits.push(ruleReason(charge.limit, context.bundle.locate));
    else if (charge.limit.over.kind === "alert") alerts.push(charge.limit.id);
  }
  const { decision, reasons, obligations = nothing, exceptions = nothing } = verdict;
  return { decision, reasons, obligations: [...obligations], exceptions, limits, alerts, shadowLimits };
}

function shadowCharges(findings: Findings, call: Call): readonly Charge[] {
  if (findings.shadow.length === 0) return [];
  const hits = findings.shadow.filter(
    (hit): hit is Hit<Charge["limit"]> => "meter" in hit.candidate.rule.source,
  );
  return hits.length === 0 ? [] : chargesOf(hits, call, call.request.session !== undefined).known;
}

function pushGuards(operations: Operations, { call, loaded }: Deliberation, context: EngineContext): void {
  if (loaded !== undefined) {
    operations.push(...loaded.guards);
    return;
  }
  if (call.request.session === undefined) return;
  const session = context.families.get(cellKeys.session(call.tenant, call.request.session));
  if (session !== undefined) operations.push(...sessionGuards(call, session));
}

function forgetFamily(call: Call, context: EngineContext): void {
  if (call.request.session !== undefined)
    context.families.delete(cellKeys.session(call.tenant, call.request.session));
}

/** Exceptions and approvals that this call uses up. An approval of a plan serves every step of it. */
function pushUses(
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

function pushTransaction(operations: Operations, { call, target, loaded }: Deliberation, id: string): void {
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
function pushSession(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  context: EngineContext,
): void {
  const family = familyOf(call, loaded, context);
  if (family === undefined) return;
  const key = cellKeys.family(call.tenant, family);
  const ttl = context.options.sessionFor;
  const labels = target.tool === undefined ? target.target.yields : yieldsOf(target.tool);
  if (labels.length > 0) operations.push({ op: "grow", key, fields: { labels }, ttl });
  operations.push({ op: "increment", key, field: "steps", by: 1, ttl });
}

export function familyOf(call: Call, loaded: Loaded | undefined, context: EngineContext): string | undefined {
  return sessionStateOf(call, loaded, context)?.family;
}

function sessionStateOf(
  call: Call,
  loaded: Loaded | undefined,
  context: EngineContext,
): OpenSessionState | undefined {
  if (call.request.session === undefined) return undefined;
  if (typeof loaded?.session === "object") return loaded.session;
  return context.families.get(cellKeys.session(call.tenant, call.request.session));
}

/** The cells that remember this call for `prior`; answers their keys, for the outcome. */
function pushPriors(
  operations: Operations,
  { call, target, loaded }: Deliberation,
  context: EngineContext,
): Settlement["priors"] {
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
function pushRecord(
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
    charges: settledCharges(deliberation).map((charge) => ({
      limit: charge.limit.id,
      key: charge.key,
      window: charge.window,
      amount: charge.amount,
      meter: charge.limit.meter.kind,
      reported: charge.limit.meter.kind === "of" && charge.limit.meter.reported,
      ...(charge.settle === undefined ? {} : { settle: charge.settle }),
    })),
    exceptions: deliberation.weighed.exceptions.map((exception) => ({
      key: cellKeys.exception(call.tenant, exception.id),
      window: exceptionWindow(exception, call.frame.now),
    })),
  };
  operations.push({
    op: "put",
    key: cellKeys.decision(id),
    fields: { settlement: writeSettlement(settlement) },
    stamp: ["at"],
    ttl: context.options.outcomeWithin,
  });
}

function pushIdempotency(
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

/** Opens the approvals that a pending verdict asks for, once each, and counts the attempt. */
export async function reservePending(
  deliberation: Deliberation,
  id: string,
  context: EngineContext,
): Promise<Reservation> {
  const { call, loaded, weighed, verdict, charges, passed } = deliberation;
  const operations = new Operations();
  for (const charge of charges.known) {
    if (isAttempt(charge) && charge.amount > 0)
      operations.charge(
        charge,
        reserve(charge, charge.limit.over.kind === "alert" || passed.has(charge.limit.id)),
      );
  }
  const because = verdict.reasons.find((reason) => reason.effect === "allow")?.message;
  const asked: ApprovalState[] = [];
  const opened: ApprovalRequest[] = [];
  for (const scheme of schemesOf(weighed.open)) {
    const known = loaded?.approvals.get(scheme);
    if (known !== undefined && standing(known, call.frame.now) === "pending") {
      asked.push(known);
      continue;
    }
    const request = approvalRequest(scheme, call, loaded, because, context);
    opened.push(request);
    openApproval(operations, request, approvalPlace(scheme, call, loaded, context), known);
  }
  if (opened.length > 0 && typeof loaded?.transaction === "object") {
    const until = Math.max(...opened.map(({ expires }) => expires)) + call.frame.now;
    const key = cellKeys.transaction(call.tenant, call.request.transaction as string);
    operations.push({
      op: "put",
      key,
      fields: { waiting: String(until) },
      ttl: loaded.transaction.state.expires - loaded.now + APPROVAL_KEPT,
    });
  }
  if (operations.list.length > 0) {
    const pending = commit(context, { reserve: operations.list });
    const result = pending instanceof Promise ? await pending : pending;
    if (!result.applied) return { kind: result.full ? "full" : "lost race" };
    for (const request of opened) {
      asked.push({
        request,
        asked: result.now,
        expires: result.now + request.expires,
        status: "pending",
        left: request.uses,
        version: `${request.id}:0`,
        approvals: [],
        rejected: undefined,
        grant: undefined,
      });
    }
  }
  const decision = answer(deliberation, verdict, id, context, asked);
  const fresh = asked.filter(({ request }) => opened.includes(request));
  for (const state of fresh)
    context.emit({ type: "approval_asked", approval: approvalView(state, call.frame.now) });
  return { kind: "made", decision };
}

/** The operations that open one approval: its record, the way back from its id, and its place in the inbox. */
export function openApproval(
  operations: { push(...operations: readonly Operation[]): void },
  request: ApprovalRequest,
  place: string,
  known: ApprovalState | undefined,
): void {
  const ttl = request.expires + APPROVAL_KEPT;
  const key = cellKeys.approval(request.tenant, request.scheme, place);
  operations.push(
    { op: "expect", key, fields: { version: known?.version ?? null } },
    { op: "put", key, fields: newApproval(request), stamp: ["asked"], ttl },
    {
      op: "put",
      key: cellKeys.approvalId(request.tenant, request.id),
      fields: { scheme: request.scheme, place },
      ttl,
    },
    {
      op: "grow",
      key: cellKeys.inbox(request.tenant),
      fields: { [request.id]: ["asked"] },
      limit: INBOX_MAX,
      stamp: true,
      ttl,
    },
  );
}

/**
 * What a refusal leaves behind: attempts and denials are counted, and a `prior … denied` remembers it if the request was
 * valid. An attempt or denial that the very limit refused is not counted by it.
 */
export async function settleDenial(
  call: Call,
  target: TargetProgram,
  findings: Findings,
  loaded: Loaded | undefined,
  verdict: Verdict,
  context: EngineContext,
  valid: boolean,
): Promise<void> {
  const counting = [...findings.limits, ...findings.shadow].filter((hit): hit is Hit<Charge["limit"]> => {
    const { source } = hit.candidate.rule;
    return (
      "meter" in source &&
      (source.meter.kind === "attempts" || source.meter.kind === "denials") &&
      (call.hasArgs || !readsArgs(hit as Hit<Charge["limit"]>))
    );
  });
  const operations: Operation[] = [];
  const remembering = valid ? target.priorCells.filter((cell) => cell.denials) : [];
  const asksOfSession =
    counting.some(({ candidate }) => isPerSession(candidate.rule.source)) ||
    remembering.some(({ keys }) => keys.some(({ kind }) => kind === "session"));
  const session = asksOfSession ? await openSessionOf(call, loaded, context) : undefined;
  if (counting.length > 0) {
    const hasSession = session !== undefined;
    const refusing = new Set(verdict.reasons.map(({ rule }) => rule));
    for (const charge of countedOnce(chargesOf(counting, call, hasSession).known, isRetry(loaded))) {
      if (refusing.has(charge.limit.id)) continue;
      const cap =
        isAttempt(charge) && charge.limit.over.kind === "deny" && !charge.shadow ? charge.cap : null;
      operations.push({ op: "charge", key: charge.key, window: charge.window, amount: charge.amount, cap });
    }
  }
  for (const cell of remembering) {
    const key = priorCellKey(cell.keys, cell.name, call, session?.opened);
    if (key !== undefined)
      operations.push({ op: "put", key, fields: {}, stamp: ["denied"], ttl: 2 * cell.within });
  }
  if (operations.length === 0) return;
  const pending = commit(context, { always: operations, reserve: [] });
  if (pending instanceof Promise) await pending;
}

/** What is refused before anything was read has its session looked up, where something is counted or kept by it. */
async function openSessionOf(
  call: Call,
  loaded: Loaded | undefined,
  context: EngineContext,
): Promise<OpenSessionState | undefined> {
  if (call.request.session === undefined) return undefined;
  // Also where this process has met the session: it may be somebody else's, whose count this is not.
  const nothing = { wanted: nothingWanted(), carried: false, schemes: new Set<string>(), charges: [] };
  const { bundle, store, families, keys } = context;
  const { session } = loaded ?? (await load(nothing, call, bundle, store, families, keys.provenance));
  return typeof session === "object" ? session : undefined;
}

function isPerSession({ keys, window }: Charge["limit"]): boolean {
  return window.kind === "session" || keys.some(({ kind }) => kind === "session");
}

function readsArgs({ candidate }: Hit<Charge["limit"]>): boolean {
  return (
    candidate.rule.readsArgs ||
    candidate.rule.source.keys.some((key) => key.kind === "args" || key.kind === "argument")
  );
}
