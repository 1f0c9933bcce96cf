/**
 * Bounds how much work a service accepts. Arriving requests wait in a queue in this process. A request that would wait
 * longer than `queueMs` is refused at once, so that admitted requests are answered in time (as in CoDel, Nichols and
 * Jacobson, "Controlling Queue Delay", ACM Queue 2012, the bound is on waiting time and not on length).
 */
import { ServiceProblem } from "./problem.js";

/** Bounds on admitted requests. */
export interface AdmissionLimits {
  /** Requests that are processed at once. */
  readonly maxInFlight: number;
  /** Milliseconds that a request may wait before it is processed. */
  readonly queueMs: number;
}

/** Weight of the newest measurement in the estimate of the time per request. */
const WEIGHT = 0.1;
/** Estimated milliseconds per request before the first measurement. */
const FIRST_ESTIMATE = 0.2;

/** Counts requests that wait or are in progress, and refuses those that would wait too long. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #inFlight = 0;
  #waiting = 0;
  #perRequest = FIRST_ESTIMATE;
  stopping = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Requests that wait or are in progress. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Throws ServiceProblem if the service is full. It is cheap, so that it can run before anything of a request is read.
   */
  requireRoom(): void {
    const { maxInFlight, queueMs } = this.#limits;
    const wait = this.#waiting * this.#perRequest;
    if (this.#inFlight < maxInFlight && wait <= queueMs) return;
    const seconds = Math.max(1, Math.ceil(wait / 1000));
    throw new ServiceProblem("too_many_requests", { headers: { "retry-after": String(seconds) } });
  }

  /**
   * Returns the result of `work`, which counts as in progress until it settles. Throws ServiceProblem if the service is
   * full.
   */
  during(work: () => Promise<unknown>): Promise<unknown> {
    this.requireRoom();
    this.#inFlight++;
    this.#waiting++;
    // Two callbacks, because `finally` would take three more turns of the queue.
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

  /** Records that `count` requests were begun and took `ms` together to be read and decided. */
  begun(count: number, ms: number): void {
    this.#waiting -= count;
    this.#perRequest += WEIGHT * (ms / count - this.#perRequest);
  }
}
