/** Input and output types of the engine, apart from the wire types in `model/`. */
import type { Decision, OutcomeAnswer, OutcomeRequest } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import type {
  AbortAnswer,
  ApprovalPage,
  ApprovalView,
  ApproveAnswer,
  OpenSession,
  OpenTransaction,
  SessionView,
  TransactionView,
} from "../../model/session.js";

/** The client of the service: an API key's name or a token's subject. Only the caller that got a decision may report its outcome. */
export interface Caller {
  readonly id: string;
  /** When the token that carries the chain expires, in seconds: no `allow` outlives it. */
  readonly until?: number;
}

/** An approver, from the authenticated identity (or, under `--dev`, from the body). Roles are names as on the wire. */
export interface ApproverIdentity {
  readonly id: string;
  readonly roles: readonly string[];
  readonly acr?: string;
  /** The clients used to sign in, as far as they are known. */
  readonly clients?: readonly string[];
  /** The only tenant this person may act in; undefined is any. */
  readonly tenant?: string;
  /** Answers nothing but what they were asked to confirm themselves. */
  readonly confirmsOnly?: true;
}

/** Who looks at approvals. Each member adds what may be seen; without any, nothing may. */
export interface ApprovalViewer {
  /** Sees every approval of the tenant. */
  readonly all?: boolean;
  /** Sees what this person could answer, or asked for. */
  readonly person?: ApproverIdentity;
  /** Sees what this caller's decisions asked for. */
  readonly caller?: string;
}

/** An error in the request, or a resource that does not exist. The caller receives it as a problem document. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: 400 | 401 | 403 | 404 | 409 | 422;
  /** The last segment of the problem's `type`, such as `malformed` or `not_open`. */
  readonly type: string;
  readonly problems: readonly { readonly pointer: string; readonly message: string }[];
  constructor(
    status: RequestProblem["status"],
    type: string,
    message: string,
    problems: RequestProblem["problems"] = [],
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.problems = problems;
  }
}

/** The result of one clause of a rule. For the author, never for a model. */
export interface ClauseOutcome {
  /** The clause as written. */
  readonly text: string;
  readonly at: string;
  readonly result: "true" | "false" | "unknown";
  /** What a clause other than a condition read, such as the roles of the user. */
  readonly values?: readonly string[];
  /** The leaves of the condition that decided it, with the values they saw (redacted by the caller, not here). */
  readonly because?: readonly {
    readonly text: string;
    readonly result: "true" | "false" | "unknown";
    readonly values?: readonly string[];
  }[];
}
/** How one rule that could have applied came out. */
export interface RuleOutcome {
  readonly rule: string;
  readonly id?: string;
  readonly effect: "allow" | "deny" | "require" | "limit" | "exception";
  readonly shadow: boolean;
  readonly at: string;
  readonly result: "true" | "false" | "unknown";
  readonly determining: boolean;
  /** For an exception: the rules that it waives. */
  readonly lifts?: readonly string[];
  readonly clauses: readonly ClauseOutcome[];
}
/** A change that an allow requires. */
export interface Change {
  /** The rule, limit or built-in check that blocks the call; `needs` for what a granted call still lacks. */
  readonly rule: string;
  readonly what: string;
  /** What of the rule holds, and would have to be false. */
  readonly clauses?: readonly ClauseOutcome[];
  /** Allows, one of which is enough, each with everything that it lacks. */
  readonly alternatives?: readonly {
    readonly rule: string;
    readonly at: string;
    readonly clauses: readonly ClauseOutcome[];
  }[];
}
/** The whole story of a decision. */
export interface Explanation {
  readonly decision: Decision;
  readonly rules: readonly RuleOutcome[];
  /** False if the chain refused the call before any rule; the rules then show what they would have decided. */
  readonly asked: boolean;
  /** All of these changes are required for an allow; empty if the call is allowed. */
  readonly changes: readonly Change[];
  /** State cells that mattered, in words: `refund_money for user ana: 450 of 500 in 1d`. */
  readonly state: readonly string[];
}

/** A report of an outcome, as it was read. */
export interface OutcomeReport extends OutcomeRequest {
  /** Why the result could not be read; it then counts as undeclared. */
  readonly unreadable?: string;
}

/** The policy decision point: one bundle at a time, one store, no state in memory. */
export interface PolicyDecisionPoint {
  /** Rejects with RequestProblem for a malformed envelope, StateUnavailable never: without state the verdict is `deny`. */
  decide(request: DecideRequest, caller: Caller): Promise<Decision>;
  /** Decides without charging or storing anything, and reports the result of every rule that could have applied. */
  explain(request: DecideRequest, caller: Caller): Promise<Explanation>;
  outcome(report: OutcomeReport, caller: Caller): Promise<OutcomeAnswer>;

  openSession(request: OpenSession, caller: Caller): Promise<SessionView>;
  session(id: string, tenant: string, caller: Caller): Promise<SessionView>;
  endSession(id: string, tenant: string, caller: Caller): Promise<void>;

  openTransaction(request: OpenTransaction, caller: Caller): Promise<TransactionView>;
  transaction(id: string, tenant: string, caller: Caller): Promise<TransactionView>;
  commitTransaction(id: string, tenant: string, caller: Caller): Promise<TransactionView>;
  abortTransaction(id: string, tenant: string, caller: Caller): Promise<AbortAnswer>;

  /** Newest first. `after` is the `next` of the page before. */
  approvals(filter: ApprovalFilter): Promise<ApprovalPage>;
  /** As `viewer` may see it; by default without restriction. */
  approval(id: string, tenant: string, viewer?: ApprovalViewer): Promise<ApprovalView>;
  approve(
    id: string,
    tenant: string,
    approver: ApproverIdentity,
    comment: string | undefined,
  ): Promise<ApproveAnswer>;
  reject(
    id: string,
    tenant: string,
    approver: ApproverIdentity,
    comment: string | undefined,
  ): Promise<ApproveAnswer>;
  /** Only by the caller that asked for it. */
  withdraw(id: string, tenant: string, caller: Caller): Promise<ApprovalView>;
}

/** Which approvals are listed. */
export interface ApprovalFilter {
  readonly tenant: string;
  readonly status?: ApprovalView["status"];
  readonly scheme?: string;
  readonly session?: string;
  readonly user?: string;
  /** By default one who sees all. */
  readonly viewer?: ApprovalViewer;
  readonly limit: number;
  /** The `next` of the previous page; the entry it refers to may be gone. */
  readonly after?: string;
}
