/** What the engine takes and gives, besides the wire's own shapes in `model/`. */
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

/** Who speaks to the service: an API key's name or a token's subject. Only the caller that got a decision reports its outcome. */
export interface Caller {
  readonly id: string;
  /** When the token ends that the chain was read from, in seconds: no `allow` outlives it. */
  readonly until?: number;
}

/** An approver as the authenticated identity says (or, under `--dev`, as the body says). Roles are names as on the wire. */
export interface ApproverIdentity {
  readonly id: string;
  readonly roles: readonly string[];
  readonly acr?: string;
  /** The clients that the sign-in was made through, as far as they are known. */
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

/** Something the request itself got wrong (or asked for and is not there): told to the caller as a problem document. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly status: 400 | 401 | 403 | 404 | 409 | 422;
  /** The last word of the problem's `type`, such as `malformed` or `not_open`. */
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

/** One clause of one rule, as it came out: for the author, never for a model. */
export interface ClauseOutcome {
  /** The clause as written. */
  readonly text: string;
  readonly at: string;
  readonly result: "true" | "false" | "unknown";
  /** What a clause that is no condition looked at, such as the roles of the user. */
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
  /** Of an exception: the rules that it lifts. */
  readonly lifts?: readonly string[];
  readonly clauses: readonly ClauseOutcome[];
}
/** Something that would have to be otherwise for an allow. */
export interface Change {
  /** The rule, limit or built-in check that blocks the call; `needs` for what a granted call still lacks. */
  readonly rule: string;
  readonly what: string;
  /** What of the rule holds, and would have to be false. */
  readonly clauses?: readonly ClauseOutcome[];
  /** Allows of which one would do, each with all that it lacks. */
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
  /** Whether the rules were asked at all: where the chain refuses the call before that, they say what they would have. */
  readonly asked: boolean;
  /** Every one of these would have to be otherwise for an allow; none where it is one. */
  readonly changes: readonly Change[];
  /** State cells that mattered, in words: `refund_money for user ana: 450 of 500 in 1d`. */
  readonly state: readonly string[];
}

/** A report of an outcome, as it was read. */
export interface OutcomeReport extends OutcomeRequest {
  /** Why the result that came with it could not be read: then it counts as something that nobody declared. */
  readonly unreadable?: string;
}

/** The policy decision point: one bundle at a time, one store, no state in memory. */
export interface PolicyDecisionPoint {
  /** Rejects with RequestProblem for a malformed envelope, StateUnavailable never: without state the verdict is `deny`. */
  decide(request: DecideRequest, caller: Caller): Promise<Decision>;
  /** Decides without charging or storing anything, and tells how every rule that could have applied came out. */
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
  /** As `viewer` may see it; without a viewer, with everything in it. */
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
  /** The `next` of the page before; what it was made of may have gone since. */
  readonly after?: string;
}
