/**
 * The world as it goes on: what each thing that is asked of it answers, and what it adds to the lists. Ids are given by
 * whoever asks, so that another implementation can be followed step by step.
 */
import type { ApproverIdentity } from "../../src/engine/request/types.js";
import type { OutcomeRequest } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { OpenSession, OpenTransaction } from "../../src/model/session.js";
import { isGranted, isLive } from "./approvals.js";
import { DEFAULT_TENANT, type Entered, enter } from "./enter.js";
import { sessionLabels } from "./facts.js";
import { type How, type Judgement, judge } from "./judge.js";
import { chargesOf, chargesOfDenial } from "./limits.js";
import { CONFIRMATION, type Unmet } from "./needs.js";
import { concerns } from "./questions.js";
import { groundOf } from "./remembered.js";
import { isComplete, isTransactionOpen, openSessionOf, plannedAs, sessionOf } from "./situations.js";
import type { ApprovalEvent, DecisionEvent, SessionEvent, TransactionEvent, World } from "./world.js";

const MINUTE = 60_000;
const OUTCOME_WITHIN = 24 * 60 * MINUTE;
const CONFIRMATION_EXPIRES = 15 * MINUTE;

/** What is refused with a problem document; its HTTP status. */
export interface Refused {
  readonly status: 400 | 403 | 404 | 409 | 422;
}
export function isRefused(answer: unknown): answer is Refused {
  return (
    typeof answer === "object" && answer !== null && "status" in answer && typeof answer.status === "number"
  );
}

/** Ids that the other implementation gave: of the decision, and of the approvals it asked for, by scheme. */
export interface Given {
  readonly decision: string;
  readonly approval: (need: Unmet) => string | undefined;
}

/** Decides and remembers. */
export function decide(world: World, request: DecideRequest, given: Given, how: How = {}): Judgement {
  const judged = judge(world, request, how);
  if (request.dry_run !== true && !world.outage)
    remember(world, request, judged, given, how.caller ?? "caller");
  return judged;
}

/** Adds what a judgement leaves behind. */
export function remember(
  world: World,
  request: DecideRequest,
  judged: Judgement,
  given: Given,
  caller: string,
): void {
  const { entered, verdict } = judged;
  if (entered === undefined || judged.replayed !== undefined) return;
  const state = sessionOf(world, entered.call);
  const isPending = verdict === "step-up" || verdict === "require-approval";
  world.decisions.push({
    id: given.decision,
    at: world.now,
    caller,
    request,
    verdict,
    valid: judged.stage !== 1,
    call: entered.call,
    session: state.kind === "open" ? state.session : undefined,
    charges:
      verdict === "deny"
        ? chargesOfDenial(judged.limits, judged.determining, entered, (judged.stage ?? 1) > 2)
        : chargesOf(judged.limits, isPending ? "pending" : "allow"),
    exceptions: verdict === "allow" ? judged.exceptions : [],
    obligations: judged.obligations,
    approvals: verdict === "allow" ? judged.used : [],
    ground: groundOf(entered),
    labelsBefore: state.kind === "open" ? sessionLabels(world, state.session) : [],
    drops: judged.drops,
    outcome: undefined,
    reports: [],
  });
  if (isPending) ask(world, entered, judged.needs, given);
}

/** Opens the approvals that are not open yet. */
function ask(world: World, entered: Entered, needs: readonly Unmet[], given: Given): void {
  for (const need of needs) {
    if (need.type === "step-up") continue;
    const isOpen = world.approvals.some(
      (each) => each.scheme === need.scheme && each.digest === need.digest && isLive(world, each),
    );
    if (isOpen) continue;
    const scheme = world.program.approvals.get(need.scheme);
    const bindsPlan = need.digest !== entered.call.digest;
    world.approvals.push({
      id: given.approval(need) ?? "",
      scheme: need.scheme,
      digest: need.digest,
      call: bindsPlan ? undefined : entered.call,
      transaction: entered.call.transaction,
      user: entered.call.user,
      tenant: entered.call.tenant,
      askedAt: world.now,
      expiresAt: world.now + (scheme?.expires ?? CONFIRMATION_EXPIRES),
      quorum: scheme?.quorum ?? 1,
      uses: scheme?.uses ?? 1,
      approvals: [],
      withdrawnAt: undefined,
      rejected: undefined,
    });
  }
}

/**
 * The first status holds, but a truth may follow `unknown`. What a report brings into the session counts whatever else is
 * wrong with it.
 */
export function outcome(
  world: World,
  request: OutcomeRequest,
  caller: string,
): Refused | { readonly repeated: boolean } {
  const event = world.decisions.find((each) => each.id === request.decision_id && each.verdict === "allow");
  if (event === undefined || world.now >= (event.outcome?.at ?? event.at) + OUTCOME_WITHIN)
    return { status: 404 };
  if (event.caller !== caller) return { status: 403 };
  const before = event.outcome?.status;
  const isLater = before === "unknown" && request.status !== "unknown";
  const counts = before === undefined || before === request.status || isLater;
  const report = { ...request, at: world.now, counts, follows: before };
  event.reports.push(report);
  if (!counts) return { status: 409 };
  if (before === undefined || isLater) event.outcome = report;
  const labels = request.labels ?? [];
  if (event.session === undefined && labels.length > 0) return { status: 409 };
  if (labels.some((label) => world.program.resolve("label", label) === undefined)) return { status: 422 };
  if (Object.keys(request.reported ?? {}).some((name) => !isMetered(world, event, name)))
    return { status: 422 };
  return { repeated: before === request.status };
}
function isMetered(world: World, event: DecisionEvent, name: string): boolean {
  return event.charges.some((charge) => {
    const limit = world.program.limits.get(charge.limit);
    return charge.settled !== undefined && (limit?.id === name || limit?.name === name);
  });
}

export function openSession(
  world: World,
  request: OpenSession & { readonly id: string },
  caller: string,
): Refused | SessionEvent {
  if (request.parent !== undefined && request.stated !== undefined) return { status: 400 };
  const tenant = request.tenant ?? DEFAULT_TENANT;
  if (openSessionOf(world, request.id, tenant) !== undefined) return { status: 409 };
  const parent = request.parent === undefined ? undefined : openSessionOf(world, request.parent, tenant);
  if (request.parent !== undefined && parent === undefined) return { status: 404 };
  const user = request.actors?.find((actor) => actor.type === "user")?.id;
  if (parent !== undefined && (parent.user !== user || parent.caller !== caller)) return { status: 403 };
  const first = request.actors?.find((actor) => actor.type === "agent")?.id ?? "";
  const session: SessionEvent = {
    id: request.id,
    tenant,
    user,
    agent: world.program.resolve("agent", first) ?? first,
    parent,
    caller,
    openedAt: world.now,
    stated: request.stated ?? "",
    endedAt: undefined,
  };
  world.sessions.push(session);
  return session;
}
export function endSession(world: World, id: string, tenant: string, caller: string): Refused | undefined {
  const session = openSessionOf(world, id, tenant);
  if (session === undefined || session.caller !== caller) return { status: 404 };
  session.endedAt = world.now;
  return undefined;
}

/** What is wrong with a plan is not looked into here: each of its calls is judged again when it is made. */
export function openTransaction(
  world: World,
  request: OpenTransaction,
  caller: string,
  given: { readonly id: string; readonly approval: string | undefined },
): Refused | TransactionEvent {
  const kind = world.program.transactions.get(world.program.resolve("transaction", request.kind) ?? "");
  const tenant = request.tenant ?? DEFAULT_TENANT;
  const session = openSessionOf(world, request.session, tenant);
  if (kind === undefined || session === undefined) return { status: 404 };
  const [tool] = world.program.tools.values();
  const actors = request.actors ?? [];
  const entered = enter(world.program, { actors, tool: tool?.wire ?? "", tenant }, world.now);
  const about = ["builtin.unknown_tool", "builtin.invalid_arguments", "builtin.scope_missing"];
  if (!("call" in entered) || entered.refusals.some((refusal) => !about.includes(refusal)))
    return { status: 403 };
  const { call } = entered;
  if (session.user !== call.user || session.agent !== call.agents[0]) return { status: 403 };
  if (!concerns(kind, entered)) return { status: 403 };
  const plan = request.plan?.map((planned) => {
    const one = enter(world.program, { actors, tool: planned.tool, args: planned.args ?? {} }, world.now);
    return "call" in one ? plannedAs(one.call) : "";
  });
  const opened: TransactionEvent = {
    id: given.id,
    kind,
    tenant,
    session,
    caller,
    user: call.user,
    agent: call.agents[0] as string,
    openedAt: world.now,
    plan,
    planDigest: plan === undefined ? undefined : JSON.stringify([given.id, plan]),
    ended: undefined,
  };
  world.transactions.push(opened);
  if (kind.confirmPlan && opened.planDigest !== undefined) {
    world.approvals.push({
      id: given.approval ?? "",
      scheme: CONFIRMATION,
      digest: opened.planDigest,
      call: undefined,
      transaction: given.id,
      user: call.user,
      tenant,
      askedAt: world.now,
      expiresAt: world.now + kind.lasts,
      quorum: 1,
      uses: 1,
      approvals: [],
      withdrawnAt: undefined,
      rejected: undefined,
    });
  }
  return opened;
}
export function endTransaction(world: World, id: string, how: "committed" | "aborted"): Refused | undefined {
  const found = world.transactions.find((each) => each.id === id);
  if (found === undefined) return { status: 404 };
  if (found.ended !== undefined) return found.ended.how === how ? undefined : { status: 409 };
  if (how === "committed" && !(isTransactionOpen(world, found) && isComplete(world, found)))
    return { status: 409 };
  found.ended = { at: world.now, how };
  return undefined;
}

/** One person's word. */
export function approve(
  world: World,
  id: string,
  approver: ApproverIdentity,
): Refused | "pending" | "granted" {
  const found = approvableBy(world, id, approver);
  if (isRefused(found)) return found;
  found.approvals.push({ by: approver.id, at: world.now });
  return isGranted(found) ? "granted" : "pending";
}
export function reject(world: World, id: string, approver: ApproverIdentity): Refused | "rejected" {
  const found = approvableBy(world, id, approver);
  if (isRefused(found)) return found;
  found.rejected = { by: approver.id, at: world.now };
  return "rejected";
}
export function withdraw(world: World, id: string): Refused | undefined {
  const found = world.approvals.find((each) => each.id === id);
  if (found === undefined) return { status: 404 };
  if (!isLive(world, found) || found.rejected !== undefined) return { status: 409 };
  found.withdrawnAt = world.now;
  return undefined;
}

function approvableBy(world: World, id: string, approver: ApproverIdentity): ApprovalEvent | Refused {
  const { program } = world;
  const found = world.approvals.find((each) => each.id === id);
  if (found === undefined) return { status: 404 };
  const isLater = world.approvals.some(
    (each) =>
      each !== found &&
      each.scheme === found.scheme &&
      each.digest === found.digest &&
      each.askedAt > found.askedAt,
  );
  if (isLater) return { status: 404 };
  if (!isLive(world, found) || isGranted(found) || found.rejected !== undefined) return { status: 409 };
  if (found.scheme === CONFIRMATION) return approver.id === found.user ? found : { status: 403 };
  if (found.user !== undefined && isOnePerson(approver.id, found.user)) return { status: 403 };
  if (found.approvals.some(({ by }) => isOnePerson(by, approver.id))) return { status: 409 };
  const scheme = program.approvals.get(found.scheme);
  const roles = approver.roles.map((role) => program.resolve("role", role));
  const rank = (level: string | undefined): number =>
    program.assurance.find((each) => each.id === level)?.rank ?? -1;
  const signedIn = program.assurance.find((each) => each.acr === approver.acr)?.rank ?? -1;
  const isAllowed = scheme?.roles.some((role) => roles.includes(role)) && signedIn >= rank(scheme.at);
  return isAllowed ? found : { status: 403 };
}

/** Whether two ids may be two spellings of one. */
function isOnePerson(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { sensitivity: "accent", ignorePunctuation: false }) === 0;
}

/** Time goes by. */
export function wait(world: World, milliseconds: number): void {
  world.now += milliseconds;
}
