/** The policy decision point: one bundle, swapped by one pointer, over one store. It holds no state itself. */
import type { CompiledBundle } from "../compile/compile.js";
import type { Keys } from "../identity/keys.js";
import type { Decision, OutcomeAnswer } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import type {
  AbortAnswer,
  ApprovalPage,
  ApprovalView,
  ApproveAnswer,
  OpenSession,
  OpenTransaction,
  SessionView,
  TransactionView,
} from "../model/session.js";
import { type Clock, systemClock } from "../state/clock.js";
import type { StateStore } from "../state/store.js";
import { defaultOptions, type EngineContext, type EngineEvent, type EngineOptions } from "./context.js";
import { decide } from "./decide/decide.js";
import { type PutRule, putToRules } from "./decide/put-to-rules.js";
import { explain } from "./explain/explain.js";
import { approve, reject, viewApproval, withdraw } from "./operations/approval.js";
import { listApprovals } from "./operations/approval-inbox.js";
import { settleOutcome } from "./operations/outcome.js";
import { endSession, openSession, viewSession } from "./operations/session.js";
import {
  abortTransaction,
  commitTransaction,
  openTransaction,
  viewTransaction,
} from "./operations/transaction.js";
import { SessionTreeCache } from "./records/open-session.js";
import { PriorRegistration } from "./records/prior-registry.js";
import {
  type ApprovalFilter,
  type ApprovalViewer,
  type ApproverIdentity,
  type Caller,
  type Explanation,
  type OutcomeReport,
  type PolicyDecisionPoint,
  RequestProblem,
} from "./request/types.js";
import { ObligationPlans } from "./rules/obligations.js";

/** Dependencies and settings of a decision point. */
export interface PdpOptions {
  readonly bundle: CompiledBundle;
  readonly store: StateStore;
  readonly keys: Keys;
  readonly clock?: Clock;
  readonly options?: Partial<EngineOptions>;
  /** Called after the event is recorded; it must not throw. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** The decision point: one bundle at a time, over one store. */
export class Pdp implements PolicyDecisionPoint {
  #context: EngineContext;

  constructor({ bundle, store, keys, clock = systemClock, options, onEvent }: PdpOptions) {
    this.#context = {
      bundle,
      store,
      keys,
      clock,
      sessionTrees: new SessionTreeCache(),
      obligationPlans: new ObligationPlans(bundle.expressions),
      priorRegistration: new PriorRegistration(bundle, store),
      options: { ...defaultOptions, ...options },
      emit: onEvent ?? (() => {}),
    };
  }

  get bundle(): CompiledBundle {
    return this.#context.bundle;
  }

  /** Decisions in progress finish on the bundle they began with. */
  swap(bundle: CompiledBundle): void {
    this.#context = {
      ...this.#context,
      bundle,
      obligationPlans: new ObligationPlans(bundle.expressions),
      priorRegistration: new PriorRegistration(bundle, this.#context.store),
    };
  }

  /**
   * Records since when the store keeps the cells of this bundle's `prior` expressions. Decisions that use a `prior` do so
   * themselves. A bundle without a `prior` is recorded only here, so that a later bundle with one sees that nothing was kept.
   */
  async register(): Promise<void> {
    await this.#context.priorRegistration.attempt();
  }

  decide(request: DecideRequest, caller: Caller): Promise<Decision> {
    const { approvals } = request;
    // Return the promise itself: a promise that follows another one resolves three turns later.
    if (approvals === undefined) return decide(request, caller, this.#context);
    return this.#requireGrants(approvals).then(() => decide(request, caller, this.#context));
  }

  /** Rejects a grant that this service did not sign instead of ignoring it: it is a mistake or an attack. */
  async #requireGrants(grants: readonly string[]): Promise<void> {
    for (const [i, grant] of grants.entries()) {
      if ((await this.#context.keys.verify(grant)) === undefined) {
        const message = "not a grant that this service signed";
        throw new RequestProblem(400, "invalid_grant", message, [{ pointer: `/approvals/${i}`, message }]);
      }
    }
  }

  async explain(request: DecideRequest, caller: Caller): Promise<Explanation> {
    return explain({ ...request, dry_run: true }, caller, this.#context);
  }

  /** The rules that are evaluated for a request, for measuring them. */
  async putToRules(request: DecideRequest, caller: Caller): Promise<readonly PutRule[]> {
    return putToRules(request, caller, this.#context);
  }

  async outcome(report: OutcomeReport, caller: Caller): Promise<OutcomeAnswer> {
    return settleOutcome(report, caller, this.#context);
  }

  async openSession(request: OpenSession, caller: Caller): Promise<SessionView> {
    return openSession(request, caller, this.#context);
  }
  async session(id: string, tenant: string, caller: Caller): Promise<SessionView> {
    return viewSession(id, tenant, caller, this.#context);
  }
  async endSession(id: string, tenant: string, caller: Caller): Promise<void> {
    return endSession(id, tenant, caller, this.#context);
  }

  async openTransaction(request: OpenTransaction, caller: Caller): Promise<TransactionView> {
    return openTransaction(request, caller, this.#context);
  }
  async transaction(id: string, tenant: string, caller: Caller): Promise<TransactionView> {
    return viewTransaction(id, tenant, caller, this.#context);
  }
  async commitTransaction(id: string, tenant: string, caller: Caller): Promise<TransactionView> {
    return commitTransaction(id, tenant, caller, this.#context);
  }
  async abortTransaction(id: string, tenant: string, caller: Caller): Promise<AbortAnswer> {
    return abortTransaction(id, tenant, caller, this.#context);
  }

  async approvals(filter: ApprovalFilter): Promise<ApprovalPage> {
    return listApprovals(filter, this.#context);
  }
  async approval(id: string, tenant: string, viewer?: ApprovalViewer): Promise<ApprovalView> {
    return viewApproval(id, tenant, this.#context, viewer);
  }
  async approve(
    id: string,
    tenant: string,
    approver: ApproverIdentity,
    comment: string | undefined,
  ): Promise<ApproveAnswer> {
    return approve({ id, tenant, approver, comment }, this.#context);
  }
  async reject(
    id: string,
    tenant: string,
    approver: ApproverIdentity,
    comment: string | undefined,
  ): Promise<ApproveAnswer> {
    return reject({ id, tenant, approver, comment }, this.#context);
  }
  async withdraw(id: string, tenant: string, caller: Caller): Promise<ApprovalView> {
    return withdraw(id, tenant, caller, this.#context);
  }
}
