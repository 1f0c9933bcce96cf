import type {
  Clause,
  Declaration,
  Expr,
  Field,
  File,
  Given,
  LimitItem,
  Name,
  Node,
  RecordType,
  Step,
  ToolItem,
  TransactionItem,
  TypeArg,
  TypeExpr,
  UsesClause,
  Value,
} from "../syntax/ast.js";
import { operandsOf } from "./operands.js";

/**
 * A place that comments can belong to.
 *
 * `block`: children stand between brackets, each on its own line when broken. `bare`: children stand one after
 * another without brackets around them. `whole`: has at most blocks inside; any other comment in it is its own.
 */
export interface Spot {
  readonly node: object;
  readonly form: "block" | "bare" | "whole";
  readonly from: number;
  readonly to: number;
  readonly children: readonly Spot[];
}

/** The places of a whole file, in the order of its text. */
export function spotsOf(file: File): Spot {
  const header = file.module === undefined ? [] : [whole(file.module)];
  return {
    node: file,
    form: "block",
    from: 0,
    to: Number.POSITIVE_INFINITY,
    children: [...header, ...file.items.map(declarationSpot)],
  };
}

function spot(node: Node, form: Spot["form"], children: readonly Spot[]): Spot {
  return { node, form, from: node.span.start, to: node.span.end, children };
}

function whole(node: Node, children: readonly Spot[] = []): Spot {
  return spot(node, "whole", children);
}

function bare(node: Node, children: readonly Node[]): Spot {
  return children.length < 2
    ? whole(node)
    : spot(
        node,
        "bare",
        children.map((child) => whole(child)),
      );
}

function block(node: Node, children: readonly Spot[]): Spot {
  return spot(node, "block", children);
}

function declarationSpot(declaration: Declaration): Spot {
  const made = bodySpot(declaration);
  const first = declaration.annotations[0]?.span.start ?? made.from;
  return { ...made, from: Math.min(first, made.from) };
}

function bodySpot(declaration: Declaration): Spot {
  switch (declaration.kind) {
    case "label":
    case "tag":
    case "role":
    case "channel":
    case "delegation":
      return whole(declaration);
    case "assurance":
      return bare(declaration, declaration.levels);
    case "type":
      return whole(declaration, blocksInType(declaration.type));
    case "schema":
      return whole(declaration, [recordSpot(declaration.record)]);
    case "data":
      return whole(declaration, [
        ...blocksInType(declaration.type),
        ...(declaration.value === undefined ? [] : blocksInValue(declaration.value)),
      ]);
    case "define":
      return bare(declaration, operandsOf(declaration.body));
    case "tool":
      return block(declaration, declaration.items.map(toolItemSpot));
    case "agent":
    case "approval":
      return block(
        declaration,
        declaration.items.map((item) => whole(item)),
      );
    case "rule":
    case "exception":
      return block(declaration, declaration.clauses.map(clauseSpot));
    case "limit":
      return block(declaration, declaration.items.map(clauseSpot));
    case "transaction":
      return block(declaration, declaration.items.map(transactionItemSpot));
    case "test":
      return block(declaration, declaration.steps.map(stepSpot));
    case "matrix":
      return block(declaration, [
        ...declaration.givens.map(stepSpot),
        ...namesSpot(declaration.agents),
        ...declaration.rows.map((row) => whole(row)),
      ]);
  }
}

/** The line of names in a matrix has no node of its own; its list of names stands for it. */
function namesSpot(names: readonly Name[]): readonly Spot[] {
  const first = names[0];
  const last = names.at(-1);
  if (first === undefined || last === undefined) return [];
  return [{ node: names, form: "whole", from: first.span.start, to: last.span.end, children: [] }];
}

function toolItemSpot(item: ToolItem): Spot {
  switch (item.kind) {
    case "args":
      return whole(item, [recordSpot(item.record)]);
    case "result":
      return whole(item, blocksInType(item.type));
    case "accepts":
      return item.labels === "any" ? whole(item) : bare(item, item.labels);
    case "yields":
      return bare(item, item.labels);
    case "tags":
      return bare(item, item.tags);
    default:
      return whole(item);
  }
}

function clauseSpot(clause: Clause | UsesClause | LimitItem): Spot {
  switch (clause.kind) {
    case "when":
    case "unless":
      return chainSpot(clause, clause.condition);
    case "call-clause":
      return bare(clause, clause.targets);
    case "need-clause":
      return bare(clause, clause.needs);
    case "with-clause":
      return bare(clause, clause.obligations);
    default:
      return whole(clause);
  }
}

function chainSpot(node: Node, condition: Expr): Spot {
  return bare(node, operandsOf(condition));
}

function transactionItemSpot(item: TransactionItem): Spot {
  if (item.kind !== "order") return whole(item);
  return block(
    item,
    item.steps.map((step) => whole(step)),
  );
}

function stepSpot(step: Step | Given): Spot {
  switch (step.kind) {
    case "repeat":
      return block(step, step.steps.map(stepSpot));
    case "given-user":
    case "outcome":
    case "approve":
    case "reject":
      return whole(step, optional(step.fields));
    case "call":
    case "send":
      return whole(step, optional(step.args));
    case "given-agent":
      return whole(
        step,
        step.hops.flatMap((hop) => optional(hop.fields)),
      );
    case "given-context":
    case "given-session":
      return whole(step, blocksInValue(step.record));
    case "given-data":
      return whole(step, blocksInValue(step.value));
    case "begin":
      return step.plan === undefined || step.plan.length === 0
        ? whole(step)
        : block(
            step,
            step.plan.map((call) => whole(call, blocksInValue(call.args))),
          );
    default:
      return whole(step);
  }
}

function optional(value: Value | undefined): readonly Spot[] {
  return value === undefined ? [] : blocksInValue(value);
}

function recordSpot(record: RecordType): Spot {
  return block(record, record.fields.map(fieldSpot));
}

function fieldSpot(field: Field): Spot {
  const made = whole(field, [...blocksInType(field.type), ...optional(field.default)]);
  return { ...made, from: Math.min(field.annotations[0]?.span.start ?? made.from, made.from) };
}

function blocksInType(type: TypeExpr | TypeArg): readonly Spot[] {
  if (type.kind === "record-type") return [recordSpot(type)];
  return type.kind === "named-type" ? type.args.flatMap(blocksInType) : [];
}

function blocksInValue(value: Value): readonly Spot[] {
  if (value.kind === "record") {
    return [
      block(
        value,
        value.entries.map((entry) => whole(entry, blocksInValue(entry.value))),
      ),
    ];
  }
  if (value.kind !== "list") return [];
  return [
    block(
      value,
      value.items.map((item) => blocksInValue(item)[0] ?? whole(item)),
    ),
  ];
}
