/** Stage 8, a denial: what a refusal leaves behind. */
import type { Limit } from "../../check/program.js";
import { type Operation, StateUnavailable } from "../../state/store.js";
import { commit } from "../context.js";
import type { OpenSessionState } from "../records/open-session.js";
import { priorCellKey } from "../records/prior-cells.js";
import { withFrame } from "../request/call.js";
import { initialFacts } from "../request/frame.js";
import { type Hit, judge } from "../rules/judge.js";
import { type Charge, chargesOf, isAttempt } from "../rules/limits.js";
import { adding, openCase } from "./open-case.js";
import { isLimitHit } from "./plan-reads.js";
import { readSession } from "./read-state.js";
import type { Case, DecisionState, Refusal } from "./types.js";
import { whenReady } from "./when-ready.js";

/**
 * Counts attempts and denials, and remembers the call for `prior … denied` if the request was valid. An attempt or denial
 * that the very limit refused is not counted by it. A store that does not answer changes nothing of the verdict.
 */
export async function settleDenial(refusal: Refusal): Promise<void> {
  const c = refusal.at ?? countedBy(refusal);
  if (c === undefined) return;
  const hits = [...c.findings.limits, ...c.findings.shadow.filter(isLimitHit)];
  const counting = hits.filter((hit) => countsDenials(hit, c));
  const remembering = refusal.at === undefined ? [] : c.target.priorCells.filter((cell) => cell.denials);
  const dependsOnSession =
    counting.some(({ candidate }) => isPerSession(candidate.rule.source)) ||
    remembering.some(({ keys }) => keys.some(({ kind }) => kind === "session"));
  try {
    const session = dependsOnSession ? await sessionOf(c) : undefined;
    const operations = [
      ...chargesOfDenial(refusal, counting, { c, session }),
      ...priorsOf(remembering, c, session),
    ];
    if (operations.length > 0) await commit(c.context, operations, "each");
  } catch (error) {
    if (!(error instanceof StateUnavailable)) throw error;
  }
}

/** The limits that count a call refused before any rule; none if one of its agents is not declared. */
function countedBy({ call, context }: Refusal): Case | undefined {
  const { target, chain, frame, request } = call;
  if (target === undefined || chain.agents.some(({ declared }) => declared === undefined)) return undefined;
  const unread = withFrame(call, frame.knowing(initialFacts(request), frame.now));
  return adding(openCase(unread, target, context), { findings: judge(target, unread.frame) });
}

function countsDenials(hit: Hit<Limit>, { call }: Case): boolean {
  const { meter } = hit.candidate.rule.source;
  return (meter.kind === "attempts" || meter.kind === "denials") && (call.hasArgs || !readsArgs(hit));
}

function chargesOfDenial(
  { reasons }: Refusal,
  counting: readonly Hit<Limit>[],
  { c, session }: { readonly c: Case; readonly session: OpenSessionState | undefined },
): readonly Operation[] {
  if (counting.length === 0) return [];
  const refusing = new Set(reasons.map(({ rule }) => rule));
  const { known } = chargesOf(counting, c.call, session !== undefined);
  return known.filter(({ limit }) => !refusing.has(limit.id)).map(chargeOf);
}

function chargeOf(charge: Charge): Operation {
  const { key, window, amount, limit, shadow } = charge;
  const cap = isAttempt(charge) && limit.over.kind === "deny" && !shadow ? charge.cap : null;
  return { op: "charge", key, window, amount, cap };
}

function priorsOf(
  remembering: Case["target"]["priorCells"],
  { call }: Case,
  session: OpenSessionState | undefined,
): readonly Operation[] {
  return remembering.flatMap(({ keys, name, within }): readonly Operation[] => {
    const key = priorCellKey(keys, name, call, session?.opened);
    return key === undefined ? [] : [{ op: "put", key, fields: {}, stamp: ["denied"], ttl: 2 * within }];
  });
}

/** The open session of the call, looked up if nothing was read before. */
function sessionOf(c: Case): OpenSessionState | undefined | Promise<OpenSessionState | undefined> {
  if (c.call.request.session === undefined) return undefined;
  // Read it even if this process has seen the session: it may belong to another caller, who must not be charged.
  const session: DecisionState["session"] | Promise<DecisionState["session"]> =
    c.state?.session ?? readSession(c);
  return whenReady(session, (found) => (typeof found === "object" ? found : undefined));
}

function isPerSession({ keys, window }: Limit): boolean {
  return window.kind === "session" || keys.some(({ kind }) => kind === "session");
}

function readsArgs({ candidate }: Hit<Limit>): boolean {
  return (
    candidate.rule.readsArgs ||
    candidate.rule.source.keys.some((key) => key.kind === "args" || key.kind === "argument")
  );
}
