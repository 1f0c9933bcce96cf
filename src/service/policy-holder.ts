/** The policy in service: the current engine, its age, and the result of the last reload. */
import { forgottenBy } from "../analysis/forgotten.js";
import type { CompiledBundle } from "../compile/compile.js";
import type { PolicyDecisionPoint } from "../engine/request/types.js";
import type { PolicyStatus } from "../model/policy.js";
import type { Clock } from "../state/clock.js";
import { ServiceProblem } from "./problem.js";

/** One loaded policy. */
export interface LoadedPolicy {
  readonly pdp: PolicyDecisionPoint;
  readonly revision: string;
  /**
   * Records from when on the store keeps the state that the policy reads. Called again until it succeeds. Never
   * rejects.
   */
  readonly register?: () => Promise<void>;
  /** The compiled bundle. Comparing two shows what a reload would forget. */
  readonly bundle?: CompiledBundle;
}

/** Loads the current policy. Rejects with words for an operator if it does not load. */
export type LoadPolicy = () => Promise<LoadedPolicy>;

/** The source of policies, and how long an old one may decide. */
export interface PolicyHolderOptions {
  readonly load: LoadPolicy;
  readonly clock: Clock;
  /** Milliseconds for which a policy may decide although the folder holds a newer one that does not load. */
  readonly maxStaleness: number;
  /** Called after each reload. */
  readonly onReload?: (event: ReloadEvent) => void;
}

/** The result of a reload. After `failed` the previous policy continues to decide. */
export type ReloadEvent =
  | {
      readonly outcome: "changed";
      readonly from: string;
      readonly to: string;
      /** What the reload forgets, one log line each: limits that count from zero, labels that are gone. */
      readonly limits?: readonly string[];
    }
  | { readonly outcome: "unchanged"; readonly revision: string }
  | { readonly outcome: "failed"; readonly revision: string; readonly error: string };

function forgotten(before: LoadedPolicy, after: LoadedPolicy): readonly string[] {
  if (before.bundle === undefined || after.bundle === undefined) return [];
  return forgottenBy(before.bundle, after.bundle);
}

/** Longer error messages are cut; `writ check` prints all of it. */
const ERROR_SHOWN = 4_000;

/** Holds one policy and replaces it in one assignment. Decisions under way finish on the policy they began with. */
export class PolicyHolder {
  readonly #options: PolicyHolderOptions;
  #policy: LoadedPolicy;
  #loadedAt: number;
  #stale: { readonly since: number; readonly error: string } | undefined;
  #reloading: Promise<void> | undefined;

  private constructor(options: PolicyHolderOptions, policy: LoadedPolicy) {
    this.#options = options;
    this.#policy = policy;
    this.#loadedAt = options.clock.now();
  }

  /** Rejects if the first policy does not load: a service does not start without one. */
  static async open(options: PolicyHolderOptions): Promise<PolicyHolder> {
    const holder = new PolicyHolder(options, await options.load());
    await holder.register();
    return holder;
  }

  /** Registers the policy in service with the store. Does nothing once that has succeeded; never rejects. */
  async register(): Promise<void> {
    await this.#policy.register?.();
  }

  get revision(): string {
    return this.#policy.revision;
  }

  /** The current engine. Throws if the policy has been stale for too long. */
  pdp(): PolicyDecisionPoint {
    if (this.#hasFailed()) {
      throw new ServiceProblem("policy_unavailable", {
        detail: "The changed policy does not load, and the old one is too old to stay in force.",
      });
    }
    return this.#policy.pdp;
  }

  status(): PolicyStatus {
    const now = this.#options.clock.now();
    const status = this.#stale === undefined ? "fresh" : this.#hasFailed() ? "failed" : "stale";
    return {
      revision: this.#policy.revision,
      status,
      age: Math.max(0, now - this.#loadedAt) / 1000,
      loaded_at: this.#loadedAt / 1000,
      ...(this.#stale === undefined
        ? {}
        : { stale_since: this.#stale.since / 1000, last_error: this.#stale.error }),
    };
  }

  /**
   * Loads the policy again; never rejects. Reloads run one at a time: a second call waits for the first and then loads
   * again.
   */
  async reload(): Promise<void> {
    const before = this.#reloading ?? Promise.resolve();
    const mine = before.then(() => this.#reloadNow());
    this.#reloading = mine;
    await mine;
  }

  async #reloadNow(): Promise<void> {
    const { load, clock, onReload } = this.#options;
    const from = this.#policy.revision;
    let policy: LoadedPolicy;
    try {
      policy = await load();
    } catch (cause) {
      const error = (cause instanceof Error ? cause.message : String(cause)).slice(0, ERROR_SHOWN);
      this.#stale = { since: this.#stale?.since ?? clock.now(), error };
      onReload?.({ outcome: "failed", revision: from, error });
      return;
    }
    this.#stale = undefined;
    if (policy.revision === from) {
      onReload?.({ outcome: "unchanged", revision: from });
      return;
    }
    const limits = forgotten(this.#policy, policy);
    this.#policy = policy;
    this.#loadedAt = clock.now();
    // Registers only now: until this bundle decides, the store keeps nothing for it.
    await this.register();
    onReload?.({
      outcome: "changed",
      from,
      to: policy.revision,
      ...(limits.length === 0 ? {} : { limits }),
    });
  }

  #hasFailed(): boolean {
    const { clock, maxStaleness } = this.#options;
    return this.#stale !== undefined && clock.now() - this.#stale.since > maxStaleness;
  }
}
