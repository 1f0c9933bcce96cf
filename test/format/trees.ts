import fc from "fast-check";
import { timestampText } from "../../src/format/value.js";
import type { Span } from "../../src/source/source.js";
import type {
  AgentItem,
  Annotation,
  ApprovalItem,
  Clause,
  CompareOperator,
  Declaration,
  Expr,
  Field,
  File,
  Filter,
  Given,
  LimitItem,
  Literal,
  Name,
  Need,
  NeedClause,
  Obligation,
  RecordType,
  RecordValue,
  Step,
  Target,
  ToolItem,
  TransactionItem,
  TypeArg,
  TypeExpr,
  Value,
} from "../../src/syntax/ast.js";

/** Trees that the parser could have made, without a text behind them: every span is empty. */
const span: Span = { file: "generated.writ", start: 0, end: 0 };

type Kind = { readonly kind: string };

/** A node of fields that are drawn one by one; constants stay as they are. */
function node<T>(fields: { [K in keyof Omit<T, "span">]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<Record<string, unknown>>(fields).map((drawn) => ({ ...drawn, span }) as T);
}

/** One of a closed set of kinds, which exhausts a union. */
function kind<T extends string>(name: T): fc.Arbitrary<T> {
  return fc.constant(name);
}

function some<T>(item: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<readonly T[]> {
  return fc.array(item, { minLength: 1, maxLength });
}

function few<T>(item: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<readonly T[]> {
  return fc.array(item, { maxLength });
}

/** Items of a block, each kind once but those that add up. */
function block<T extends Kind>(item: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return few(item, 6).map((items) => {
    const repeatable = new Set(["when", "unless", "with-clause"]);
    return items.filter(
      ({ kind: own }, index) => repeatable.has(own) || items.findIndex((each) => each.kind === own) === index,
    );
  });
}

function maybe<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(item, { nil: undefined });
}

// --- words and literals -----------------------------------------------------------------------------------

const word = fc.constantFrom(
  "a",
  "bc",
  "crm",
  "payments",
  "x_1",
  "support_bot",
  "a_rather_long_name_of_something",
);
const anyWord = fc.oneof(word, fc.constantFrom("in", "when", "Case", "not", "order"));
const oneWord: fc.Arbitrary<Name> = node({ text: word });
const name: fc.Arbitrary<Name> = node({
  text: fc.tuple(word, few(anyWord, 2)).map(([first, rest]) => [first, ...rest].join(".")),
});
const typeWord: fc.Arbitrary<Name> = node({ text: fc.constantFrom("A", "CaseId", "Message2") });
const typeName: fc.Arbitrary<Name> = node({
  text: fc
    .tuple(fc.constantFrom("text", "list", "CaseId"), few(fc.constantFrom("Case", "x", "in"), 1))
    .map(([first, rest]) => [first, ...rest].join(".")),
});
const characters = fc.oneof(
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "",
    "a text of some length, as people write them",
    '"\\\n\t',
    "👩‍💻 é\u202e\u200d\ufeff",
    "\\d+",
  ),
);
const string = node<{ readonly span: Span; readonly value: string }>({ value: characters });
const int = fc.nat({ max: 100_000 }).map((value) => ({ span, value }));
const positive = fc.oneof(
  fc.nat({ max: 1_000_000 }),
  fc.nat({ max: 100_000 }).map((hundredths) => hundredths / 100),
);
const signed = fc
  .tuple(positive, fc.boolean())
  .map(([value, minus]) => (minus && value > 0 ? -value : value));
const duration = fc
  .constantFrom({ raw: "250ms", ms: 250 }, { raw: "1h30m", ms: 5_400_000 }, { raw: "7d", ms: 604_800_000 })
  .map((value) => ({ ...value, span }));
const seconds = fc.integer({ min: 0, max: 253_402_300_799 }).map((second) => second * 1000);
const timestamp = seconds.map((ms) => ({ span, ms, raw: timestampText(ms) }));

function numberOf(value: number): Literal {
  return { kind: "number", span, value, integer: Number.isInteger(value), raw: String(value) };
}

const literal: fc.Arbitrary<Literal> = fc.oneof(
  string.map((text): Literal => ({ kind: "string", ...text })),
  signed.map(numberOf),
  duration.map((value): Literal => ({ kind: "duration", ...value })),
  timestamp.map((value): Literal => ({ kind: "timestamp", ...value })),
  fc.boolean().map((value): Literal => ({ kind: "bool", span, value })),
);

// --- values and types -------------------------------------------------------------------------------------

const { value, record } = fc.letrec<{ value: Value; record: RecordValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literal,
    node<Value>({ kind: kind("name"), name } as never),
    tie("record"),
    node<Value>({ kind: kind("list"), items: few(tie("value")) } as never),
  ),
  record: node<RecordValue>({
    kind: kind("record"),
    entries: few(
      node<{ readonly name: Name; readonly value: Value; readonly span: Span }>({
        name: node({ text: anyWord }),
        value: tie("value"),
      }),
    ),
  }),
}));

const annotation: fc.Arbitrary<Annotation> = node({ name: oneWord, values: few(value, 2) });

const { type, recordType } = fc.letrec<{
  type: TypeExpr;
  recordType: RecordType;
  arg: TypeArg;
  field: Field;
}>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    node<TypeExpr>({ kind: kind("union-type"), options: some(string) } as never),
    node<TypeExpr>({ kind: kind("named-type"), name: typeName, args: few(tie("arg"), 2) } as never),
    tie("recordType"),
  ),
  arg: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    signed.map((size): TypeArg => ({ kind: "size", span, value: size, integer: Number.isInteger(size) })),
    fc.tuple(signed, signed).map(([from, to]): TypeArg => {
      return { kind: "range", span, from, to, integer: Number.isInteger(from) && Number.isInteger(to) };
    }),
    tie("type"),
  ),
  recordType: node<RecordType>({ kind: kind("record-type"), fields: few(tie("field")) }),
  field: node<Field>({
    annotations: few(annotation, 1),
    name: node({ text: anyWord }),
    optional: fc.boolean(),
    type: tie("type"),
    default: maybe(value),
    wire: maybe(string),
  }),
}));

// --- expressions ------------------------------------------------------------------------------------------

const operators: readonly CompareOperator[] = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"];

const { expr } = fc.letrec<{ expr: Expr }>((tie) => {
  const sub = tie("expr");
  const notPath = sub.filter((each) => each.kind !== "path");
  const nodeOf = (fields: { readonly [key: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Expr> =>
    fc.record(fields).map((drawn) => ({ ...drawn, span }) as unknown as Expr);
  return {
    expr: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      nodeOf({ kind: kind("path"), name }),
      literal,
      nodeOf({ kind: kind("has"), path: name, key: maybe(string) }),
      nodeOf({
        kind: kind("prior"),
        tool: name,
        status: fc.constantFrom(undefined, "ok", "failed", "denied"),
        within: duration,
        same: some(name),
      }),
      nodeOf({ kind: fc.constantFrom("and", "or"), left: sub, right: sub }),
      nodeOf({ kind: fc.constantFrom("and", "or"), left: sub, right: sub }),
      nodeOf({ kind: fc.constantFrom("not"), of: sub }),
      nodeOf({
        kind: kind("compare"),
        operator: fc.constantFrom(...operators),
        operatorSpan: fc.constant(span),
        left: sub,
        right: sub,
      }),
      nodeOf({ kind: fc.constantFrom("like", "matches"), of: sub, pattern: string }),
      nodeOf({ kind: kind("arithmetic"), operator: fc.constantFrom("+", "-", "*"), left: sub, right: sub }),
      nodeOf({ kind: kind("negate"), of: sub }),
      nodeOf({ kind: kind("else"), of: sub, fallback: sub }),
      nodeOf({ kind: kind("field"), of: notPath, name: node({ text: anyWord }) }),
      nodeOf({ kind: kind("index"), of: sub, key: string }),
      nodeOf({ kind: kind("call"), name, args: some(sub) }),
      nodeOf({ kind: kind("list"), items: few(sub) }),
      nodeOf({
        kind: kind("quantifier"),
        quantifier: fc.constantFrom("some", "all"),
        variable: oneWord,
        over: sub,
        body: sub,
      }),
    ),
  };
});

// --- clauses ----------------------------------------------------------------------------------------------

/** A node of a union whose fields the compiler cannot follow through the union's kinds. */
function part<T>(fields: { readonly [key: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<T> {
  return fc.record(fields).map((drawn) => ({ ...drawn, span }) as T);
}

const whom = maybe(
  fc.oneof(
    part({ kind: fc.constantFrom("any", "nobody") }),
    part({ kind: kind("role"), roles: some(name) }),
    part({ kind: kind("user"), users: some(string) }),
  ),
);
const agentClause = part<Clause & { kind: "agent-clause" }>({
  kind: kind("agent-clause"),
  agents: fc.oneof(fc.constant("any"), some(name)),
  for: whom,
});
const action = fc.constantFrom("read", "write", "admin");
const pattern = fc
  .tuple(word, few(fc.oneof(anyWord, fc.constant("*")), 2))
  .map(([first, rest]) => [first, ...rest].join("."));
const filter = fc.oneof(
  part<Filter>({ kind: kind("action"), actions: some(action) }),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .map(([from, to]): Filter => ({ kind: "tier", span, from, to })),
  part<Filter>({ kind: kind("irreversible") }),
  part<Filter>({ kind: kind("tagged"), tag: name }),
  part<Filter>({ kind: kind("inside"), transaction: name }),
);
const target = part<Target>({
  what: fc.oneof(
    part({ kind: kind("any") }),
    part({ kind: kind("channel"), channel: fc.oneof(fc.constant("any"), name) }),
    part({ kind: kind("pattern"), text: pattern }),
  ),
  filters: few(filter, 2),
});
const callClause = part<Clause & { kind: "call-clause" }>({
  kind: kind("call-clause"),
  targets: some(target),
});
const condition = part<Clause & { kind: "when" | "unless" }>({
  kind: fc.constantFrom("when", "unless"),
  condition: expr,
});
const need = fc.oneof(
  part<Need>({ kind: kind("approval"), scheme: name }),
  part<Need>({ kind: kind("step-up"), level: name, within: maybe(duration) }),
  part<Need>({ kind: kind("confirmation") }),
);
const needClause = part<NeedClause>({ kind: kind("need-clause"), needs: some(need, 5) });
const obligation = part<Obligation>({ name: oneWord, args: few(expr, 2) });
const because = part<Clause & { kind: "because" }>({ kind: kind("because"), text: string });
const clause: fc.Arbitrary<Clause> = fc.oneof(
  agentClause,
  callClause,
  condition,
  needClause,
  part<Clause>({ kind: kind("with-clause"), obligations: some(obligation) }),
  part<Clause>({ kind: kind("until"), at: timestamp }),
  because,
);
const uses = part<{
  readonly kind: "uses";
  readonly span: Span;
  readonly value: { span: Span; value: number };
}>({
  kind: kind("uses"),
  value: int,
});
const cap = positive.map((value) => ({ span, value, raw: String(value), integer: Number.isInteger(value) }));
const limitItem: fc.Arbitrary<LimitItem> = fc.oneof(
  agentClause,
  callClause,
  condition,
  because,
  part<LimitItem>({ kind: kind("per"), keys: some(name) }),
  part<LimitItem>({
    kind: kind("at-most"),
    cap,
    meter: fc.oneof(
      part({ kind: fc.constantFrom("calls", "successes", "attempts", "denials", "failures") }),
      part({ kind: kind("of"), amount: expr }),
    ),
    window: fc.oneof(
      part({ kind: kind("rolling"), duration }),
      part({ kind: kind("calendar"), period: oneWord }),
      part({ kind: fc.constantFrom("transaction", "session") }),
    ),
  }),
  part<LimitItem>({ kind: kind("over"), over: fc.oneof(fc.constantFrom("deny", "alert"), needClause) }),
);

// --- declarations -----------------------------------------------------------------------------------------

const toolItem: fc.Arbitrary<ToolItem> = fc.oneof(
  part<ToolItem>({ kind: kind("title"), text: string }),
  fc.tuple(action, fc.boolean(), maybe(name)).map(([own, irreversible, undo]) => {
    return {
      kind: "action",
      span,
      action: own,
      irreversible,
      undo: irreversible ? undefined : undo,
    } as ToolItem;
  }),
  part<ToolItem>({ kind: kind("tier"), value: int }),
  part<ToolItem>({ kind: kind("args"), record: recordType }),
  part<ToolItem>({ kind: kind("result"), type }),
  part<ToolItem>({ kind: kind("accepts"), labels: fc.oneof(fc.constant("any"), some(name)) }),
  part<ToolItem>({ kind: kind("yields"), labels: some(name) }),
  part<ToolItem>({ kind: kind("tags"), tags: some(name) }),
  part<ToolItem>({ kind: kind("scope"), scope: string }),
  part<ToolItem>({ kind: kind("timeout"), duration }),
);
const agentItem: fc.Arbitrary<AgentItem> = fc.oneof(
  part<AgentItem>({ kind: fc.constantFrom("title", "owner"), text: string }),
  part<AgentItem>({ kind: kind("acts"), acts: fc.constantFrom("for-user", "alone") }),
  part<AgentItem>({ kind: kind("invoked-by"), agents: some(name) }),
  part<AgentItem>({ kind: kind("credential"), duration }),
);
const approvalItem: fc.Arbitrary<ApprovalItem> = fc.oneof(
  part<ApprovalItem>({ kind: kind("from"), roles: some(name), at: maybe(name) }),
  part<ApprovalItem>({ kind: fc.constantFrom("quorum", "uses"), value: int }),
  part<ApprovalItem>({ kind: kind("expires"), duration }),
  part<ApprovalItem>({ kind: kind("binds"), binds: fc.constantFrom("args", "plan") }),
);
const transactionItem: fc.Arbitrary<TransactionItem> = fc.oneof(
  agentClause,
  part<TransactionItem>({ kind: fc.constantFrom("lasts", "idle"), duration }),
  part<TransactionItem>({ kind: kind("steps"), value: int }),
  part<TransactionItem>({
    kind: kind("order"),
    steps: few(
      part({
        count: fc.oneof(fc.constantFrom("once", "maybe"), fc.nat({ max: 50 })),
        patterns: some(part({ text: pattern })),
      }),
    ),
  }),
  part<TransactionItem>({ kind: fc.constantFrom("irreversible-last", "confirm-plan") }),
);
const dataValue = fc.oneof(
  value,
  fc.tuple(seconds, seconds).map(([from, to]): Value => ({ kind: "span", span, from, to, raw: "" })),
);

const given: fc.Arbitrary<Given> = fc.oneof(
  part<Given>({ kind: kind("given-user"), id: string, fields: maybe(record) }),
  part<Given>({ kind: kind("given-agent"), hops: some(part({ agent: name, fields: maybe(record) })) }),
  part<Given>({ kind: kind("given-now"), at: timestamp }),
  part<Given>({ kind: kind("given-tenant"), tenant: string }),
  part<Given>({ kind: fc.constantFrom("given-context", "given-session"), record }),
  part<Given>({ kind: kind("given-data"), name, value: dataValue }),
  part<Given>({ kind: kind("given-outage"), on: fc.boolean() }),
);
const verdict = fc.constantFrom("allow", "deny", "step-up", "require-approval");
const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    given,
    part<Step>({ kind: kind("call"), tool: name, args: maybe(record) }),
    part<Step>({ kind: kind("send"), channel: name, args: maybe(record) }),
    part<Step>({
      kind: kind("outcome"),
      status: fc.constantFrom("ok", "failed", "not_run", "unknown"),
      fields: maybe(record),
    }),
    part<Step>({
      kind: fc.constantFrom("approve", "reject"),
      scheme: name,
      by: string,
      fields: maybe(record),
    }),
    part<Step>({
      kind: kind("begin"),
      transaction: name,
      plan: maybe(few(part({ tool: name, args: record }))),
    }),
    part<Step>({ kind: fc.constantFrom("commit", "abort") }),
    part<Step>({ kind: kind("wait"), duration }),
    part<Step>({
      kind: kind("expect"),
      expectation: fc.oneof(
        part({ kind: kind("verdict"), verdict, by: few(name) }),
        part({ kind: kind("needs"), needs: some(need) }),
        part({ kind: kind("with"), obligations: some(obligation) }),
        part({ kind: kind("refused") }),
      ),
    }),
    part<Step>({ kind: kind("repeat"), times: int, steps: few(tie("step")) }),
  ),
}));

function declarationOf(fields: { readonly [key: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Declaration> {
  return part<Declaration>({ annotations: few(annotation, 2), doc: fc.constant(undefined), ...fields });
}

const flags = { shadow: fc.boolean(), waivable: fc.boolean() };
const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  declarationOf({ kind: kind("label"), name: oneWord, integrity: fc.boolean(), implies: few(name) }),
  declarationOf({ kind: fc.constantFrom("tag", "role"), name: oneWord, title: maybe(string) }),
  declarationOf({ kind: kind("assurance"), levels: some(part({ name: oneWord, acr: maybe(string) }), 5) }),
  declarationOf({ kind: kind("type"), name: typeWord, type }),
  declarationOf({ kind: kind("schema"), name: oneWord, record: recordType }),
  declarationOf({ kind: kind("tool"), name, wire: maybe(string), items: block(toolItem) }),
  declarationOf({
    kind: kind("channel"),
    name: oneWord,
    accepts: fc.oneof(fc.constant("any"), some(name)),
    yields: maybe(some(name)),
  }),
  declarationOf({ kind: kind("agent"), name: oneWord, items: block(agentItem) }),
  declarationOf({ kind: kind("delegation"), depth: int }),
  declarationOf({ kind: kind("data"), name: oneWord, type, value: dataValue, from: fc.constant(undefined) }),
  declarationOf({ kind: kind("data"), name: oneWord, type, value: fc.constant(undefined), from: string }),
  declarationOf({
    kind: kind("define"),
    name: oneWord,
    params: few(part({ name: oneWord, type })),
    body: expr,
  }),
  declarationOf({ kind: kind("approval"), name: oneWord, items: block(approvalItem) }),
  declarationOf({
    kind: kind("rule"),
    effect: fc.constantFrom("allow", "deny", "require"),
    ...flags,
    name: oneWord,
    clauses: block(clause),
  }),
  declarationOf({ kind: kind("limit"), ...flags, name: oneWord, items: block(limitItem) }),
  declarationOf({ kind: kind("transaction"), name: oneWord, items: block(transactionItem) }),
  declarationOf({
    kind: kind("exception"),
    name: oneWord,
    to: some(name),
    clauses: block(fc.oneof(clause, uses)),
  }),
  declarationOf({ kind: kind("test"), title: string, steps: few(step, 5) }),
  declarationOf({
    kind: kind("matrix"),
    title: string,
    givens: few(given),
    agents: some(name),
    rows: few(part({ tool: name, args: record, verdicts: some(part({ verdict })) })),
  }),
);

/** A file of any declarations, some of them with longer neighbours of their own kind. */
export const files: fc.Arbitrary<File> = fc
  .record({ module: maybe(name), items: few(declaration, 5) })
  .map((drawn) => ({ ...drawn, kind: "file", span, path: span.file, comments: [] }));
