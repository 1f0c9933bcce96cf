/**
 * A checked bundle: every name is resolved and every expression typed, and evaluation can only fail to unknown.
 *
 * `compile/`, the analyses, the editor and the naive interpreter in `test/reference/` read it. All names in it are
 * qualified (`module.name`, or the bare name in a file without `module`) unless a field says otherwise.
 */

import type { Span } from "../source/source.js";
import type {
  Action,
  CompareOperator,
  MatrixDeclaration,
  Expr as SyntaxExpr,
  TestDeclaration,
} from "../syntax/ast.js";
import type { RecordType, Type, Value } from "../values/type.js";

export type { Action, CompareOperator, SyntaxExpr };

/**
 * The common part of declarations. `name` is as declared (that of a tool may contain dots), `id` has the module before
 * it.
 */
export interface Declared {
  readonly id: string;
  readonly name: string;
  readonly span: Span;
  /** The span of the name itself. */
  readonly nameSpan: Span;
  readonly doc?: string;
}

/** A bundle without errors, with every name resolved. Maps are by id. */
export interface Program {
  readonly labels: ReadonlyMap<string, Label>;
  readonly tags: ReadonlyMap<string, Tag>;
  /** Weakest first; empty if no `assurance` is declared. */
  readonly assurance: readonly AssuranceLevel[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly types: ReadonlyMap<string, NamedType>;
  /** Fields beyond the built-in ones. */
  readonly schemas: { readonly user: RecordType; readonly agent: RecordType; readonly context: RecordType };
  readonly tools: ReadonlyMap<string, Tool>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly agents: ReadonlyMap<string, Agent>;
  /** The maximum number of agents in a chain; 1 if none is declared. */
  readonly delegationDepth: number;
  readonly data: ReadonlyMap<string, Data>;
  readonly defines: ReadonlyMap<string, Define>;
  readonly approvals: ReadonlyMap<string, ApprovalScheme>;
  readonly transactions: ReadonlyMap<string, Transaction>;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly limits: ReadonlyMap<string, Limit>;
  readonly exceptions: ReadonlyMap<string, Exception>;
  readonly tests: readonly TestDeclaration[];
  readonly matrices: readonly MatrixDeclaration[];
  /** Resolves a name as it is written in a test or sent on the wire: bare if unique, or qualified. */
  readonly resolve: (space: NameSpace, name: string) => string | undefined;
}

/** Kinds of declarations, each with its own names. */
export type NameSpace =
  | "label"
  | "tag"
  | "level"
  | "role"
  | "type"
  | "tool"
  | "channel"
  | "agent"
  | "data"
  | "define"
  | "approval"
  | "transaction"
  | "rule"
  | "limit"
  | "exception";

/** A kind of data. */
export interface Label extends Declared {
  readonly integrity: boolean;
  /** The label and everything it implies, transitively. */
  readonly closure: ReadonlySet<string>;
  /** `@was`: its earlier full name. */
  readonly was?: string;
}
/** A kind of tools. */
export interface Tag extends Declared {
  readonly title?: string;
}
/** The strength of a sign-in. */
export interface AssuranceLevel extends Declared {
  /** The `acr` value of the identity provider; the bare name if none is written. */
  readonly acr: string;
  /** 0 is the weakest. */
  readonly rank: number;
}
/** A role that users can have. */
export interface Role extends Declared {
  readonly title?: string;
  /** `@qualified`: requests send its name in full. */
  readonly qualified: boolean;
}
/** A `type`. */
export interface NamedType extends Declared {
  readonly type: Type;
}

/** A tool of the catalogue. */
export interface Tool extends Declared {
  /** The name on the wire: `as`, or the declared name. */
  readonly wire: string;
  readonly title?: string;
  readonly action: Action;
  readonly irreversible: boolean;
  /** The tool that reverses it. */
  readonly undo?: string;
  readonly tier: 1 | 2 | 3;
  readonly args: RecordType;
  readonly result?: Type;
  /** Undefined if the catalogue states nothing (receives any label, with a warning). */
  readonly accepts: "any" | ReadonlySet<string> | undefined;
  readonly yields: readonly string[];
  readonly tags: ReadonlySet<string>;
  readonly scope?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly review: boolean;
  /** `@was`: its earlier full name, which is its name in the state store. */
  readonly was?: string;
}
/**
 * A destination of data that is not a tool call. It has no action, tier or tags, and the content sent there is not
 * inspected.
 */
export interface Channel extends Declared {
  readonly accepts: "any" | ReadonlySet<string>;
  readonly yields: readonly string[];
}
/** An agent and the users it acts for. */
export interface Agent extends Declared {
  readonly title?: string;
  readonly owner?: string;
  readonly acts: "for-user" | "alone";
  /** Empty if no agent invokes it: the user calls it directly, or it acts alone. */
  readonly invokedBy: ReadonlySet<string>;
  /** Milliseconds; undefined if none is declared. */
  readonly credential?: number;
}
/** A named value, in the policy or in a data file. */
export interface Data extends Declared {
  readonly type: Type;
  readonly value: Value;
}
/** A named expression. */
export interface Define extends Declared {
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly body: Expr;
  readonly reads: Reads;
}
/** An approval scheme: who approves, how many approvers, and for how long. */
export interface ApprovalScheme extends Declared {
  readonly roles: readonly string[];
  /** The minimum sign-in of the approver. */
  readonly at?: string;
  readonly quorum: number;
  /** Milliseconds. */
  readonly expires: number;
  readonly uses: number;
  readonly binds: "args" | "plan";
}

// --- rules ------------------------------------------------------------------------------------------------

/** The agents and users a rule applies to. */
export interface Who {
  /** The acting agent: the last of the chain. */
  readonly agents: "any" | ReadonlySet<string>;
  /** `any`: with a user or without. Roles: the user has one of them. Users: ids on the wire. */
  readonly for:
    | { readonly kind: "any" }
    | { readonly kind: "nobody" }
    | { readonly kind: "roles"; readonly roles: ReadonlySet<string> }
    | { readonly kind: "users"; readonly users: ReadonlySet<string> };
}

/**
 * What a rule targets: for each tool (or channel) id, whether anywhere or only inside an open transaction of these
 * kinds.
 */
export interface Reach {
  readonly tools: ReadonlyMap<string, Inside>;
  readonly channels: ReadonlyMap<string, Inside>;
}
/** Where a rule applies to a tool: anywhere, or inside transactions of these kinds. */
export type Inside = "anywhere" | ReadonlySet<string>;

/** Information about a rule that does not change what it decides. */
export interface Annotations {
  /** `@id`. */
  readonly ref?: string;
  readonly title?: string;
  readonly owner?: string;
  readonly threats: readonly string[];
  readonly tickets: readonly string[];
  readonly since?: string;
  readonly review?: string;
  readonly ungated?: string;
  readonly outage?: string;
  readonly qualified?: string;
  /** `@was`: its earlier full name, which is its name in the state store. */
  readonly was?: string;
}

interface RuleBase extends Declared {
  readonly annotations: Annotations;
  readonly who: Who;
  readonly reach: Reach;
  /** Every `when` and the negation of every `unless`, as one conjunction; undefined is true. */
  readonly condition?: Expr;
  readonly reads: Reads;
  readonly because?: string;
  /** Ends at this time (ms, exclusive). */
  readonly until?: number;
}
/** An `allow`, `deny` or `require`. */
export interface Rule extends RuleBase {
  readonly kind: "rule";
  readonly effect: "allow" | "deny" | "require";
  readonly shadow: boolean;
  readonly waivable: boolean;
  readonly needs: readonly Need[];
  readonly obligations: readonly ObligationTemplate[];
}
/** A temporary waiver of rules and limits. */
export interface Exception extends RuleBase {
  readonly kind: "exception";
  /** The rules and limits it waives. */
  readonly lifts: ReadonlySet<string>;
  readonly needs: readonly Need[];
  readonly obligations: readonly ObligationTemplate[];
  /** Counted over all users of a tenant; undefined is unlimited. */
  readonly uses?: number;
  readonly until: number;
  readonly because: string;
}
/** What a limit counts by, and what a `prior` compares. */
export type LimitKey =
  | { readonly kind: "user" | "agent" | "tool" | "tenant" | "session" | "transaction" }
  /** `shape` is the part a `prior` compares; undefined if all arguments are compared, as sent. */
  | { readonly kind: "args"; readonly shape?: Type }
  /** `args.a.b`; `shape` is the compared part, unless that is the argument as sent. */
  | { readonly kind: "argument"; readonly path: readonly string[]; readonly shape?: Type };
/** A `limit`. */
export interface Limit extends RuleBase {
  readonly kind: "limit";
  readonly shadow: boolean;
  readonly waivable: boolean;
  readonly keys: readonly LimitKey[];
  readonly cap: number;
  readonly meter:
    | { readonly kind: "calls" | "successes" | "attempts" | "denials" | "failures" }
    | { readonly kind: "of"; readonly amount: Expr; readonly reported: boolean };
  readonly window:
    | { readonly kind: "rolling"; readonly length: number }
    | { readonly kind: "calendar"; readonly period: "hour" | "day" | "week" | "month" }
    | { readonly kind: "transaction" | "session" };
  readonly over:
    | { readonly kind: "deny" }
    | { readonly kind: "alert" }
    | { readonly kind: "need"; readonly needs: readonly Need[] };
}
/** What is missing for an allow. */
export type Need =
  | { readonly kind: "approval"; readonly scheme: string }
  /** `level` is an assurance level's id; `within` in ms. */
  | { readonly kind: "step-up"; readonly level: string; readonly within?: number }
  | { readonly kind: "confirmation" };
/** What an enforcement point must be able to do. */
export type ObligationName =
  | "timeout"
  | "rows"
  | "redact"
  | "drop"
  | "mask"
  | "filter"
  | "notify"
  | "sandbox"
  | "log";
/** An obligation whose arguments are evaluated for each call. */
export interface ObligationTemplate {
  readonly name: ObligationName;
  readonly args: readonly Expr[];
  readonly span: Span;
}
/** A kind of transaction. */
export interface Transaction extends Declared {
  readonly who: Who;
  /** Milliseconds. */
  readonly lasts: number;
  readonly idle?: number;
  readonly steps?: number;
  /** Undefined if steps may come in any order. */
  readonly order?: readonly {
    readonly count: "once" | "maybe" | number;
    readonly tools: ReadonlySet<string>;
    readonly span: Span;
  }[];
  readonly irreversibleLast: boolean;
  readonly confirmPlan: boolean;
}

// --- expressions ------------------------------------------------------------------------------------------

/** Which inputs an expression reads; this determines what the engine fetches. */
export interface Reads {
  /** `session.labels`, `session.steps`, `labels`, `labels_of`, `stated`. */
  readonly session: boolean;
  /** `txn`. */
  readonly transaction: boolean;
  readonly prior: boolean;
  readonly user: boolean;
  readonly context: boolean;
}

/**
 * Reading an absent value gives *absent*; the checker ensures that only `has` and `else` operate on it. An evaluator
 * that finds it anywhere else answers *unknown*.
 */
export type Expr = (
  | { readonly kind: "const"; readonly value: Value }
  | { readonly kind: "root"; readonly root: Root }
  /** A parameter of a define or the variable of a quantifier, by its name, which is unique within the rule. */
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "data"; readonly data: string }
  /** `of` is a record, a structured value or a root; `optional` is true if the field itself may be absent. */
  | { readonly kind: "field"; readonly of: Expr; readonly name: string; readonly optional: boolean }
  /** `m["k"]` of a map. */
  | { readonly kind: "index"; readonly of: Expr; readonly key: string }
  | { readonly kind: "has"; readonly of: Expr }
  | { readonly kind: "else"; readonly of: Expr; readonly fallback: Expr }
  | { readonly kind: "and" | "or"; readonly items: readonly Expr[] }
  | { readonly kind: "not"; readonly of: Expr }
  /**
   * `==` and `!=` by the operands' common type; order over int, number, duration, time only. `in`: an element in a
   * list or set, a label in labels (a label is in a set if the set holds one that implies it), a time in a span, an ip
   * in a CIDR (a const text that parses), a domain in a domain is not allowed.
   */
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  /**
   * Matches the whole text. `*` stops at `separator`: `/` for a path, `.` for a domain; "text" is the text alphabet.
   */
  | {
      readonly kind: "like";
      readonly of: Expr;
      readonly pattern: string;
      readonly separator: "/" | "." | "text";
    }
  | { readonly kind: "matches"; readonly of: Expr; readonly pattern: string }
  /** Matches anywhere in the text. */
  | { readonly kind: "finds"; readonly of: Expr; readonly pattern: string }
  /** int, number, duration; time ± duration; time - time. An overflow is *unknown*. */
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*";
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: "negate"; readonly of: Expr }
  | { readonly kind: "list"; readonly items: readonly Expr[] }
  | { readonly kind: "function"; readonly name: FunctionName; readonly args: readonly Expr[] }
  /** The body of the define with the parameters replaced. */
  | { readonly kind: "define"; readonly define: string; readonly args: readonly Expr[] }
  | {
      readonly kind: "quantifier";
      readonly quantifier: "some" | "all";
      readonly variable: string;
      readonly over: Expr;
      readonly body: Expr;
    }
  | {
      readonly kind: "prior";
      readonly tool: string;
      /** The earlier name of the tool, which its cell keys contain. */
      readonly was?: string;
      readonly status: "ok" | "failed" | "denied" | "any";
      readonly within: number;
      readonly same: readonly LimitKey[];
    }
) & { readonly type: Type; readonly span: Span };

/**
 * `reported` occurs only in a limit's `of`. `labels` is the set of labels of this call. Texts that name a declaration:
 * `tool.tags` and `user.roles` contain ids (an undeclared role is as sent); `tool.name`, `agent.id` and `txn.kind` are
 * declared names. A rule on channels reads only the name of `tool`.
 */
export type Root =
  | "args"
  | "tool"
  | "user"
  | "agent"
  | "chain"
  | "context"
  | "session"
  | "txn"
  | "labels"
  | "now"
  | "reported";

/**
 * `size` list, set, map, text → int · `keys` map → list of text · `values` map → list · `under` (path, text) → bool ·
 * `lower` text → text · `contains`, `starts_with` and `ends_with` (text, text) → bool · `weekday` (time, zone) → union of mon…sun · `hour` and
 * `minute` (time, zone) → int · `texts` (args) → list of text, unknown beyond its bounds · `labels_of` (an argument) → set of labels · `stated` (an argument) → bool; the argument is a path from `args`.
 */
export type FunctionName =
  | "size"
  | "keys"
  | "values"
  | "under"
  | "lower"
  | "contains"
  | "starts_with"
  | "ends_with"
  | "texts"
  | "weekday"
  | "hour"
  | "minute"
  | "labels_of"
  | "stated";
