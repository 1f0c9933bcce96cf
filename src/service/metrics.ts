/** Metrics for operators, in Prometheus' text format. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { VerdictName } from "../model/common.js";
import type { StoreHealth, UnavailableReason } from "../state/store.js";

/** A verdict, or `error` for a decision that could not be made (its caller was answered `deny`). */
export type DecisionEnd = VerdictName | "error";

/** After this many decisions the pending counts go to the registry, even if nothing reads it. */
const PENDING_MAX = 256;

function nothingPending() {
  const ends: Record<DecisionEnd, number> = {
    allow: 0,
    deny: 0,
    "require-approval": 0,
    "step-up": 0,
    error: 0,
  };
  return { ends, trips: { read: 0, commit: 0 }, seconds: [] as number[] };
}

/** Values that are read at each scrape, not counted as events happen. */
export interface MetricsSources {
  health(): Promise<StoreHealth>;
  /** Undefined if they cannot be counted now. */
  pendingApprovals(): Promise<number | undefined>;
  /** 0 fresh, 1 stale, 2 failed. */
  policyStatus(): number;
  /** Seconds that the oldest open trip to the state has waited; 0 if none is open. */
  oldestTrip(): number;
}

/** The metrics of one service, in a separate registry: two services in one process do not mix. */
export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #decisions: Counter;
  readonly #seconds: Histogram;
  readonly #problems: Counter;
  readonly #trips: Counter;
  readonly #stateFailures: Counter;
  readonly #webhooks: Counter;
  readonly #alerts: Counter;
  readonly #refusals: Counter;
  readonly #reloads: Counter;
  readonly #revision: Gauge;
  readonly #refresh: () => Promise<void>;
  #inFlight: () => number = () => 0;
  /**
   * Counts per decision, as plain numbers. The registry finds a counter by building a text of its labels each time,
   * which is most of the cost of counting.
   */
  #pending = nothingPending();

  constructor(sources: MetricsSources, options: { readonly process: boolean } = { process: false }) {
    const registers = [this.#registry];
    this.contentType = this.#registry.contentType;
    this.#decisions = new Counter({
      name: "writ_decisions_total",
      help: "Decisions by verdict; `error` if none could be made.",
      labelNames: ["verdict"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "writ_decision_seconds",
      help: "Time from a valid request to its decision.",
      buckets: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
      registers,
    });
    this.#problems = new Counter({
      name: "writ_problems_total",
      help: "Requests answered with a problem, by status.",
      labelNames: ["status"],
      registers,
    });
    this.#trips = new Counter({
      name: "writ_state_trips_total",
      help: "Round trips to the state store.",
      labelNames: ["operation"],
      registers,
    });
    this.#stateFailures = new Counter({
      name: "writ_state_failures_total",
      help: "Round trips without an answer from the state store; the decisions that needed them were denied.",
      labelNames: ["reason"],
      registers,
    });
    for (const reason of ["unreachable", "lost", "damaged"]) this.#stateFailures.inc({ reason }, 0);
    this.#webhooks = new Counter({
      name: "writ_webhook_events_total",
      help: "Events for the webhook by result.",
      labelNames: ["outcome"],
      registers,
    });
    this.#alerts = new Counter({
      name: "writ_alerts_total",
      help: "Calls that passed a limit with `over alert`.",
      labelNames: ["limit"],
      registers,
    });
    this.#refusals = new Counter({
      name: "writ_refusals_total",
      help: "Built-in reasons of decisions that are a deny.",
      labelNames: ["reason"],
      registers,
    });
    this.#reloads = new Counter({
      name: "writ_policy_reloads_total",
      help: "Times that the policy was read again, by result.",
      labelNames: ["outcome"],
      registers,
    });
    this.#revision = new Gauge({
      name: "writ_policy_revision",
      help: "1, with the revision that decides as a label.",
      labelNames: ["revision"],
      registers,
    });
    this.#refresh = gaugesOf(sources, () => this.#inFlight(), registers);
    if (options.process) collectDefaultMetrics({ register: this.#registry });
  }

  /** Sets the function that returns the number of requests waiting or in progress. */
  watchLoad(inFlight: () => number): void {
    this.#inFlight = inFlight;
  }

  /** Counts the built-in reasons of a refusal; a policy's own reasons are counted with the verdict. */
  countRefusals(reasons: readonly { readonly rule: string }[]): void {
    for (const { rule } of reasons)
      if (rule.startsWith("builtin.")) this.#refusals.inc({ reason: rule.slice("builtin.".length) });
  }

  countReload(outcome: "changed" | "unchanged" | "failed", revision: string): void {
    this.#reloads.inc({ outcome });
    this.setRevision(revision);
  }

  /** Sets the revision in service, as the label of a gauge that is 1. */
  setRevision(revision: string): void {
    this.#revision.reset();
    this.#revision.set({ revision }, 1);
  }

  countDecision(end: DecisionEnd, seconds: number): void {
    this.#pending.ends[end]++;
    if (this.#pending.seconds.push(seconds) === PENDING_MAX) this.#settle();
  }

  countProblem(status: number): void {
    this.#problems.inc({ status: String(status) });
  }

  countAlert(limit: string): void {
    this.#alerts.inc({ limit });
  }

  countWebhook(outcome: "delivered" | "failed" | "dropped"): void {
    this.#webhooks.inc({ outcome });
  }

  countTrip(operation: "read" | "commit"): void {
    this.#pending.trips[operation]++;
  }

  countStateFailure(reason: UnavailableReason): void {
    this.#stateFailures.inc({ reason });
  }

  async text(): Promise<string> {
    await this.#refresh();
    this.#settle();
    return this.#registry.metrics();
  }

  /** Adds the pending counts to the registry. */
  #settle(): void {
    const { ends, trips, seconds } = this.#pending;
    this.#pending = nothingPending();
    for (const [verdict, count] of Object.entries(ends))
      if (count > 0) this.#decisions.inc({ verdict }, count);
    for (const [operation, count] of Object.entries(trips))
      if (count > 0) this.#trips.inc({ operation }, count);
    for (const each of seconds) this.#seconds.observe(each);
  }
}

/** Sets the gauges that are read rather than counted. Call it before each scrape. */
function gaugesOf(
  sources: MetricsSources,
  inFlight: () => number,
  registers: Registry[],
): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const cells = gauge(
    "writ_state_cells",
    "Live cells. At capacity a decision that needs a new one is denied.",
  );
  const capacity = gauge(
    "writ_state_capacity_cells",
    "How many cells the store may hold; 0 if it sets none.",
  );
  const reachable = gauge("writ_state_reachable", "1 while the store answers.");
  const fill = gauge("writ_state_fill_ratio", "How much of what the store can hold is in use; 1 is full.");
  const ahead = gauge(
    "writ_state_clock_ahead_seconds",
    "How far the store's clock is ahead of this machine's.",
  );
  const pending = gauge("writ_approvals_pending", "Pending approvals, of tenants seen since the start.");
  const policy = gauge("writ_policy_status", "0 fresh, 1 stale, 2 failed.");
  const requests = gauge("writ_requests_in_flight", "Requests that are waiting or worked on.");
  const oldest = gauge(
    "writ_state_oldest_trip_seconds",
    "How long the oldest open trip to the state has waited.",
  );
  return async () => {
    const [health, approvals] = await Promise.all([sources.health(), sources.pendingApprovals()]);
    cells.set(health.cells);
    capacity.set(health.capacity ?? 0);
    reachable.set(health.reachable ? 1 : 0);
    fill.set(health.fill);
    ahead.set(health.ahead / 1000);
    if (approvals !== undefined) pending.set(approvals);
    policy.set(sources.policyStatus());
    requests.set(inFlight());
    oldest.set(sources.oldestTrip());
  };
}
