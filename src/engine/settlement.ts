/** What an `allow` reserved, kept until its outcome is reported. */
import type { Limit } from "../check/program.js";
import type { WindowSpec } from "../state/store.js";

export interface Settlement {
  readonly caller: string;
  readonly tenant: string;
  /** Null for a channel. */
  readonly tool: string | null;
  readonly irreversible: boolean;
  /** The family of the session, whose labels and sightings the outcome adds to. */
  readonly family: string | null;
  readonly transaction: string | null;
  /** The key of the idempotency cell. */
  readonly request: string | null;
  readonly priors: readonly { readonly key: string; readonly within: number }[];
  readonly charges: readonly {
    readonly limit: string;
    readonly key: string;
    readonly window: WindowSpec;
    readonly amount: number;
    readonly meter: Limit["meter"]["kind"];
    readonly reported: boolean;
  }[];
  readonly exceptions: readonly { readonly key: string; readonly window: WindowSpec }[];
}

/** Whether a charge comes back on this outcome: never for an irreversible tool, and never on `unknown`. */
export function comesBack(
  meter: Limit["meter"]["kind"],
  status: "ok" | "failed" | "not_run" | "unknown",
  irreversible: boolean,
): boolean {
  if (irreversible) return false;
  if (status === "not_run") return meter === "calls" || meter === "of" || meter === "successes";
  return status === "failed" && meter === "successes";
}
