/**
 * The syntax tree: what an author wrote, with spans and comments, before any meaning.
 *
 * Every node has a `kind` and a `span`. Names are kept as written; nothing is resolved here.
 */
import type { Span } from "../source/source.js";

export interface Node {
  readonly span: Span;
}

/** A name with dots, as written. */
export interface Name extends Node {
  readonly text: string;
}

/** A `//` or `///` comment. `own` is true if only blanks precede it on its line. */
export interface Comment extends Node {
  readonly kind: "line" | "doc";
  readonly text: string;
  readonly own: boolean;
}

export interface File extends Node {
  readonly kind: "file";
  readonly path: string;
  readonly module: Name | undefined;
  readonly items: readonly Declaration[];
  /** Every comment of the file, in order; `doc` of a declaration holds the text of its `///` lines. */
  readonly comments: readonly Comment[];
}

// --- values -----------------------------------------------------------------------------------------------

export type Literal =
  | (Node & { readonly kind: "string"; readonly value: string })
  | (Node & {
      readonly kind: "number";
      readonly value: number;
      readonly integer: boolean;
      readonly raw: string;
    })
  | (Node & { readonly kind: "duration"; readonly ms: number; readonly raw: string })
  | (Node & { readonly kind: "timestamp"; readonly ms: number; readonly raw: string })
  | (Node & { readonly kind: "bool"; readonly value: boolean });

/** `0.25`, `-3`, `"x"`, `acme.pii`, `{ a: 1 }`, `[1, 2]`; a negative number is a number literal whose raw has the sign. */
export type Value = Literal | NameValue | RecordValue | ListValue | SpanValue;
export interface NameValue extends Node {
  readonly kind: "name";
  readonly name: Name;
}
export interface RecordValue extends Node {
  readonly kind: "record";
  readonly entries: readonly { readonly name: Name; readonly value: Value; readonly span: Span }[];
}
export interface ListValue extends Node {
  readonly kind: "list";
  readonly items: readonly Value[];
}
/** `TIMESTAMP .. TIMESTAMP`: half-open. */
export interface SpanValue extends Node {
  readonly kind: "span";
  readonly from: number;
  readonly to: number;
  readonly raw: string;
}

export interface Annotation extends Node {
  readonly name: Name;
  readonly values: readonly Value[];
}

// --- types ------------------------------------------------------------------------------------------------

export type TypeExpr = RecordType | UnionType | NamedType;
export interface RecordType extends Node {
  readonly kind: "record-type";
  readonly fields: readonly Field[];
}
export interface UnionType extends Node {
  readonly kind: "union-type";
  readonly options: readonly (Node & { readonly value: string })[];
}
export interface NamedType extends Node {
  readonly kind: "named-type";
  readonly name: Name;
  readonly args: readonly TypeArg[];
}
export type TypeArg =
  | (Node & { readonly kind: "range"; readonly from: number; readonly to: number; readonly integer: boolean })
  | (Node & { readonly kind: "size"; readonly value: number; readonly integer: boolean })
  | TypeExpr;
export interface Field extends Node {
  readonly annotations: readonly Annotation[];
  readonly name: Name;
  readonly optional: boolean;
  readonly type: TypeExpr;
  readonly default: Value | undefined;
  /** The name on the wire if it is not a NAME (`as "x-y"`). */
  readonly wire: (Node & { readonly value: string }) | undefined;
}

// --- expressions ------------------------------------------------------------------------------------------

export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";
export type ArithmeticOperator = "+" | "-" | "*";

export type Expr =
  | Literal
  | (Node & { readonly kind: "and" | "or"; readonly left: Expr; readonly right: Expr })
  | (Node & { readonly kind: "not"; readonly of: Expr })
  /** `has a.b`, `has m["k"]`: the path is the dotted name; `key` the map key, when there is one. */
  | (Node & {
      readonly kind: "has";
      readonly path: Name;
      readonly key: (Node & { readonly value: string }) | undefined;
    })
  | (Node & {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly operatorSpan: Span;
      readonly left: Expr;
      readonly right: Expr;
    })
  | (Node & {
      readonly kind: "like" | "matches" | "finds";
      readonly of: Expr;
      readonly pattern: Node & { readonly value: string };
    })
  | (Node & {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: Expr;
      readonly right: Expr;
    })
  | (Node & { readonly kind: "negate"; readonly of: Expr })
  | (Node & { readonly kind: "else"; readonly of: Expr; readonly fallback: Expr })
  /** A dotted name: a root and fields, a label, data or a define; the checker decides which. */
  | (Node & { readonly kind: "path"; readonly name: Name })
  /** A field of something other than a dotted name, as in `(a else b).c` or `m["k"].x`. */
  | (Node & { readonly kind: "field"; readonly of: Expr; readonly name: Name })
  | (Node & { readonly kind: "index"; readonly of: Expr; readonly key: Node & { readonly value: string } })
  | (Node & { readonly kind: "call"; readonly name: Name; readonly args: readonly Expr[] })
  | (Node & { readonly kind: "list"; readonly items: readonly Expr[] })
  | (Node & {
      readonly kind: "quantifier";
      readonly quantifier: "some" | "all";
      readonly variable: Name;
      readonly over: Expr;
      readonly body: Expr;
    })
  | (Node & {
      readonly kind: "prior";
      readonly tool: Name;
      readonly status: "ok" | "failed" | "denied" | undefined;
      readonly within: DurationNode;
      readonly same: readonly Name[];
    })
  /** Replaces a part of an expression that could not be parsed; already reported. */
  | (Node & { readonly kind: "error" });

export interface DurationNode extends Node {
  readonly ms: number;
  readonly raw: string;
}
export interface TimestampNode extends Node {
  readonly ms: number;
  readonly raw: string;
}
export interface StringNode extends Node {
  readonly value: string;
}
export interface IntNode extends Node {
  readonly value: number;
}
export interface NumberNode extends Node {
  readonly value: number;
  readonly raw: string;
}

// --- clauses ----------------------------------------------------------------------------------------------

export type Action = "read" | "write" | "admin";

/** `agent any | names [ for any | nobody | role names | user "…", … ]`. */
export interface AgentClause extends Node {
  readonly kind: "agent-clause";
  readonly agents: "any" | readonly Name[];
  readonly for: ForWhom | undefined;
}
export type ForWhom =
  | (Node & { readonly kind: "any" })
  | (Node & { readonly kind: "nobody" })
  | (Node & { readonly kind: "role"; readonly roles: readonly Name[] })
  | (Node & { readonly kind: "user"; readonly users: readonly StringNode[] });

export interface CallClause extends Node {
  readonly kind: "call-clause";
  readonly targets: readonly Target[];
}
export interface Target extends Node {
  readonly what:
    | (Node & { readonly kind: "any" })
    | (Node & { readonly kind: "channel"; readonly channel: "any" | Name })
    | (Node & { readonly kind: "pattern"; readonly text: string });
  readonly filters: readonly Filter[];
}
export type Filter =
  | (Node & { readonly kind: "action"; readonly actions: readonly Action[] })
  | (Node & { readonly kind: "tier"; readonly from: number; readonly to: number })
  | (Node & { readonly kind: "irreversible" })
  | (Node & { readonly kind: "tagged"; readonly tag: Name })
  | (Node & { readonly kind: "inside"; readonly transaction: Name });

export interface ConditionClause extends Node {
  readonly kind: "when" | "unless";
  readonly condition: Expr;
}
export interface NeedClause extends Node {
  readonly kind: "need-clause";
  readonly needs: readonly Need[];
}
export type Need =
  | (Node & { readonly kind: "approval"; readonly scheme: Name })
  | (Node & { readonly kind: "step-up"; readonly level: Name; readonly within: DurationNode | undefined })
  | (Node & { readonly kind: "confirmation" });
export interface WithClause extends Node {
  readonly kind: "with-clause";
  readonly obligations: readonly Obligation[];
}
export interface Obligation extends Node {
  readonly name: Name;
  readonly args: readonly Expr[];
}
export interface UntilClause extends Node {
  readonly kind: "until";
  readonly at: TimestampNode;
}
export interface BecauseClause extends Node {
  readonly kind: "because";
  readonly text: StringNode;
}
export interface UsesClause extends Node {
  readonly kind: "uses";
  readonly value: IntNode;
}
export type Clause =
  | AgentClause
  | CallClause
  | ConditionClause
  | NeedClause
  | WithClause
  | UntilClause
  | BecauseClause;

// --- declarations -----------------------------------------------------------------------------------------

interface DeclarationBase extends Node {
  readonly annotations: readonly Annotation[];
  /** The text of the `///` lines before it, joined by newlines; undefined if there are none. */
  readonly doc: string | undefined;
}
export type Declaration =
  | LabelDeclaration
  | TagDeclaration
  | AssuranceDeclaration
  | RoleDeclaration
  | TypeDeclaration
  | SchemaDeclaration
  | ToolDeclaration
  | ChannelDeclaration
  | AgentDeclaration
  | DelegationDeclaration
  | DataDeclaration
  | DefineDeclaration
  | ApprovalDeclaration
  | RuleDeclaration
  | LimitDeclaration
  | TransactionDeclaration
  | ExceptionDeclaration
  | TestDeclaration
  | MatrixDeclaration;

export interface LabelDeclaration extends DeclarationBase {
  readonly kind: "label";
  readonly name: Name;
  readonly integrity: boolean;
  readonly implies: readonly Name[];
}
export interface TagDeclaration extends DeclarationBase {
  readonly kind: "tag";
  readonly name: Name;
  readonly title: StringNode | undefined;
}
export interface AssuranceDeclaration extends DeclarationBase {
  readonly kind: "assurance";
  /** Weakest first. */
  readonly levels: readonly (Node & { readonly name: Name; readonly acr: StringNode | undefined })[];
}
export interface RoleDeclaration extends DeclarationBase {
  readonly kind: "role";
  readonly name: Name;
  readonly title: StringNode | undefined;
}
export interface TypeDeclaration extends DeclarationBase {
  readonly kind: "type";
  readonly name: Name;
  readonly type: TypeExpr;
}
export interface SchemaDeclaration extends DeclarationBase {
  readonly kind: "schema";
  readonly name: Name;
  readonly record: RecordType;
}
export type ToolItem =
  | (Node & { readonly kind: "title"; readonly text: StringNode })
  | (Node & {
      readonly kind: "action";
      readonly action: Action;
      readonly irreversible: boolean;
      readonly undo: Name | undefined;
    })
  | (Node & { readonly kind: "tier"; readonly value: IntNode })
  | (Node & { readonly kind: "args"; readonly record: RecordType })
  | (Node & { readonly kind: "result"; readonly type: TypeExpr })
  | (Node & { readonly kind: "accepts"; readonly labels: "any" | readonly Name[] })
  | (Node & { readonly kind: "yields"; readonly labels: readonly Name[] })
  | (Node & { readonly kind: "tags"; readonly tags: readonly Name[] })
  | (Node & { readonly kind: "scope"; readonly scope: StringNode })
  | (Node & { readonly kind: "timeout"; readonly duration: DurationNode });
export interface ToolDeclaration extends DeclarationBase {
  readonly kind: "tool";
  readonly name: Name;
  readonly wire: StringNode | undefined;
  readonly items: readonly ToolItem[];
}
export interface ChannelDeclaration extends DeclarationBase {
  readonly kind: "channel";
  readonly name: Name;
  readonly accepts: "any" | readonly Name[];
  readonly yields: readonly Name[] | undefined;
}
export type AgentItem =
  | (Node & { readonly kind: "title"; readonly text: StringNode })
  | (Node & { readonly kind: "owner"; readonly text: StringNode })
  | (Node & { readonly kind: "acts"; readonly acts: "for-user" | "alone" })
  | (Node & { readonly kind: "invoked-by"; readonly agents: readonly Name[] })
  | (Node & { readonly kind: "credential"; readonly duration: DurationNode });
export interface AgentDeclaration extends DeclarationBase {
  readonly kind: "agent";
  readonly name: Name;
  readonly items: readonly AgentItem[];
}
export interface DelegationDeclaration extends DeclarationBase {
  readonly kind: "delegation";
  readonly depth: IntNode;
}
export interface DataDeclaration extends DeclarationBase {
  readonly kind: "data";
  readonly name: Name;
  readonly type: TypeExpr;
  readonly value: Value | undefined;
  readonly from: StringNode | undefined;
}
export interface DefineDeclaration extends DeclarationBase {
  readonly kind: "define";
  readonly name: Name;
  readonly params: readonly (Node & { readonly name: Name; readonly type: TypeExpr })[];
  readonly body: Expr;
}
export type ApprovalItem =
  | (Node & { readonly kind: "from"; readonly roles: readonly Name[]; readonly at: Name | undefined })
  | (Node & { readonly kind: "quorum"; readonly value: IntNode })
  | (Node & { readonly kind: "expires"; readonly duration: DurationNode })
  | (Node & { readonly kind: "uses"; readonly value: IntNode })
  | (Node & { readonly kind: "binds"; readonly binds: "args" | "plan" });
export interface ApprovalDeclaration extends DeclarationBase {
  readonly kind: "approval";
  readonly name: Name;
  readonly items: readonly ApprovalItem[];
}
export interface RuleDeclaration extends DeclarationBase {
  readonly kind: "rule";
  readonly effect: "allow" | "deny" | "require";
  readonly shadow: boolean;
  readonly waivable: boolean;
  readonly name: Name;
  readonly clauses: readonly Clause[];
}
export type Meter =
  | (Node & { readonly kind: "calls" | "successes" | "attempts" | "denials" | "failures" })
  /** `of EXPR`; `reported` in it is a path named `reported`. */
  | (Node & { readonly kind: "of"; readonly amount: Expr });
export type Window =
  | (Node & { readonly kind: "rolling"; readonly duration: DurationNode })
  | (Node & { readonly kind: "calendar"; readonly period: Name })
  | (Node & { readonly kind: "transaction" })
  | (Node & { readonly kind: "session" });
export type LimitItem =
  | AgentClause
  | CallClause
  | ConditionClause
  | BecauseClause
  | (Node & { readonly kind: "per"; readonly keys: readonly Name[] })
  | (Node & {
      readonly kind: "at-most";
      readonly cap: NumberNode;
      readonly meter: Meter;
      readonly window: Window;
    })
  | (Node & { readonly kind: "over"; readonly over: "deny" | "alert" | NeedClause });
export interface LimitDeclaration extends DeclarationBase {
  readonly kind: "limit";
  readonly shadow: boolean;
  readonly waivable: boolean;
  readonly name: Name;
  readonly items: readonly LimitItem[];
}
export interface TransactionStep extends Node {
  /** `once` is exactly one, `maybe` at most one, a number at most that many. */
  readonly count: "once" | "maybe" | number;
  readonly patterns: readonly (Node & { readonly text: string })[];
}
export type TransactionItem =
  | AgentClause
  | (Node & { readonly kind: "lasts"; readonly duration: DurationNode })
  | (Node & { readonly kind: "idle"; readonly duration: DurationNode })
  | (Node & { readonly kind: "steps"; readonly value: IntNode })
  | (Node & { readonly kind: "order"; readonly steps: readonly TransactionStep[] })
  | (Node & { readonly kind: "irreversible-last" })
  | (Node & { readonly kind: "confirm-plan" });
export interface TransactionDeclaration extends DeclarationBase {
  readonly kind: "transaction";
  readonly name: Name;
  readonly items: readonly TransactionItem[];
}
export interface ExceptionDeclaration extends DeclarationBase {
  readonly kind: "exception";
  readonly name: Name;
  readonly to: readonly Name[];
  readonly clauses: readonly (Clause | UsesClause)[];
}

// --- tests ------------------------------------------------------------------------------------------------

export type Verdict = "allow" | "deny" | "step-up" | "require-approval";

export type Given =
  | (Node & {
      readonly kind: "given-user";
      readonly id: StringNode;
      readonly fields: RecordValue | undefined;
    })
  | (Node & {
      readonly kind: "given-agent";
      readonly hops: readonly (Node & { readonly agent: Name; readonly fields: RecordValue | undefined })[];
    })
  | (Node & { readonly kind: "given-now"; readonly at: TimestampNode })
  | (Node & { readonly kind: "given-tenant"; readonly tenant: StringNode })
  | (Node & { readonly kind: "given-context" | "given-session"; readonly record: RecordValue })
  | (Node & { readonly kind: "given-data"; readonly name: Name; readonly value: Value })
  | (Node & { readonly kind: "given-outage"; readonly on: boolean });

export type Step =
  | Given
  | (Node & { readonly kind: "call"; readonly tool: Name; readonly args: RecordValue | undefined })
  | (Node & { readonly kind: "send"; readonly channel: Name; readonly args: RecordValue | undefined })
  | (Node & {
      readonly kind: "outcome";
      readonly status: "ok" | "failed" | "not_run" | "unknown";
      readonly fields: RecordValue | undefined;
    })
  | (Node & {
      readonly kind: "approve" | "reject";
      readonly scheme: Name;
      readonly by: StringNode;
      readonly fields: RecordValue | undefined;
    })
  | (Node & {
      readonly kind: "begin";
      readonly transaction: Name;
      readonly plan: readonly (Node & { readonly tool: Name; readonly args: RecordValue })[] | undefined;
    })
  | (Node & { readonly kind: "commit" | "abort" })
  | (Node & { readonly kind: "wait"; readonly duration: DurationNode })
  | (Node & { readonly kind: "repeat"; readonly times: IntNode; readonly steps: readonly Step[] })
  | (Node & { readonly kind: "expect"; readonly expectation: Expectation });

export type Expectation =
  | (Node & { readonly kind: "verdict"; readonly verdict: Verdict; readonly by: readonly Name[] })
  | (Node & { readonly kind: "needs"; readonly needs: readonly Need[] })
  | (Node & { readonly kind: "with"; readonly obligations: readonly Obligation[] })
  | (Node & { readonly kind: "refused" });

export interface TestDeclaration extends DeclarationBase {
  readonly kind: "test";
  readonly title: StringNode;
  readonly steps: readonly Step[];
}
export interface MatrixDeclaration extends DeclarationBase {
  readonly kind: "matrix";
  readonly title: StringNode;
  readonly givens: readonly Given[];
  readonly agents: readonly Name[];
  readonly rows: readonly (Node & {
    readonly tool: Name;
    readonly args: RecordValue;
    readonly verdicts: readonly (Node & { readonly verdict: Verdict })[];
  })[];
}
