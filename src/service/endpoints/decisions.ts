/** Endpoints of decisions, and of the outcomes of the calls that they allowed. */
import { newDecisionId } from "../../engine/request/decision-id.js";
import { RequestProblem } from "../../engine/request/types.js";
import {
  batchDecision,
  type Decision,
  decision,
  outcomeAnswer,
  outcomeRequest,
} from "../../model/decision.js";
import { batchRequest, type DecideRequest, decideRequest } from "../../model/request.js";
import { logDecision, requestFields } from "../decision-log.js";
import { type Call, type Endpoint, endpoint } from "../endpoint.js";
import { resolveBody } from "../on-behalf.js";
import { asServiceProblem, ServiceProblem } from "../problem.js";
import type { ServiceContext } from "../service-context.js";

type Asked = Call<unknown, unknown>;

/** `POST /decide`, `/decide/batch` and `/outcomes`. */
export function decisionEndpoints(context: ServiceContext): readonly Endpoint[] {
  return [
    endpoint({
      method: "POST",
      path: "/decide",
      name: "decide",
      summary: "Decide one call; any answer except `allow` must stop it.",
      scopes: ["decide"],
      body: decideRequest,
      answer: decision,
      status: 200,
      decides: true,
      handle: (call) => decide(context, call, call.body).then(decidedOrProblem),
    }),
    endpoint({
      method: "POST",
      path: "/decide/batch",
      name: "decideBatch",
      summary: "Decide calls in order, as if they were sent one after another.",
      scopes: ["decide"],
      body: batchRequest,
      answer: batchDecision,
      status: 200,
      decides: true,
      handle: (call) => decideInOrder(context, call, call.body.requests),
    }),
    endpoint({
      method: "POST",
      path: "/outcomes",
      name: "reportOutcome",
      summary: "Report the outcome of an allowed call.",
      scopes: ["decide"],
      body: outcomeRequest,
      answer: outcomeAnswer,
      status: 200,
      inexact: true,
      foreign: "result",
      handle: ({ body, principal, unreadable }) =>
        context.policy
          .pdp()
          .outcome(unreadable === undefined ? body : { ...body, unreadable }, { id: principal.id }),
    }),
  ];
}

async function decide(context: ServiceContext, asked: Asked, body: DecideRequest): Promise<Decision> {
  const { principal } = asked;
  const resolved = resolveBody<DecideRequest>(body, principal, context.auth.tokens);
  const { body: request, caller } = resolved instanceof Promise ? await resolved : resolved;
  const pdp = context.policy.pdp();
  const started = performance.now();
  let decided: Decision;
  try {
    decided = await pdp.decide(request, caller);
  } catch (error) {
    if (error instanceof RequestProblem) throw error;
    context.metrics.countDecision("error", (performance.now() - started) / 1000);
    context.log.error({ ...requestFields(asked, request), err: error }, "decision failed");
    throw new ServiceProblem("cannot_decide", { cause: error });
  }
  const ms = performance.now() - started;
  context.metrics.countDecision(decided.decision, ms / 1000);
  if (decided.decision === "deny") context.metrics.countRefusals(decided.reasons);
  logDecision(context.log, asked, request, decided, ms);
  return decided;
}

/**
 * Answers with an error status if the state is unreachable, so that a load balancer or a retry finds a healthy service.
 */
function decidedOrProblem(decided: Decision): Decision {
  if (!decided.reasons.some(({ rule }) => rule === "builtin.state_unavailable")) return decided;
  const { decision_id, revision, reasons } = decided;
  throw new ServiceProblem("state_unavailable", {
    decision: { decision_id, revision, reasons },
    headers: { "retry-after": "1" },
  });
}

async function decideInOrder(
  context: ServiceContext,
  asked: Asked,
  requests: readonly DecideRequest[],
): Promise<{ decisions: Decision[] }> {
  const decisions: Decision[] = [];
  for (const request of requests) {
    decisions.push(await decide(context, asked, request).catch((error: unknown) => refused(context, error)));
  }
  return { decisions };
}

/**
 * Answers a failed request of a batch with a deny. One problem for the whole batch would lose verdicts already charged.
 */
function refused(context: ServiceContext, error: unknown): Decision {
  const isRequest = error instanceof RequestProblem;
  const { word, details, message } = isRequest
    ? { word: error.type, details: { problems: error.problems }, message: error.message }
    : asServiceProblem(error, true);
  const { problems = [] } = details;
  const said =
    problems.length === 0 ? [message] : problems.map((each) => `${each.pointer} ${each.message}`.trim());
  const now = context.clock.now() / 1000;
  return {
    decision: "deny",
    decision_id: newDecisionId("refused"),
    reasons: [{ rule: `builtin.${word}`, effect: "builtin", message: [...new Set(said)].join("; ") }],
    needs: [],
    obligations: [],
    limits: [],
    retry: { when: "never" },
    exceptions: [],
    revision: context.policy.revision,
    evaluated_at: now,
    expires_at: now,
  };
}
