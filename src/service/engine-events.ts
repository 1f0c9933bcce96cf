/** What the engine tells of, passed on to the log, the metrics and the webhook. */
import type { Logger } from "pino";
import type { EngineEvent } from "../engine/context.js";
import type { ApprovalView } from "../model/session.js";
import type { Metrics } from "./metrics.js";
import type { Webhook, WebhookEvent } from "./webhook.js";

const TENANTS_MAX = 100;

/** Takes events; never throws, and never makes the decision wait that the event came with. */
export class EngineEvents {
  readonly #log: Logger;
  readonly #metrics: Pick<Metrics, "countAlert">;
  readonly #webhook: Webhook | undefined;
  readonly #tenants = new Set<string>();

  constructor(log: Logger, metrics: Pick<Metrics, "countAlert">, webhook: Webhook | undefined) {
    this.#log = log;
    this.#metrics = metrics;
    this.#webhook = webhook;
  }

  /** Tenants in which an approval was asked for since the start; at most a hundred of them. */
  get tenants(): ReadonlySet<string> {
    return this.#tenants;
  }

  take(event: EngineEvent): void {
    if (event.type === "alert") this.#alert(event);
    else this.#approvalAsked(event.approval);
  }

  #alert({ limit, decision, tenant }: Extract<EngineEvent, { type: "alert" }>): void {
    this.#metrics.countAlert(limit);
    this.#log.warn({ limit, decision_id: decision, tenant }, "limit passed");
    this.#send({ type: "alert", limit, decision_id: decision, tenant });
  }

  #approvalAsked(approval: ApprovalView): void {
    const { id, scheme, tenant, tool } = approval;
    if (this.#tenants.size < TENANTS_MAX) this.#tenants.add(tenant);
    this.#log.info({ approval: id, scheme, tenant, tool }, "approval requested");
    this.#send({ type: "approval.asked", approval: withoutArguments(approval) });
  }

  /** In a turn of its own, so that the answer is under way before anybody hears of it. */
  #send(event: WebhookEvent): void {
    const webhook = this.#webhook;
    if (webhook !== undefined) setImmediate(() => webhook.send(event));
  }
}

/** An approver reads the arguments under an identity of its own; a chat channel has none. */
function withoutArguments({ args: _args, plan: _plan, ...rest }: ApprovalView): object {
  return { ...rest, url: `/approvals/${encodeURIComponent(rest.id)}` };
}
