/** What the stages of a decision pass on: the case and its result. */
import type { Transaction } from "../../check/program.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { Decision, LimitState, Obligation, Reason } from "../../model/decision.js";
import type { MapCell, Operation, WindowCell } from "../../state/store.js";
import type { EngineContext } from "../context.js";
import type { ApprovalState } from "../records/approval-state.js";
import type { EarlierCall } from "../records/earlier-call.js";
import type { OpenSessionState } from "../records/open-session.js";
import type { Leaf } from "../records/provenance.js";
import type { TransactionState } from "../records/transaction-state.js";
import type { Call } from "../request/call.js";
import type { Findings, RequiredState } from "../rules/judge.js";
import type { Charge, Charges } from "../rules/limits.js";
import type { Waived, Weighed } from "../rules/weigh.js";

/**
 * One decision in progress. Immutable: a stage returns a new case with more in it. Parts that no stage has filled yet are
 * empty, never missing.
 */
export interface Case {
  readonly kind: "case";
  readonly context: EngineContext;
  /** Its frame holds what was read of the state. */
  readonly call: Call;
  readonly target: TargetProgram;
  /** How the rules came out with what is known. */
  readonly findings: Findings;
  /** What was read; undefined if nothing had to be. */
  readonly state: DecisionState | undefined;
  /** Denies that an exception waives. */
  readonly waived: readonly Waived[];
  readonly limits: LimitCheck;
  /** The alternative that was chosen. */
  readonly weighed: Weighed;
  readonly obligations: readonly Obligation[];
}

/** A deny: every reason that the refusing stage has. */
export interface Refusal {
  readonly kind: "refusal";
  readonly context: EngineContext;
  readonly call: Call;
  /** The case at that stage; undefined if the rules were not asked, or their answers count for nothing. */
  readonly at: Case | undefined;
  /** By name, each once. */
  readonly reasons: readonly Reason[];
  readonly retry: NonNullable<Decision["retry"]>;
}

/** An allow that was given before under the same request id, and is good still. */
export interface Replay {
  readonly kind: "replay";
  readonly at: Case;
  readonly decision: Decision;
}

/** What a case comes to before anything is reserved. */
export type Outcome = Case | Refusal | Replay;

/** One stage: what it adds to a case, or why the case ends there. */
export type Stage = (c: Case) => Case | Refusal;

/** What a decision has to read. */
export interface ReadPlan {
  readonly required: RequiredState;
  /** Whether the labels that the call carries are required, for `accepts` or a rule. */
  readonly provenance: boolean;
  /** Schemes of approvals (and `confirmation`) that may be needed. */
  readonly schemes: ReadonlySet<string>;
  readonly windows: readonly Pick<Charge, "key" | "window">[];
}

/** The cells of one read as the store gave them; what was not asked for is empty. */
export interface CellSnapshot {
  readonly now: number;
  readonly session: MapCell;
  readonly tree: MapCell;
  readonly seen: MapCell;
  readonly leaves: readonly Leaf[];
  readonly hashes: readonly string[];
  readonly transaction: MapCell;
  readonly priors: ReadonlyMap<string, PriorCells>;
  /** Since when each of them is kept. */
  readonly priorRegistry: MapCell;
  readonly approvals: ReadonlyMap<string, MapCell>;
  readonly planApprovals: ReadonlyMap<string, MapCell>;
  readonly idempotency: MapCell;
  readonly windows: ReadonlyMap<string, WindowCell>;
}

/** The two cells behind one `prior`. */
export interface PriorCells {
  readonly key: string;
  readonly cell: MapCell;
  readonly pending: WindowCell;
}

/** What was read, and what a reservation relies on. What it means for the rules is in the frame. */
export interface DecisionState {
  readonly now: number;
  readonly session: "none" | "not_open" | "not_yours" | OpenSessionState;
  readonly transaction:
    | "none"
    | "not_open"
    | "not_yours"
    | { readonly state: TransactionState; readonly declared: Transaction };
  /** The labels that the call carries; undefined if that was not required, or the session is not open. */
  readonly carried: readonly string[] | undefined;
  /** By scheme. */
  readonly approvals: ReadonlyMap<string, ApprovalState | undefined>;
  /** What was allowed before under the request id. */
  readonly earlier: EarlierCall | undefined;
  /** Labels and steps of the session tree as they are now; undefined if the session is not open. */
  readonly tree: { readonly labels: readonly string[]; readonly steps: number } | undefined;
  /** By key. */
  readonly windows: ReadonlyMap<string, WindowCell>;
  /** If any of this has changed, the reservation is refused and the decision is made again. */
  readonly guards: readonly Operation[];
}

/** What the limits say of a call, as far as their windows were read. */
export interface LimitCheck {
  readonly charges: Charges;
  /** Limits with `over need` that were passed. */
  readonly passed: readonly Charge["limit"][];
  /** Limits that refuse, and that an exception waives. */
  readonly waived: readonly Waived[];
  readonly alerts: readonly string[];
  readonly states: readonly LimitState[];
}

/** The result of a reservation. Only a completed one counts; after a lost race the decision is made again. */
export type Reservation =
  | { readonly kind: "made"; readonly decision: Decision }
  | { readonly kind: "lost race" }
  | { readonly kind: "full" };
