/** Dependencies shared by all engine operations: bundle, store, keys, clock. */
import type { CompiledBundle } from "../compile/compile.js";
import type { Keys } from "../identity/keys.js";
import type { ApprovalView } from "../model/session.js";
import type { Clock } from "../state/clock.js";
import type { CommitMode, CommitResult, Operation, StateStore } from "../state/store.js";
import type { SessionTreeCache } from "./records/open-session.js";
import type { PriorRegistration } from "./records/prior-registry.js";
import type { ObligationPlans } from "./rules/obligations.js";

/** How long things last, in milliseconds. */
export interface EngineOptions {
  /** How long an `allow` is valid, ms. */
  readonly allowFor: number;
  /** How long an outcome may be reported and an idempotency key is remembered, ms. */
  readonly outcomeWithin: number;
  /** How long a session stays open, ms. */
  readonly sessionFor: number;
  /** Whether a tool that yields labels may be called without a session; no session then holds the labels. */
  readonly sessions: "optional" | "required";
}

/** Defaults. */
export const defaultOptions: EngineOptions = {
  allowFor: 30_000,
  outcomeWithin: 24 * 3_600_000,
  sessionFor: 24 * 3_600_000,
  sessions: "optional",
};

/** An event for other components, emitted after it is recorded. */
export type EngineEvent =
  | { readonly type: "approval_asked"; readonly approval: ApprovalView }
  | { readonly type: "alert"; readonly limit: string; readonly decision: string; readonly tenant: string };

/** Dependencies of every part of the engine: the bundle in service, and the only access to the outside. */
export interface EngineContext {
  readonly bundle: CompiledBundle;
  readonly store: StateStore;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly sessionTrees: SessionTreeCache;
  readonly obligationPlans: ObligationPlans;
  readonly priorRegistration: PriorRegistration;
  readonly options: EngineOptions;
  readonly emit: (event: EngineEvent) => void;
}

/** Commits; an embedded store answers in the same turn, so nothing comes between a read and its reservation. */
export function commit(
  context: EngineContext,
  operations: readonly Operation[],
  mode: CommitMode,
): CommitResult | Promise<CommitResult> {
  return context.store.commit(operations, mode);
}

/** How often a decision is retried after its reservation lost a race; after that the call is refused. */
export const MAX_ATTEMPTS = 40;

/** Waits a little longer after each lost race; the first tries follow at once. */
export async function backOff(attempt: number): Promise<void> {
  if (attempt < 2) return;
  await new Promise((resolve) => setTimeout(resolve, Math.min(50, attempt * 2)));
}
