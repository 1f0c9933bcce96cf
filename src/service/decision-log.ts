/**
 * Logs one line per decision for operators: who, what, the verdict and why; never an argument's value, never a token.
 */
import type { Logger } from "pino";
import type { Decision } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import type { Call } from "./endpoint.js";

type Asked = Pick<Call<unknown, unknown>, "principal" | "requestId" | "traceId">;

/** Writes the line. `ms` is the duration of the decision. */
export function logDecision(
  log: Logger,
  asked: Asked,
  request: DecideRequest,
  decision: Decision,
  ms: number,
): void {
  if (!log.isLevelEnabled("info")) return;
  log.info(
    {
      ...requestFields(asked, request),
      decision_id: decision.decision_id,
      verdict: decision.decision,
      rules: decision.reasons.map(({ rule }) => rule),
      revision: decision.revision,
      ms: Math.round(ms * 1000) / 1000,
      ...(decision.alerts === undefined ? {} : { alerts: decision.alerts }),
      ...(decision.replayed === true ? { replayed: true } : {}),
      ...(request.dry_run === true ? { dry_run: true } : {}),
    },
    "decision",
  );
}

/** Fields of every log line about a request. */
export function requestFields({ principal, requestId, traceId }: Asked, request: DecideRequest) {
  const { tool, channel, tenant, session, actors = [] } = request;
  return {
    request_id: requestId,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    caller: principal.id,
    ...(tool === undefined ? {} : { tool }),
    ...(channel === undefined ? {} : { channel }),
    actors: actors.map(({ type, id }) => `${type}:${id}`),
    ...(tenant === undefined ? {} : { tenant }),
    ...(session === undefined ? {} : { session }),
  };
}
