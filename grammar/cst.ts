// biome-ignore-all format: generated
/** The concrete tree, one type per rule. Generated from parser.ts by `npm run grammar`. */
import type { CstNode, IToken } from "chevrotain";

export interface FileCstNode extends CstNode {
  name: "file";
  children: FileCstChildren;
}

export type FileCstChildren = {
  moduleHeader?: ModuleHeaderCstNode[];
  item?: ItemCstNode[];
};

export interface ModuleHeaderCstNode extends CstNode {
  name: "moduleHeader";
  children: ModuleHeaderCstChildren;
}

export type ModuleHeaderCstChildren = {
  Module: IToken[];
  qname: QnameCstNode[];
};

export interface ItemCstNode extends CstNode {
  name: "item";
  children: ItemCstChildren;
}

export type ItemCstChildren = {
  annotation?: AnnotationCstNode[];
  decl: DeclCstNode[];
};

export interface AnnotationCstNode extends CstNode {
  name: "annotation";
  children: AnnotationCstChildren;
}

export type AnnotationCstChildren = {
  At_: IToken[];
  Name: IToken[];
  LRound?: IToken[];
  value?: (ValueCstNode)[];
  Comma?: IToken[];
  RRound?: IToken[];
};

export interface DeclCstNode extends CstNode {
  name: "decl";
  children: DeclCstChildren;
}

export type DeclCstChildren = {
  label?: LabelCstNode[];
  tag?: TagCstNode[];
  assurance?: AssuranceCstNode[];
  role?: RoleCstNode[];
  type?: TypeCstNode[];
  schema?: SchemaCstNode[];
  tool?: ToolCstNode[];
  channel?: ChannelCstNode[];
  agent?: AgentCstNode[];
  delegation?: DelegationCstNode[];
  data?: DataCstNode[];
  define?: DefineCstNode[];
  approval?: ApprovalCstNode[];
  Shadow?: IToken[];
  Waivable?: IToken[];
  rule?: RuleCstNode[];
  limit?: LimitCstNode[];
  transaction?: TransactionCstNode[];
  exception?: ExceptionCstNode[];
  test?: TestCstNode[];
  matrix?: MatrixCstNode[];
};

export interface QnameCstNode extends CstNode {
  name: "qname";
  children: QnameCstChildren;
}

export type QnameCstChildren = {
  Name: IToken[];
  Dot?: IToken[];
  Word?: IToken[];
};

export interface NamesCstNode extends CstNode {
  name: "names";
  children: NamesCstChildren;
}

export type NamesCstChildren = {
  qname: (QnameCstNode)[];
  Comma?: IToken[];
};

export interface NumberCstNode extends CstNode {
  name: "number";
  children: NumberCstChildren;
}

export type NumberCstChildren = {
  Int?: IToken[];
  Decimal?: IToken[];
};

export interface LiteralCstNode extends CstNode {
  name: "literal";
  children: LiteralCstChildren;
}

export type LiteralCstChildren = {
  Text?: IToken[];
  number?: NumberCstNode[];
  Duration?: IToken[];
  Timestamp?: IToken[];
  True?: IToken[];
  False?: IToken[];
};

export interface ValueCstNode extends CstNode {
  name: "value";
  children: ValueCstChildren;
}

export type ValueCstChildren = {
  literal?: LiteralCstNode[];
  Minus?: IToken[];
  number?: NumberCstNode[];
  qname?: QnameCstNode[];
  recordLit?: RecordLitCstNode[];
  LSquare?: IToken[];
  value?: (ValueCstNode)[];
  Comma?: IToken[];
  RSquare?: IToken[];
};

export interface RecordLitCstNode extends CstNode {
  name: "recordLit";
  children: RecordLitCstChildren;
}

export type RecordLitCstChildren = {
  LCurly: IToken[];
  entry?: EntryCstNode[];
  RCurly: IToken[];
};

export interface EntryCstNode extends CstNode {
  name: "entry";
  children: EntryCstChildren;
}

export type EntryCstChildren = {
  Word: IToken[];
  Colon: IToken[];
  value: ValueCstNode[];
  Comma?: IToken[];
};

export interface SpanCstNode extends CstNode {
  name: "span";
  children: SpanCstChildren;
}

export type SpanCstChildren = {
  Timestamp: (IToken)[];
  DotDot: IToken[];
};

export interface LabelCstNode extends CstNode {
  name: "label";
  children: LabelCstChildren;
}

export type LabelCstChildren = {
  Label: IToken[];
  Name: IToken[];
  Integrity?: IToken[];
  Implies?: IToken[];
  names?: NamesCstNode[];
};

export interface TagCstNode extends CstNode {
  name: "tag";
  children: TagCstChildren;
}

export type TagCstChildren = {
  Tag: IToken[];
  Name: IToken[];
  Text?: IToken[];
};

export interface AssuranceCstNode extends CstNode {
  name: "assurance";
  children: AssuranceCstChildren;
}

export type AssuranceCstChildren = {
  Assurance: IToken[];
  level: (LevelCstNode)[];
  Less?: IToken[];
};

export interface LevelCstNode extends CstNode {
  name: "level";
  children: LevelCstChildren;
}

export type LevelCstChildren = {
  Name: IToken[];
  As?: IToken[];
  Text?: IToken[];
};

export interface RoleCstNode extends CstNode {
  name: "role";
  children: RoleCstChildren;
}

export type RoleCstChildren = {
  Role: IToken[];
  Name: IToken[];
  Text?: IToken[];
};

export interface TypeCstNode extends CstNode {
  name: "type";
  children: TypeCstChildren;
}

export type TypeCstChildren = {
  Type: IToken[];
  TypeName: IToken[];
  Equal: IToken[];
  typeExpr: TypeExprCstNode[];
};

export interface TypeExprCstNode extends CstNode {
  name: "typeExpr";
  children: TypeExprCstChildren;
}

export type TypeExprCstChildren = {
  record?: RecordCstNode[];
  union?: UnionCstNode[];
  namedType?: NamedTypeCstNode[];
};

export interface UnionCstNode extends CstNode {
  name: "union";
  children: UnionCstChildren;
}

export type UnionCstChildren = {
  Text: (IToken)[];
  Pipe?: IToken[];
};

export interface NamedTypeCstNode extends CstNode {
  name: "namedType";
  children: NamedTypeCstChildren;
}

export type NamedTypeCstChildren = {
  typeName: TypeNameCstNode[];
  Less?: IToken[];
  typeArg?: (TypeArgCstNode)[];
  Comma?: IToken[];
  Greater?: IToken[];
};

export interface TypeArgCstNode extends CstNode {
  name: "typeArg";
  children: TypeArgCstChildren;
}

export type TypeArgCstChildren = {
  bound?: (BoundCstNode)[];
  DotDot?: IToken[];
  typeExpr?: TypeExprCstNode[];
};

export interface BoundCstNode extends CstNode {
  name: "bound";
  children: BoundCstChildren;
}

export type BoundCstChildren = {
  Minus?: IToken[];
  number: NumberCstNode[];
};

export interface TypeNameCstNode extends CstNode {
  name: "typeName";
  children: TypeNameCstChildren;
}

export type TypeNameCstChildren = {
  Name?: IToken[];
  TypeName?: IToken[];
  Dot?: IToken[];
  Word?: IToken[];
};

export interface RecordCstNode extends CstNode {
  name: "record";
  children: RecordCstChildren;
}

export type RecordCstChildren = {
  LCurly: IToken[];
  field?: FieldCstNode[];
  RCurly: IToken[];
};

export interface FieldCstNode extends CstNode {
  name: "field";
  children: FieldCstChildren;
}

export type FieldCstChildren = {
  annotation?: AnnotationCstNode[];
  Word: IToken[];
  Question?: IToken[];
  Colon: IToken[];
  typeExpr: TypeExprCstNode[];
  Equal?: IToken[];
  value?: ValueCstNode[];
  As?: IToken[];
  Text?: IToken[];
  Comma?: IToken[];
};

export interface SchemaCstNode extends CstNode {
  name: "schema";
  children: SchemaCstChildren;
}

export type SchemaCstChildren = {
  Schema: IToken[];
  Name: IToken[];
  record: RecordCstNode[];
};

export interface ToolCstNode extends CstNode {
  name: "tool";
  children: ToolCstChildren;
}

export type ToolCstChildren = {
  Tool: IToken[];
  qname: QnameCstNode[];
  As?: IToken[];
  Text?: IToken[];
  LCurly: IToken[];
  toolItem?: ToolItemCstNode[];
  RCurly: IToken[];
};

export interface ToolItemCstNode extends CstNode {
  name: "toolItem";
  children: ToolItemCstChildren;
}

export type ToolItemCstChildren = {
  Title?: IToken[];
  Text?: (IToken)[];
  Action?: IToken[];
  actionName?: ActionNameCstNode[];
  Irreversible?: IToken[];
  Undo?: IToken[];
  qname?: QnameCstNode[];
  Tier?: IToken[];
  Int?: IToken[];
  Args?: IToken[];
  record?: RecordCstNode[];
  Result?: IToken[];
  typeExpr?: TypeExprCstNode[];
  accepts?: AcceptsCstNode[];
  yields?: YieldsCstNode[];
  Tags?: IToken[];
  names?: NamesCstNode[];
  Scope?: IToken[];
  Timeout?: IToken[];
  Duration?: IToken[];
};

export interface ActionNameCstNode extends CstNode {
  name: "actionName";
  children: ActionNameCstChildren;
}

export type ActionNameCstChildren = {
  Read?: IToken[];
  Write?: IToken[];
  Admin?: IToken[];
};

export interface AcceptsCstNode extends CstNode {
  name: "accepts";
  children: AcceptsCstChildren;
}

export type AcceptsCstChildren = {
  Accepts: IToken[];
  Any?: IToken[];
  names?: NamesCstNode[];
};

export interface YieldsCstNode extends CstNode {
  name: "yields";
  children: YieldsCstChildren;
}

export type YieldsCstChildren = {
  Yields: IToken[];
  names: NamesCstNode[];
};

export interface ChannelCstNode extends CstNode {
  name: "channel";
  children: ChannelCstChildren;
}

export type ChannelCstChildren = {
  Channel: IToken[];
  Name: IToken[];
  accepts: AcceptsCstNode[];
  yields?: YieldsCstNode[];
};

export interface AgentCstNode extends CstNode {
  name: "agent";
  children: AgentCstChildren;
}

export type AgentCstChildren = {
  Agent: IToken[];
  Name: IToken[];
  LCurly: IToken[];
  agentItem?: AgentItemCstNode[];
  RCurly: IToken[];
};

export interface AgentItemCstNode extends CstNode {
  name: "agentItem";
  children: AgentItemCstChildren;
}

export type AgentItemCstChildren = {
  Title?: IToken[];
  Text?: (IToken)[];
  Owner?: IToken[];
  Acts?: IToken[];
  For?: IToken[];
  User?: IToken[];
  Alone?: IToken[];
  Invoked?: IToken[];
  By?: IToken[];
  names?: NamesCstNode[];
  Credential?: IToken[];
  Duration?: IToken[];
};

export interface DelegationCstNode extends CstNode {
  name: "delegation";
  children: DelegationCstChildren;
}

export type DelegationCstChildren = {
  Delegation: IToken[];
  LCurly: IToken[];
  Depth: IToken[];
  Int: IToken[];
  RCurly: IToken[];
};

export interface DataCstNode extends CstNode {
  name: "data";
  children: DataCstChildren;
}

export type DataCstChildren = {
  Data: IToken[];
  Name: IToken[];
  Colon: IToken[];
  typeExpr: TypeExprCstNode[];
  Equal?: IToken[];
  dataValue?: DataValueCstNode[];
  From?: IToken[];
  Text?: IToken[];
};

export interface DataValueCstNode extends CstNode {
  name: "dataValue";
  children: DataValueCstChildren;
}

export type DataValueCstChildren = {
  span?: SpanCstNode[];
  value?: ValueCstNode[];
};

export interface DefineCstNode extends CstNode {
  name: "define";
  children: DefineCstChildren;
}

export type DefineCstChildren = {
  Define: IToken[];
  Name: IToken[];
  LRound?: IToken[];
  param?: (ParamCstNode)[];
  Comma?: IToken[];
  RRound?: IToken[];
  Equal: IToken[];
  expr: ExprCstNode[];
};

export interface ParamCstNode extends CstNode {
  name: "param";
  children: ParamCstChildren;
}

export type ParamCstChildren = {
  Name: IToken[];
  Colon: IToken[];
  typeExpr: TypeExprCstNode[];
};

export interface ApprovalCstNode extends CstNode {
  name: "approval";
  children: ApprovalCstChildren;
}

export type ApprovalCstChildren = {
  Approval: IToken[];
  Name: IToken[];
  LCurly: IToken[];
  approvalItem?: ApprovalItemCstNode[];
  RCurly: IToken[];
};

export interface ApprovalItemCstNode extends CstNode {
  name: "approvalItem";
  children: ApprovalItemCstChildren;
}

export type ApprovalItemCstChildren = {
  From?: IToken[];
  Role?: IToken[];
  names?: NamesCstNode[];
  At?: IToken[];
  qname?: QnameCstNode[];
  Quorum?: IToken[];
  Int?: IToken[];
  Expires?: IToken[];
  Duration?: IToken[];
  usesClause?: UsesClauseCstNode[];
  Binds?: IToken[];
  Args?: IToken[];
  Plan?: IToken[];
};

export interface RuleCstNode extends CstNode {
  name: "rule";
  children: RuleCstChildren;
}

export type RuleCstChildren = {
  Allow?: IToken[];
  Deny?: IToken[];
  Require?: IToken[];
  Name: IToken[];
  LCurly: IToken[];
  clause?: ClauseCstNode[];
  RCurly: IToken[];
};

export interface ClauseCstNode extends CstNode {
  name: "clause";
  children: ClauseCstChildren;
}

export type ClauseCstChildren = {
  agentClause?: AgentClauseCstNode[];
  callClause?: CallClauseCstNode[];
  conditionClause?: ConditionClauseCstNode[];
  needClause?: NeedClauseCstNode[];
  withClause?: WithClauseCstNode[];
  untilClause?: UntilClauseCstNode[];
  becauseClause?: BecauseClauseCstNode[];
};

export interface AgentClauseCstNode extends CstNode {
  name: "agentClause";
  children: AgentClauseCstChildren;
}

export type AgentClauseCstChildren = {
  Agent: IToken[];
  Any?: IToken[];
  names?: NamesCstNode[];
  forWhom?: ForWhomCstNode[];
};

export interface ForWhomCstNode extends CstNode {
  name: "forWhom";
  children: ForWhomCstChildren;
}

export type ForWhomCstChildren = {
  For: IToken[];
  Any?: IToken[];
  Nobody?: IToken[];
  Role?: IToken[];
  names?: NamesCstNode[];
  User?: IToken[];
  Text?: (IToken)[];
  Comma?: IToken[];
};

export interface CallClauseCstNode extends CstNode {
  name: "callClause";
  children: CallClauseCstChildren;
}

export type CallClauseCstChildren = {
  Call: IToken[];
  target: (TargetCstNode)[];
  Comma?: IToken[];
};

export interface TargetCstNode extends CstNode {
  name: "target";
  children: TargetCstChildren;
}

export type TargetCstChildren = {
  Any?: IToken[];
  channelTarget?: ChannelTargetCstNode[];
  pattern?: PatternCstNode[];
  filter?: FilterCstNode[];
};

export interface ChannelTargetCstNode extends CstNode {
  name: "channelTarget";
  children: ChannelTargetCstChildren;
}

export type ChannelTargetCstChildren = {
  Channel: IToken[];
  Any?: IToken[];
  qname?: QnameCstNode[];
};

export interface PatternCstNode extends CstNode {
  name: "pattern";
  children: PatternCstChildren;
}

export type PatternCstChildren = {
  Name: IToken[];
  Dot?: IToken[];
  Word?: IToken[];
  Star?: IToken[];
};

export interface FilterCstNode extends CstNode {
  name: "filter";
  children: FilterCstChildren;
}

export type FilterCstChildren = {
  actionName?: (ActionNameCstNode)[];
  Or?: IToken[];
  Tier?: IToken[];
  Int?: (IToken)[];
  DotDot?: IToken[];
  Irreversible?: IToken[];
  Tagged?: IToken[];
  qname?: (QnameCstNode)[];
  Inside?: IToken[];
};

export interface ConditionClauseCstNode extends CstNode {
  name: "conditionClause";
  children: ConditionClauseCstChildren;
}

export type ConditionClauseCstChildren = {
  When?: IToken[];
  Unless?: IToken[];
  expr: ExprCstNode[];
};

export interface NeedClauseCstNode extends CstNode {
  name: "needClause";
  children: NeedClauseCstChildren;
}

export type NeedClauseCstChildren = {
  Need: IToken[];
  needList: NeedListCstNode[];
};

export interface NeedListCstNode extends CstNode {
  name: "needList";
  children: NeedListCstChildren;
}

export type NeedListCstChildren = {
  need: (NeedCstNode)[];
  Comma?: IToken[];
};

export interface NeedCstNode extends CstNode {
  name: "need";
  children: NeedCstChildren;
}

export type NeedCstChildren = {
  Approval?: IToken[];
  qname?: (QnameCstNode)[];
  StepUp?: IToken[];
  Within?: IToken[];
  Duration?: IToken[];
  Confirmation?: IToken[];
};

export interface WithClauseCstNode extends CstNode {
  name: "withClause";
  children: WithClauseCstChildren;
}

export type WithClauseCstChildren = {
  With: IToken[];
  obligation: (ObligationCstNode)[];
  Comma?: IToken[];
};

export interface ObligationCstNode extends CstNode {
  name: "obligation";
  children: ObligationCstChildren;
}

export type ObligationCstChildren = {
  Name: IToken[];
  arguments?: ArgumentsCstNode[];
};

export interface UntilClauseCstNode extends CstNode {
  name: "untilClause";
  children: UntilClauseCstChildren;
}

export type UntilClauseCstChildren = {
  Until: IToken[];
  Timestamp: IToken[];
};

export interface BecauseClauseCstNode extends CstNode {
  name: "becauseClause";
  children: BecauseClauseCstChildren;
}

export type BecauseClauseCstChildren = {
  Because: IToken[];
  Text: IToken[];
};

export interface UsesClauseCstNode extends CstNode {
  name: "usesClause";
  children: UsesClauseCstChildren;
}

export type UsesClauseCstChildren = {
  Uses: IToken[];
  Int: IToken[];
};

export interface LimitCstNode extends CstNode {
  name: "limit";
  children: LimitCstChildren;
}

export type LimitCstChildren = {
  Limit: IToken[];
  Name: IToken[];
  LCurly: IToken[];
  limitItem?: LimitItemCstNode[];
  RCurly: IToken[];
};

export interface LimitItemCstNode extends CstNode {
  name: "limitItem";
  children: LimitItemCstChildren;
}

export type LimitItemCstChildren = {
  agentClause?: AgentClauseCstNode[];
  callClause?: CallClauseCstNode[];
  conditionClause?: ConditionClauseCstNode[];
  Per?: IToken[];
  keys?: KeysCstNode[];
  atMost?: AtMostCstNode[];
  Over?: IToken[];
  Deny?: IToken[];
  Alert?: IToken[];
  needClause?: NeedClauseCstNode[];
  becauseClause?: BecauseClauseCstNode[];
};

export interface KeysCstNode extends CstNode {
  name: "keys";
  children: KeysCstChildren;
}

export type KeysCstChildren = {
  key: (KeyCstNode)[];
  Comma?: IToken[];
};

export interface KeyCstNode extends CstNode {
  name: "key";
  children: KeyCstChildren;
}

export type KeyCstChildren = {
  qname: QnameCstNode[];
};

export interface AtMostCstNode extends CstNode {
  name: "atMost";
  children: AtMostCstChildren;
}

export type AtMostCstChildren = {
  At: IToken[];
  Most: IToken[];
  number: NumberCstNode[];
  meter: MeterCstNode[];
  In: IToken[];
  window: WindowCstNode[];
};

export interface MeterCstNode extends CstNode {
  name: "meter";
  children: MeterCstChildren;
}

export type MeterCstChildren = {
  Of?: IToken[];
  sum?: SumCstNode[];
  Calls?: IToken[];
  Successes?: IToken[];
  Attempts?: IToken[];
  Denials?: IToken[];
  Failures?: IToken[];
};

export interface WindowCstNode extends CstNode {
  name: "window";
  children: WindowCstChildren;
}

export type WindowCstChildren = {
  Duration?: IToken[];
  Calendar?: IToken[];
  Name?: IToken[];
  Transaction?: IToken[];
  Session?: IToken[];
};

export interface TransactionCstNode extends CstNode {
  name: "transaction";
  children: TransactionCstChildren;
}

export type TransactionCstChildren = {
  Transaction: IToken[];
  Name: IToken[];
  LCurly: IToken[];
  transactionItem?: TransactionItemCstNode[];
  RCurly: IToken[];
};

export interface TransactionItemCstNode extends CstNode {
  name: "transactionItem";
  children: TransactionItemCstChildren;
}

export type TransactionItemCstChildren = {
  agentClause?: AgentClauseCstNode[];
  Lasts?: IToken[];
  Duration?: (IToken)[];
  Idle?: IToken[];
  Steps?: IToken[];
  Int?: IToken[];
  Order?: IToken[];
  LCurly?: IToken[];
  transactionStep?: TransactionStepCstNode[];
  RCurly?: IToken[];
  Irreversible?: IToken[];
  Last?: IToken[];
  Confirm?: IToken[];
  Plan?: IToken[];
};

export interface TransactionStepCstNode extends CstNode {
  name: "transactionStep";
  children: TransactionStepCstChildren;
}

export type TransactionStepCstChildren = {
  Once?: IToken[];
  Maybe?: IToken[];
  At?: IToken[];
  Most?: IToken[];
  Int?: IToken[];
  pattern: (PatternCstNode)[];
  Or?: IToken[];
};

export interface ExceptionCstNode extends CstNode {
  name: "exception";
  children: ExceptionCstChildren;
}

export type ExceptionCstChildren = {
  Exception: IToken[];
  Name: IToken[];
  To: IToken[];
  names: NamesCstNode[];
  LCurly: IToken[];
  exceptionItem?: ExceptionItemCstNode[];
  RCurly: IToken[];
};

export interface ExceptionItemCstNode extends CstNode {
  name: "exceptionItem";
  children: ExceptionItemCstChildren;
}

export type ExceptionItemCstChildren = {
  clause?: ClauseCstNode[];
  usesClause?: UsesClauseCstNode[];
};

export interface TestCstNode extends CstNode {
  name: "test";
  children: TestCstChildren;
}

export type TestCstChildren = {
  Test: IToken[];
  Text: IToken[];
  LCurly: IToken[];
  step?: StepCstNode[];
  RCurly: IToken[];
};

export interface StepCstNode extends CstNode {
  name: "step";
  children: StepCstChildren;
}

export type StepCstChildren = {
  given?: GivenCstNode[];
  expect?: ExpectCstNode[];
  callStep?: CallStepCstNode[];
  outcome?: OutcomeCstNode[];
  ruling?: RulingCstNode[];
  begin?: BeginCstNode[];
  Commit?: IToken[];
  Abort?: IToken[];
  wait?: WaitCstNode[];
  repeat?: RepeatCstNode[];
};

export interface GivenCstNode extends CstNode {
  name: "given";
  children: GivenCstChildren;
}

export type GivenCstChildren = {
  Given: IToken[];
  User?: IToken[];
  Text?: (IToken)[];
  recordLit?: (RecordLitCstNode)[];
  Agent?: IToken[];
  hop?: (HopCstNode)[];
  Greater?: IToken[];
  Now?: IToken[];
  Timestamp?: IToken[];
  Tenant?: IToken[];
  Context?: IToken[];
  Session?: IToken[];
  Data?: IToken[];
  qname?: QnameCstNode[];
  Equal?: IToken[];
  dataValue?: DataValueCstNode[];
  Outage?: IToken[];
  On?: IToken[];
  Off?: IToken[];
};

export interface HopCstNode extends CstNode {
  name: "hop";
  children: HopCstChildren;
}

export type HopCstChildren = {
  qname: QnameCstNode[];
  recordLit?: RecordLitCstNode[];
};

export interface CallStepCstNode extends CstNode {
  name: "callStep";
  children: CallStepCstChildren;
}

export type CallStepCstChildren = {
  Call?: IToken[];
  Send?: IToken[];
  qname: QnameCstNode[];
  recordLit?: RecordLitCstNode[];
};

export interface OutcomeCstNode extends CstNode {
  name: "outcome";
  children: OutcomeCstChildren;
}

export type OutcomeCstChildren = {
  Outcome: IToken[];
  Ok?: IToken[];
  Failed?: IToken[];
  NotRun?: IToken[];
  Unknown?: IToken[];
  recordLit?: RecordLitCstNode[];
};

export interface RulingCstNode extends CstNode {
  name: "ruling";
  children: RulingCstChildren;
}

export type RulingCstChildren = {
  Approve?: IToken[];
  Reject?: IToken[];
  qname: QnameCstNode[];
  By: IToken[];
  Text: IToken[];
  recordLit?: RecordLitCstNode[];
};

export interface BeginCstNode extends CstNode {
  name: "begin";
  children: BeginCstChildren;
}

export type BeginCstChildren = {
  Begin: IToken[];
  qname: QnameCstNode[];
  Plan?: IToken[];
  LSquare?: IToken[];
  plannedCall?: PlannedCallCstNode[];
  RSquare?: IToken[];
};

export interface PlannedCallCstNode extends CstNode {
  name: "plannedCall";
  children: PlannedCallCstChildren;
}

export type PlannedCallCstChildren = {
  qname: QnameCstNode[];
  recordLit: RecordLitCstNode[];
  Comma?: IToken[];
};

export interface WaitCstNode extends CstNode {
  name: "wait";
  children: WaitCstChildren;
}

export type WaitCstChildren = {
  Wait: IToken[];
  Duration: IToken[];
};

export interface RepeatCstNode extends CstNode {
  name: "repeat";
  children: RepeatCstChildren;
}

export type RepeatCstChildren = {
  Repeat: IToken[];
  Int: IToken[];
  LCurly: IToken[];
  step?: StepCstNode[];
  RCurly: IToken[];
};

export interface ExpectCstNode extends CstNode {
  name: "expect";
  children: ExpectCstChildren;
}

export type ExpectCstChildren = {
  Expect: IToken[];
  verdict?: VerdictCstNode[];
  By?: IToken[];
  names?: NamesCstNode[];
  Needs?: IToken[];
  needList?: NeedListCstNode[];
  withClause?: WithClauseCstNode[];
  Refused?: IToken[];
};

export interface VerdictCstNode extends CstNode {
  name: "verdict";
  children: VerdictCstChildren;
}

export type VerdictCstChildren = {
  Allow?: IToken[];
  Deny?: IToken[];
  StepUp?: IToken[];
  RequireApproval?: IToken[];
};

export interface MatrixCstNode extends CstNode {
  name: "matrix";
  children: MatrixCstChildren;
}

export type MatrixCstChildren = {
  Matrix: IToken[];
  Text: IToken[];
  LCurly: IToken[];
  given?: GivenCstNode[];
  columns: ColumnsCstNode[];
  row?: RowCstNode[];
  RCurly: IToken[];
};

export interface ColumnsCstNode extends CstNode {
  name: "columns";
  children: ColumnsCstChildren;
}

export type ColumnsCstChildren = {
  Agents: IToken[];
  qname: (QnameCstNode)[];
  Pipe?: IToken[];
};

export interface RowCstNode extends CstNode {
  name: "row";
  children: RowCstChildren;
}

export type RowCstChildren = {
  qname: QnameCstNode[];
  recordLit: RecordLitCstNode[];
  verdict: (VerdictCstNode)[];
  Pipe?: IToken[];
};

export interface ExprCstNode extends CstNode {
  name: "expr";
  children: ExprCstChildren;
}

export type ExprCstChildren = {
  operand: OperandCstNode[];
  operation?: OperationCstNode[];
};

export interface OperationCstNode extends CstNode {
  name: "operation";
  children: OperationCstChildren;
}

export type OperationCstChildren = {
  operator?: (IToken)[];
  operand?: (OperandCstNode)[];
  Not?: IToken[];
  Text?: IToken[];
};

export interface SumCstNode extends CstNode {
  name: "sum";
  children: SumCstChildren;
}

export type SumCstChildren = {
  operand: (OperandCstNode)[];
  operator?: (IToken)[];
};

export interface OperandCstNode extends CstNode {
  name: "operand";
  children: OperandCstChildren;
}

export type OperandCstChildren = {
  Not?: IToken[];
  has?: HasCstNode[];
  Minus?: IToken[];
  primary?: PrimaryCstNode[];
  selector?: SelectorCstNode[];
};

export interface HasCstNode extends CstNode {
  name: "has";
  children: HasCstChildren;
}

export type HasCstChildren = {
  Has: IToken[];
  qname: QnameCstNode[];
  LSquare?: IToken[];
  Text?: IToken[];
  RSquare?: IToken[];
};

export interface SelectorCstNode extends CstNode {
  name: "selector";
  children: SelectorCstChildren;
}

export type SelectorCstChildren = {
  Dot?: IToken[];
  Word?: IToken[];
  LSquare?: IToken[];
  Text?: IToken[];
  RSquare?: IToken[];
};

export interface PrimaryCstNode extends CstNode {
  name: "primary";
  children: PrimaryCstChildren;
}

export type PrimaryCstChildren = {
  literal?: LiteralCstNode[];
  list?: ListCstNode[];
  LRound?: IToken[];
  expr?: ExprCstNode[];
  RRound?: IToken[];
  qname?: QnameCstNode[];
  arguments?: ArgumentsCstNode[];
  prior?: PriorCstNode[];
  quantifier?: QuantifierCstNode[];
};

export interface ListCstNode extends CstNode {
  name: "list";
  children: ListCstChildren;
}

export type ListCstChildren = {
  LSquare: IToken[];
  exprs?: ExprsCstNode[];
  RSquare: IToken[];
};

export interface ArgumentsCstNode extends CstNode {
  name: "arguments";
  children: ArgumentsCstChildren;
}

export type ArgumentsCstChildren = {
  LRound: IToken[];
  exprs: ExprsCstNode[];
  RRound: IToken[];
};

export interface ExprsCstNode extends CstNode {
  name: "exprs";
  children: ExprsCstChildren;
}

export type ExprsCstChildren = {
  expr: (ExprCstNode)[];
  Comma?: IToken[];
};

export interface QuantifierCstNode extends CstNode {
  name: "quantifier";
  children: QuantifierCstChildren;
}

export type QuantifierCstChildren = {
  Some?: IToken[];
  All?: IToken[];
  Name: IToken[];
  In: IToken[];
  sum: SumCstNode[];
  LCurly: IToken[];
  expr: ExprCstNode[];
  RCurly: IToken[];
};

export interface PriorCstNode extends CstNode {
  name: "prior";
  children: PriorCstChildren;
}

export type PriorCstChildren = {
  Prior: IToken[];
  qname: QnameCstNode[];
  Ok?: IToken[];
  Failed?: IToken[];
  Denied?: IToken[];
  Within: IToken[];
  Duration: IToken[];
  Same: IToken[];
  key?: KeyCstNode[];
  LRound?: IToken[];
  keys?: KeysCstNode[];
  RRound?: IToken[];
};

