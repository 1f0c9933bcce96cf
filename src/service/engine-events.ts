/** Passes events of the engine on to the log, the metrics and the webhook. */
import type { Logger } from "pino";
import type { EngineEvent } from "../engine/context.js";
import type { ApprovalView } from "../model/session.js";
import type { Metrics } from "./metrics.js";
import type { Webhook, WebhookEvent } from "./webhook.js";

const TENANTS_MAX = 100;

/** Receives events. Never throws, and never delays the decision that caused the event. */
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

  /** Tenants in which an approval was requested since the start; at most a hundred. */
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

  /** Sends in a separate turn of the event loop, so that the answer is under way before any receiver gets the event. */
  #send(event: WebhookEvent): void {
    const webhook = this.#webhook;
    if (webhook !== undefined) setImmediate(() => webhook.send(event));
  }
}

/** Removes the arguments of the call. An approver reads them under their identity; a chat channel has none. */
function withoutArguments({ args: _args, plan: _plan, ...rest }: ApprovalView): object {
  return { ...rest, url: `/approvals/${encodeURIComponent(rest.id)}` };
}
