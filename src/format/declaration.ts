import type {
  AgentItem,
  ApprovalItem,
  Declaration,
  ToolItem,
  TransactionItem,
  TransactionStep,
} from "../syntax/ast.js";
import { commas, operators } from "./bare-lists.js";
import { agentDoc, clauseItem, namesDoc } from "./clause.js";
import { type Doc, flatText, group, indent, join, line } from "./doc.js";
import { expressionDoc } from "./expression.js";
import { type Item, keywordBlock } from "./keyword-block.js";
import type { Original } from "./original.js";
import { matrixDoc, testDoc } from "./step.js";
import { recordTypeDoc, typeDoc } from "./type.js";
import { quoted, valueDoc } from "./value.js";

/** Returns a declaration without its annotations and comments. */
export function declarationDoc(original: Original, declaration: Declaration): Doc {
  switch (declaration.kind) {
    case "tool": {
      const wire = declaration.wire === undefined ? "" : `as ${quoted(declaration.wire.value)} `;
      const items = declaration.items.map((item) => toolItem(original, item));
      return blockDoc(original, declaration, `tool ${declaration.name.text} ${wire}`, items);
    }
    case "agent":
      return blockDoc(
        original,
        declaration,
        `agent ${declaration.name.text} `,
        declaration.items.map(agentItem),
      );
    case "approval": {
      const items = declaration.items.map((item) => approvalItem(original, item));
      return blockDoc(original, declaration, `approval ${declaration.name.text} `, items);
    }
    case "rule": {
      const items = declaration.clauses.map((clause) => clauseItem(original, clause));
      const head = `${modifiers(declaration)}${declaration.effect} ${declaration.name.text} `;
      return blockDoc(original, declaration, head, items);
    }
    case "limit": {
      const items = declaration.items.map((item) => clauseItem(original, item));
      return blockDoc(
        original,
        declaration,
        `${modifiers(declaration)}limit ${declaration.name.text} `,
        items,
      );
    }
    case "transaction": {
      const items = declaration.items.map((item) => transactionItem(original, item));
      return blockDoc(original, declaration, `transaction ${declaration.name.text} `, items);
    }
    case "exception": {
      const items = declaration.clauses.map((clause) => clauseItem(original, clause));
      const head = [`exception ${declaration.name.text} to `, namesDoc(declaration.to), " "];
      return blockDoc(original, declaration, head, items);
    }
    case "test":
      return testDoc(original, declaration);
    case "matrix":
      return matrixDoc(original, declaration);
    case "define":
      return defineDoc(original, declaration);
    case "assurance":
      return [
        "assurance ",
        operators(
          original,
          declaration.levels,
          ({ name, acr }) => `${name.text}${acr === undefined ? "" : ` as ${quoted(acr.value)}`}`,
          "<",
        ),
      ];
    case "delegation":
      return `delegation { depth ${original.spelled(declaration.depth.span, declaration.depth.value)} }`;
    default:
      return join(" ", rowCells(original, declaration));
  }
}

type RowDeclaration = Declaration & {
  readonly kind: "label" | "tag" | "role" | "type" | "schema" | "channel" | "data";
};

function rowCells(original: Original, declaration: RowDeclaration): readonly Doc[] {
  const head = `${declaration.kind} ${declaration.name.text}`;
  switch (declaration.kind) {
    case "label": {
      const implies = declaration.implies.length === 0 ? [] : ["implies ", namesDoc(declaration.implies)];
      if (!declaration.integrity) return implies.length === 0 ? [head] : [head, implies];
      return [head, implies.length === 0 ? "integrity" : ["integrity ", implies]];
    }
    case "tag":
    case "role":
      return declaration.title === undefined ? [head] : [head, quoted(declaration.title.value)];
    case "type":
      return [head, typeDoc(original, declaration.type, "= ")];
    case "schema":
      return [head, recordTypeDoc(original, declaration.record)];
    case "channel": {
      const { accepts, yields } = declaration;
      const accepted = ["accepts ", accepts === "any" ? "any" : namesDoc(accepts)];
      return yields === undefined ? [head, accepted] : [head, [accepted, " "], ["yields ", namesDoc(yields)]];
    }
    case "data": {
      const { from, value } = declaration;
      const cells = [`${head}:`, typeDoc(original, declaration.type)];
      if (from !== undefined) return [...cells, `from ${quoted(from.value)}`];
      return value === undefined ? cells : [...cells, valueDoc(original, value, "= ")];
    }
  }
}

/**
 * Returns the cells of a declaration on one line, which are aligned with those of its neighbours of the same kind;
 * undefined for kinds that are not aligned. Joined by single blanks, the cells are the declaration itself.
 */
export function cellsOf(original: Original, declaration: Declaration): readonly string[] | undefined {
  switch (declaration.kind) {
    case "label":
    case "tag":
    case "role":
    case "type":
    case "schema":
    case "channel":
    case "data":
      return rowCells(original, declaration).map(flatText);
    case "agent": {
      const items = declaration.items
        .map(agentItem)
        .map(({ keyword, value }) =>
          value.kind === "column" ? `${keyword} ${flatText(value.doc)}` : keyword,
        );
      if (items.length === 0) return [`agent ${declaration.name.text}`, "{ }"];
      const last = items.length - 1;
      const cells = items.map(
        (item, index) => `${index === 0 ? "{ " : ""}${item}${index === last ? " }" : " "}`,
      );
      return [`agent ${declaration.name.text}`, ...cells];
    }
    default:
      return undefined;
  }
}

function modifiers(declaration: { readonly shadow: boolean; readonly waivable: boolean }): string {
  return `${declaration.shadow ? "shadow " : ""}${declaration.waivable ? "waivable " : ""}`;
}

function blockDoc(original: Original, declaration: Declaration, head: Doc, items: readonly Item[]): Doc {
  const overLines = original.isDeclarationOverLines(declaration);
  return keywordBlock(original, declaration, items, { head, overLines });
}

function defineDoc(original: Original, declaration: Declaration & { readonly kind: "define" }): Doc {
  const params = declaration.params.map((param) => [`${param.name.text}: `, typeDoc(original, param.type)]);
  const head = [`define ${declaration.name.text}`, params.length === 0 ? "" : ["(", join(", ", params), ")"]];
  return group([head, " =", indent([line, expressionDoc(original, declaration.body)])]);
}

function toolItem(original: Original, item: ToolItem): Item {
  switch (item.kind) {
    case "title":
      return column(item, "title", quoted(item.text.value));
    case "action": {
      const undo = item.undo === undefined ? "" : ` undo ${item.undo.text}`;
      return column(item, "action", `${item.action}${item.irreversible ? " irreversible" : undo}`);
    }
    case "tier":
      return column(item, "tier", original.spelled(item.value.span, item.value.value));
    case "args":
      return {
        node: item,
        keyword: "args",
        value: { kind: "braced", doc: (head) => recordTypeDoc(original, item.record, head) },
      };
    case "result": {
      const { type } = item;
      if (type.kind !== "record-type") return column(item, "result", typeDoc(original, type));
      return {
        node: item,
        keyword: "result",
        value: { kind: "braced", doc: (head) => typeDoc(original, type, head) },
      };
    }
    case "accepts":
      return column(
        item,
        "accepts",
        item.labels === "any" ? "any" : commas(original, item.labels, (label) => label.text),
      );
    case "yields":
      return column(
        item,
        "yields",
        commas(original, item.labels, (label) => label.text),
      );
    case "tags":
      return column(
        item,
        "tags",
        commas(original, item.tags, (tag) => tag.text),
      );
    case "scope":
      return column(item, "scope", quoted(item.scope.value));
    case "timeout":
      return column(item, "timeout", item.duration.raw);
  }
}

function agentItem(item: AgentItem): Item {
  switch (item.kind) {
    case "title":
    case "owner":
      return column(item, item.kind, quoted(item.text.value));
    case "acts":
      return column(item, "acts", item.acts === "for-user" ? "for user" : "alone");
    case "invoked-by":
      return column(item, "invoked by", namesDoc(item.agents));
    case "credential":
      return column(item, "credential", item.duration.raw);
  }
}

function approvalItem(original: Original, item: ApprovalItem): Item {
  switch (item.kind) {
    case "from": {
      const at = item.at === undefined ? "" : ` at ${item.at.text}`;
      return column(item, "from", ["role ", namesDoc(item.roles), at]);
    }
    case "quorum":
    case "uses":
      return column(item, item.kind, original.spelled(item.value.span, item.value.value));
    case "expires":
      return column(item, "expires", item.duration.raw);
    case "binds":
      return column(item, "binds", item.binds);
  }
}

function transactionItem(original: Original, item: TransactionItem): Item {
  switch (item.kind) {
    case "agent-clause":
      return column(item, "agent", agentDoc(item));
    case "lasts":
    case "idle":
      return column(item, item.kind, item.duration.raw);
    case "steps":
      return column(item, "steps", original.spelled(item.value.span, item.value.value));
    case "order": {
      const steps = item.steps.map(transactionStep);
      const overLines = original.isOverLines(item.span);
      const doc = (head: Doc): Doc => keywordBlock(original, item, steps, { head, overLines });
      return { node: item, keyword: "order", value: { kind: "braced", doc } };
    }
    case "irreversible-last":
      return { node: item, keyword: "irreversible last", value: { kind: "none" } };
    case "confirm-plan":
      return { node: item, keyword: "confirm plan", value: { kind: "none" } };
  }
}

function transactionStep(step: TransactionStep): Item {
  const count = typeof step.count === "number" ? `at most ${step.count}` : step.count;
  const patterns = step.patterns.map((pattern) => pattern.text);
  return column(step, count, group(join([line, "or "], patterns)));
}

function column(node: Item["node"], keyword: string, doc: Doc): Item {
  return { node, keyword, value: { kind: "column", doc } };
}
