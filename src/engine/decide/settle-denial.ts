/** What a refusal leaves behind. */
import type { TargetProgram } from "../../compile/compile.js";
import type { Operation } from "../../state/store.js";
import { commit, type EngineContext } from "../context.js";
import type { OpenSessionState } from "../records/open-session.js";
import { priorCellKey } from "../records/prior-cells.js";
import type { Call } from "../request/call.js";
import { type Findings, type Hit, nothingWanted } from "../rules/judge.js";
import { type Charge, chargesOf, countedOnce, isAttempt } from "../rules/limits.js";
import type { Verdict } from "./answer.js";
import { isRetry, type Loaded, load } from "./load.js";

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
      source.kind === "limit" &&
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
  const pending = commit(context, operations, "each");
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
