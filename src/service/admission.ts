/**
 * How much a service takes on. What has come in waits in a queue in this process; a request that would wait longer than
 * `queueMs` is refused at once, so that those that are let in are answered in time (as in CoDel, Nichols and Jacobson,
 * "Controlling Queue Delay", ACM Queue 2012, the bound is on waiting time and not on length).
 */
import { ServiceProblem } from "./problem.js";

/** Bounds on what is taken on. */
export interface AdmissionLimits {
  /** Requests that are worked on at once. */
  readonly maxInFlight: number;
  /** Milliseconds that a request may wait before it is worked on. */
  readonly queueMs: number;
}

/** How much of the newest measurement goes into the estimate of what a request takes. */
const WEIGHT = 0.1;
/** Milliseconds that a request is taken to need before any was measured. */
const FIRST_ESTIMATE = 0.2;

/** Counts what is waiting and under way, and refuses what would wait too long. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #inFlight = 0;
  #waiting = 0;
  #perRequest = FIRST_ESTIMATE;
  #refused = 0;
  stopping = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Requests that are waiting or worked on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Requests refused since this was asked last. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }

  /** Throws ServiceProblem for one too many. Cheap, so that it is asked before anything of a request is read. */
  requireRoom(): void {
    const { maxInFlight, queueMs } = this.#limits;
    const wait = this.#waiting * this.#perRequest;
    if (this.#inFlight < maxInFlight && wait <= queueMs) return;
    this.#refused++;
    const seconds = Math.max(1, Math.ceil(wait / 1000));
    throw new ServiceProblem("too_many_requests", { headers: { "retry-after": String(seconds) } });
  }

  /** What `work` gives, which counts until it is there. Throws ServiceProblem for one too many. */
  during(work: () => Promise<unknown>): Promise<unknown> {
    this.requireRoom();
    this.#inFlight++;
    this.#waiting++;
    // Two callbacks where `finally` would take three more turns of the queue.
    return work().then(
      (value) => {
        this.#inFlight--;
        return value;
      },
      (error: unknown) => {
        this.#inFlight--;
        throw error;
      },
    );
  }

  /** That `count` requests were begun, and took `ms` together to be read and decided. */
  begun(count: number, ms: number): void {
    this.#waiting -= count;
    this.#perRequest += WEIGHT * (ms / count - this.#perRequest);
  }
}
