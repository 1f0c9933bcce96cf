/**
 * Everything that ever happened, as plain lists: no counter, no cell, no index. Whatever is asked of it is computed
 * from the lists anew.
 */
import type { LimitKey, Program, Transaction } from "../../src/check/program.js";
import type { Decision, Obligation, OutcomeRequest } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { RecordValue } from "../../src/values/type.js";

export interface World {
  /** The policy in force. */
  program: Program;
  now: number;
  /** State out of reach. */
  outage: boolean;
  readonly sessions: SessionEvent[];
  readonly transactions: TransactionEvent[];
  readonly decisions: DecisionEvent[];
  readonly approvals: ApprovalEvent[];
}

export interface SessionEvent {
  readonly id: string;
  readonly tenant: string;
  readonly user: string | undefined;
  readonly agent: string;
  readonly parent: SessionEvent | undefined;
  readonly openedAt: number;
  readonly caller: string;
  readonly stated: string;
  endedAt: number | undefined;
}
export interface TransactionEvent {
  readonly id: string;
  readonly kind: Transaction;
  readonly tenant: string;
  /** The very session: another one that is given its id later is not it. */
  readonly session: SessionEvent;
  readonly caller: string;
  readonly user: string | undefined;
  readonly agent: string;
  readonly openedAt: number;
  /** What each planned call is compared by. */
  readonly plan: readonly string[] | undefined;
  readonly planDigest: string | undefined;
  ended: { readonly at: number; readonly how: "committed" | "aborted" } | undefined;
}
/** One charge of one limit, as it was made at the decision. */
export interface Charge {
  readonly limit: string;
  readonly key: string;
  /** In millionths for `of`, else a count. */
  readonly amount: number;
  /** For a limit that meters `reported`: what an outcome's report makes of it. */
  readonly settled: ((reported: number) => number | undefined) | undefined;
}
export interface DecisionEvent {
  /** Empty where the answer was lost. */
  id: string;
  readonly at: number;
  readonly caller: string;
  readonly request: DecideRequest;
  readonly verdict: Decision["decision"];
  /** False where the request was refused before any rule. */
  readonly valid: boolean;
  readonly call: Call;
  /** The open session that it was judged in. */
  readonly session: SessionEvent | undefined;
  readonly charges: readonly Charge[];
  /** Exceptions with `uses` that were used. */
  readonly exceptions: readonly string[];
  readonly obligations: readonly Obligation[];
  readonly approvals: readonly ApprovalEvent[];
  /** All that the request said besides the call, its notes and its key. */
  readonly ground: string;
  /** Labels of the session before it. */
  readonly labelsBefore: readonly string[];
  /** Notes that were taken out of it. */
  readonly drops: readonly string[];
  outcome: (OutcomeRequest & { readonly at: number }) | undefined;
  /** Every report by its caller, in order. */
  readonly reports: Report[];
}
export interface Report extends OutcomeRequest {
  readonly at: number;
  /** False where its status contradicts what was reported before: then only what it brings into the session counts. */
  readonly counts: boolean;
  /** The status before it. */
  readonly follows: OutcomeRequest["status"] | undefined;
}
/** What a request asks for, once it is known to be well formed. */
export interface Call {
  readonly tenant: string;
  readonly target: { readonly kind: "tool" | "channel"; readonly id: string };
  readonly user: string | undefined;
  /** Ids of the chain's agents, the first one first. */
  readonly agents: readonly string[];
  readonly args: RecordValue;
  readonly session: string | undefined;
  readonly transaction: string | undefined;
  /** Two calls are the same for approvals and idempotency where this is. */
  readonly digest: string;
  readonly key: (key: LimitKey) => string | undefined;
}
export interface ApprovalEvent {
  /** Empty where the answer that told it was lost. */
  id: string;
  /** A scheme's id, or `confirmation`. */
  readonly scheme: string;
  readonly digest: string;
  /** The call it was asked for; undefined where it is for a whole plan. */
  readonly call: Call | undefined;
  readonly transaction: string | undefined;
  readonly user: string | undefined;
  readonly tenant: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly quorum: number;
  readonly uses: number;
  readonly approvals: { readonly by: string; readonly at: number }[];
  withdrawnAt: number | undefined;
  rejected: { readonly by: string; readonly at: number } | undefined;
}

/** A world in which nothing has happened yet. */
export function newWorld(program: Program, now: number): World {
  return { program, now, outage: false, sessions: [], transactions: [], decisions: [], approvals: [] };
}
