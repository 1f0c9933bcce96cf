/** The policy in service: which engine decides now, how old it is, and what became of the last change. */
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
  /** Writes down since when the store keeps what it asks of; again and again until that is done. Never rejects. */
  readonly register?: () => Promise<void>;
  /** What it was compiled from: two of them tell what would be forgotten. */
  readonly bundle?: CompiledBundle;
}

/** Loads the policy as it is now; rejects with words for an operator where it does not load. */
export type LoadPolicy = () => Promise<LoadedPolicy>;

/** Where policies come from, and how long an old one will do. */
export interface PolicyHolderOptions {
  readonly load: LoadPolicy;
  readonly clock: Clock;
  /** Milliseconds for which a policy may decide although the folder holds a newer one that does not load. */
  readonly maxStaleness: number;
  /** Told after each reload. */
  readonly onReload?: (event: ReloadEvent) => void;
}

/** What became of a reload. After `failed` the policy before it goes on deciding. */
export type ReloadEvent =
  | {
      readonly outcome: "changed";
      readonly from: string;
      readonly to: string;
      /** What the log says of what is forgotten: limits that begin to count anew, labels that are gone, a line each. */
      readonly limits?: readonly string[];
    }
  | { readonly outcome: "unchanged"; readonly revision: string }
  | { readonly outcome: "failed"; readonly revision: string; readonly error: string };

function forgotten(before: LoadedPolicy, after: LoadedPolicy): readonly string[] {
  if (before.bundle === undefined || after.bundle === undefined) return [];
  return forgottenBy(before.bundle, after.bundle);
}

/** Longer complaints are cut: the whole of them is what `writ check` prints. */
const ERROR_SHOWN = 4_000;

/** Holds one policy and swaps it by one assignment; decisions under way finish on the one that they began with. */
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

  /** Rejects where the first policy does not load: a service does not start without one. */
  static async open(options: PolicyHolderOptions): Promise<PolicyHolder> {
    const holder = new PolicyHolder(options, await options.load());
    await holder.register();
    return holder;
  }

  /** Has the store know which policy is in service. Does nothing once it does; never rejects. */
  async register(): Promise<void> {
    await this.#policy.register?.();
  }

  get revision(): string {
    return this.#policy.revision;
  }

  /** What decides now. Throws where the policy has been stale for too long. */
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

  /** Loads again; never rejects. One reload at a time: a second call waits for the first and then loads anew. */
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
    // Only now: until this bundle decides, nothing is kept for it.
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
