/** Sends events to another service: signed, retried if sending fails, and never delaying an answer. */
import { createHmac, randomUUID } from "node:crypto";
import type { Clock } from "../state/clock.js";

/** Where events go, and how often sending is retried. */
export interface WebhookOptions {
  readonly url: string;
  /** Shared with the receiver. */
  readonly secret: string;
  readonly clock: Clock;
  /** Milliseconds before each retry; one retry per entry. */
  readonly delays?: readonly number[];
  readonly onEnd?: (outcome: "delivered" | "failed" | "dropped", event: WebhookEvent, error?: string) => void;
}

/** The event to send; `id` and `sent_at` are added. */
export interface WebhookEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Queued {
  readonly id: string;
  readonly event: WebhookEvent;
  readonly body: string;
}

const QUEUE_MAX = 1_000;
const AT_ONCE = 4;
const TIMEOUT_MS = 5_000;
const DELAYS: readonly number[] = [1_000, 5_000, 30_000, 120_000];

/**
 * Sends events by POST. A receiver verifies `Writ-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
 * `SECONDS.BODY` under the secret, and refuses old times; `Writ-Event-Id` is the same in every try. Events may arrive
 * twice and out of order.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #waiting: Queued[] = [];
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Returns at once. If the queue is full, drops the event and calls `onEnd`. */
  send(event: WebhookEvent): void {
    const { clock, onEnd } = this.#options;
    if (this.#stop.signal.aborted || this.#waiting.length >= QUEUE_MAX) {
      onEnd?.("dropped", event);
      return;
    }
    const id = `evt_${randomUUID()}`;
    const body = JSON.stringify({ id, sent_at: clock.now() / 1000, ...event });
    this.#waiting.push({ id, event, body });
    this.#start();
  }

  /** Waits at most `grace` ms for queued events, then drops them. */
  async close(grace: number): Promise<void> {
    const end = setTimeout(() => this.#stop.abort(), grace);
    while (this.#running.size > 0) await Promise.all(this.#running);
    clearTimeout(end);
    this.#stop.abort();
  }

  #start(): void {
    while (this.#running.size < AT_ONCE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const work = this.#deliver(next).finally(() => {
        this.#running.delete(work);
        this.#start();
      });
      this.#running.add(work);
    }
  }

  async #deliver(queued: Queued): Promise<void> {
    const { delays = DELAYS, onEnd } = this.#options;
    let error = "";
    for (const delay of [0, ...delays]) {
      // Random delays, so that a receiver that comes back does not get all waiting events at once.
      if (!(await this.#pause(delay * (0.75 + Math.random() / 2)))) break;
      const failure = await this.#post(queued);
      if (failure === undefined) return onEnd?.("delivered", queued.event);
      error = failure.message;
      if (failure.final) break;
    }
    onEnd?.("failed", queued.event, error);
  }

  async #post({
    id,
    body,
  }: Queued): Promise<{ readonly message: string; readonly final: boolean } | undefined> {
    const { url, secret, clock } = this.#options;
    const seconds = Math.floor(clock.now() / 1000);
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "writ-event-id": id,
          "writ-signature": `t=${seconds},v1=${signatureOf(secret, seconds, body)}`,
        },
        // A redirect would send a signed event to a receiver that is not configured.
        redirect: "error",
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      const { status } = response;
      return { message: `answered ${status}`, final: status < 500 && status !== 408 && status !== 429 };
    } catch (cause) {
      return { message: cause instanceof Error ? cause.message : String(cause), final: false };
    }
  }

  /** Resolves to false if the service stops meanwhile. */
  #pause(ms: number): Promise<boolean> {
    const { signal } = this.#stop;
    if (signal.aborted) return Promise.resolve(false);
    if (ms === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve(true);
      }, ms);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}

/** The HMAC-SHA256 in hexadecimal, as the receiver computes it. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
}
