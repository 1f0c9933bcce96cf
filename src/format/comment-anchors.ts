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
 * A node that comments can belong to.
 *
 * `block`: children are in brackets, each on its own line when broken. `bare`: children follow one another without brackets around
 * them. `whole`: has at most blocks inside; any other comment in it belongs to the node itself.
 */
export interface Anchor {
  readonly node: object;
  readonly form: "block" | "bare" | "whole";
  readonly from: number;
  readonly to: number;
  readonly children: readonly Anchor[];
}

/** Returns the anchors of a whole file, in the order of its text. */
export function commentAnchors(file: File): Anchor {
  const header = file.module === undefined ? [] : [whole(file.module)];
  return {
    node: file,
    form: "block",
    from: 0,
    to: Number.POSITIVE_INFINITY,
    children: [...header, ...file.items.map(declarationAnchor)],
  };
}

function anchor(node: Node, form: Anchor["form"], children: readonly Anchor[]): Anchor {
  return { node, form, from: node.span.start, to: node.span.end, children };
}

function whole(node: Node, children: readonly Anchor[] = []): Anchor {
  return anchor(node, "whole", children);
}

function bare(node: Node, children: readonly Node[]): Anchor {
  return children.length < 2
    ? whole(node)
    : anchor(
        node,
        "bare",
        children.map((child) => whole(child)),
      );
}

function block(node: Node, children: readonly Anchor[]): Anchor {
  return anchor(node, "block", children);
}

function declarationAnchor(declaration: Declaration): Anchor {
  const made = bodyAnchor(declaration);
  const first = declaration.annotations[0]?.span.start ?? made.from;
  return { ...made, from: Math.min(first, made.from) };
}

function bodyAnchor(declaration: Declaration): Anchor {
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
      return whole(declaration, [recordAnchor(declaration.record)]);
    case "data":
      return whole(declaration, [
        ...blocksInType(declaration.type),
        ...(declaration.value === undefined ? [] : blocksInValue(declaration.value)),
      ]);
    case "define":
      return bare(declaration, operandsOf(declaration.body));
    case "tool":
      return block(declaration, declaration.items.map(toolItemAnchor));
    case "agent":
    case "approval":
      return block(
        declaration,
        declaration.items.map((item) => whole(item)),
      );
    case "rule":
    case "exception":
      return block(declaration, declaration.clauses.map(clauseAnchor));
    case "limit":
      return block(declaration, declaration.items.map(clauseAnchor));
    case "transaction":
      return block(declaration, declaration.items.map(transactionItemAnchor));
    case "test":
      return block(declaration, declaration.steps.map(stepAnchor));
    case "matrix":
      return block(declaration, [
        ...declaration.givens.map(stepAnchor),
        ...namesAnchor(declaration.agents),
        ...declaration.rows.map((row) => whole(row)),
      ]);
  }
}

/** The header row of a matrix has no node; its list of names is the anchor. */
function namesAnchor(names: readonly Name[]): readonly Anchor[] {
  const first = names[0];
  const last = names.at(-1);
  if (first === undefined || last === undefined) return [];
  return [{ node: names, form: "whole", from: first.span.start, to: last.span.end, children: [] }];
}

function toolItemAnchor(item: ToolItem): Anchor {
  switch (item.kind) {
    case "args":
      return whole(item, [recordAnchor(item.record)]);
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

function clauseAnchor(clause: Clause | UsesClause | LimitItem): Anchor {
  switch (clause.kind) {
    case "when":
    case "unless":
      return chainAnchor(clause, clause.condition);
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

function chainAnchor(node: Node, condition: Expr): Anchor {
  return bare(node, operandsOf(condition));
}

function transactionItemAnchor(item: TransactionItem): Anchor {
  if (item.kind !== "order") return whole(item);
  return block(
    item,
    item.steps.map((step) => whole(step)),
  );
}

function stepAnchor(step: Step | Given): Anchor {
  switch (step.kind) {
    case "repeat":
      return block(step, step.steps.map(stepAnchor));
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

function optional(value: Value | undefined): readonly Anchor[] {
  return value === undefined ? [] : blocksInValue(value);
}

function recordAnchor(record: RecordType): Anchor {
  return block(record, record.fields.map(fieldAnchor));
}

function fieldAnchor(field: Field): Anchor {
  const made = whole(field, [...blocksInType(field.type), ...optional(field.default)]);
  return { ...made, from: Math.min(field.annotations[0]?.span.start ?? made.from, made.from) };
}

function blocksInType(type: TypeExpr | TypeArg): readonly Anchor[] {
  if (type.kind === "record-type") return [recordAnchor(type)];
  return type.kind === "named-type" ? type.args.flatMap(blocksInType) : [];
}

function blocksInValue(value: Value): readonly Anchor[] {
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
