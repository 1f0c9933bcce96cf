/** Tests and matrices. */
import type {
  BeginCstNode,
  CallStepCstNode,
  ColumnsCstNode,
  ExpectCstNode,
  GivenCstNode,
  HopCstNode,
  MatrixCstNode,
  OutcomeCstNode,
  PlannedCallCstNode,
  RepeatCstNode,
  RowCstNode,
  RulingCstNode,
  StepCstNode,
  TestCstNode,
  VerdictCstNode,
  WaitCstNode,
} from "../../grammar/cst.js";
import type {
  Expectation,
  Given,
  MatrixDeclaration,
  Name,
  RecordValue,
  Step,
  TestDeclaration,
  Verdict,
} from "./ast.js";
import { buildNeedList, buildWithClause, chosen } from "./build-clauses.js";
import { type BuildContext, one, spanOf } from "./build-context.js";
import {
  buildDataValue,
  buildDuration,
  buildInt,
  buildNames,
  buildQname,
  buildRecordLit,
  buildText,
  buildTimestamp,
} from "./build-values.js";
import type { DeclarationHead } from "./declaration-head.js";

export function buildTest(context: BuildContext, node: TestCstNode, head: DeclarationHead): TestDeclaration {
  const { Text, step = [] } = node.children;
  const steps = step.map((item) => buildStep(context, item));
  return { kind: "test", ...head, title: buildText(context, one(Text)), steps };
}

export function buildStep(context: BuildContext, node: StepCstNode): Step {
  const { given, expect, callStep, outcome, ruling, begin, wait, repeat, Commit } = node.children;
  if (callStep !== undefined) return buildCallStep(context, one(callStep));
  if (expect !== undefined) return buildExpect(context, one(expect));
  if (given !== undefined) return buildGiven(context, one(given));
  if (outcome !== undefined) return buildOutcome(context, one(outcome));
  if (ruling !== undefined) return buildRuling(context, one(ruling));
  if (begin !== undefined) return buildBegin(context, one(begin));
  if (wait !== undefined) return buildWait(context, one(wait));
  if (repeat !== undefined) return buildRepeat(context, one(repeat));
  return { kind: Commit === undefined ? "abort" : "commit", span: spanOf(context, node) };
}

export function buildGiven(context: BuildContext, node: GivenCstNode): Given {
  const { User, Text, recordLit, hop, Timestamp, Context, Session, qname, dataValue, On } = node.children;
  const span = spanOf(context, node);
  if (User !== undefined) {
    return {
      kind: "given-user",
      span,
      id: buildText(context, one(Text)),
      fields: optionalRecord(context, recordLit),
    };
  }
  if (hop !== undefined)
    return { kind: "given-agent", span, hops: hop.map((item) => buildHop(context, item)) };
  if (Timestamp !== undefined)
    return { kind: "given-now", span, at: buildTimestamp(context, one(Timestamp)) };
  if (Text !== undefined) return { kind: "given-tenant", span, tenant: buildText(context, one(Text)) };
  if (Context !== undefined || Session !== undefined) {
    const kind = Context === undefined ? "given-session" : "given-context";
    return { kind, span, record: buildRecordLit(context, one(recordLit)) };
  }
  if (qname === undefined) return { kind: "given-outage", span, on: On !== undefined };
  return {
    kind: "given-data",
    span,
    name: buildQname(context, one(qname)),
    value: buildDataValue(context, one(dataValue)),
  };
}

export function buildHop(
  context: BuildContext,
  node: HopCstNode,
): (Given & { kind: "given-agent" })["hops"][number] {
  const { qname, recordLit } = node.children;
  const agent = buildQname(context, one(qname));
  return { span: spanOf(context, node), agent, fields: optionalRecord(context, recordLit) };
}

export function buildCallStep(context: BuildContext, node: CallStepCstNode): Step {
  const { Call, qname, recordLit } = node.children;
  const span = spanOf(context, node);
  const name = buildQname(context, one(qname));
  const args = optionalRecord(context, recordLit);
  return Call === undefined
    ? { kind: "send", span, channel: name, args }
    : { kind: "call", span, tool: name, args };
}

export function buildOutcome(context: BuildContext, node: OutcomeCstNode): Step {
  const { Ok, Failed, NotRun, Unknown, recordLit } = node.children;
  const status = chosen({ ok: Ok, failed: Failed, not_run: NotRun, unknown: Unknown });
  return { kind: "outcome", span: spanOf(context, node), status, fields: optionalRecord(context, recordLit) };
}

export function buildRuling(context: BuildContext, node: RulingCstNode): Step {
  const { Approve, qname, Text, recordLit } = node.children;
  return {
    kind: Approve === undefined ? "reject" : "approve",
    span: spanOf(context, node),
    scheme: buildQname(context, one(qname)),
    by: buildText(context, one(Text)),
    fields: optionalRecord(context, recordLit),
  };
}

export function buildBegin(context: BuildContext, node: BeginCstNode): Step {
  const { qname, Plan, plannedCall = [] } = node.children;
  const plan = Plan === undefined ? undefined : plannedCall.map((call) => buildPlannedCall(context, call));
  return { kind: "begin", span: spanOf(context, node), transaction: buildQname(context, one(qname)), plan };
}

type PlannedCall = NonNullable<(Step & { kind: "begin" })["plan"]>[number];

export function buildPlannedCall(context: BuildContext, node: PlannedCallCstNode): PlannedCall {
  const { qname, recordLit } = node.children;
  const tool = buildQname(context, one(qname));
  const args = buildRecordLit(context, one(recordLit));
  return { span: { ...tool.span, end: args.span.end }, tool, args };
}

export function buildWait(context: BuildContext, node: WaitCstNode): Step {
  return {
    kind: "wait",
    span: spanOf(context, node),
    duration: buildDuration(context, one(node.children.Duration)),
  };
}

export function buildRepeat(context: BuildContext, node: RepeatCstNode): Step {
  const { Int, step = [] } = node.children;
  const steps = step.map((item) => buildStep(context, item));
  return { kind: "repeat", span: spanOf(context, node), times: buildInt(context, one(Int)), steps };
}

export function buildExpect(context: BuildContext, node: ExpectCstNode): Step {
  const { verdict, names, needList, withClause } = node.children;
  const span = spanOf(context, node);
  const expectation = (): Expectation => {
    if (verdict !== undefined) {
      const by = names === undefined ? [] : buildNames(context, one(names));
      return { kind: "verdict", span, verdict: buildVerdict(context, one(verdict)), by };
    }
    if (needList !== undefined) return { kind: "needs", span, needs: buildNeedList(context, one(needList)) };
    if (withClause !== undefined) {
      return { kind: "with", span, obligations: buildWithClause(context, one(withClause)).obligations };
    }
    return { kind: "refused", span };
  };
  return { kind: "expect", span, expectation: expectation() };
}

export function buildVerdict(_context: BuildContext, node: VerdictCstNode): Verdict {
  const { Allow, Deny, StepUp, RequireApproval } = node.children;
  return chosen({ allow: Allow, deny: Deny, "step-up": StepUp, "require-approval": RequireApproval });
}

export function buildMatrix(
  context: BuildContext,
  node: MatrixCstNode,
  head: DeclarationHead,
): MatrixDeclaration {
  const { Text, given = [], columns, row = [] } = node.children;
  return {
    kind: "matrix",
    ...head,
    title: buildText(context, one(Text)),
    givens: given.map((item) => buildGiven(context, item)),
    agents: buildColumns(context, one(columns)),
    rows: row.map((item) => buildRow(context, item)),
  };
}

export function buildColumns(context: BuildContext, node: ColumnsCstNode): readonly Name[] {
  return node.children.qname.map((name) => buildQname(context, name));
}

export function buildRow(context: BuildContext, node: RowCstNode): MatrixDeclaration["rows"][number] {
  const { qname, recordLit, verdict } = node.children;
  return {
    span: spanOf(context, node),
    tool: buildQname(context, one(qname)),
    args: buildRecordLit(context, one(recordLit)),
    verdicts: verdict.map((cell) => ({ span: spanOf(context, cell), verdict: buildVerdict(context, cell) })),
  };
}

function optionalRecord(
  context: BuildContext,
  nodes: Parameters<typeof buildRecordLit>[1][] | undefined,
): RecordValue | undefined {
  return nodes === undefined ? undefined : buildRecordLit(context, one(nodes));
}
