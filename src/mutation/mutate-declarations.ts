/** Mutants of what rules depend on: approval schemes, transactions, tools. */
import type { ApprovalDeclaration, ToolDeclaration, TransactionDeclaration } from "../syntax/ast.js";
import { ofAgent } from "./mutate-rules.js";
import { eachRemoved, moveDuration, type Site } from "./mutation-site.js";

/** Adds mutants of an approval scheme. */
export function ofApproval(approval: ApprovalDeclaration, site: Site): void {
  for (const item of approval.items) {
    switch (item.kind) {
      case "from": {
        if (item.roles.length > 1) eachRemoved(item, item.roles, "a role", site);
        const { at } = item;
        if (at === undefined) break;
        const last = item.roles.at(-1)?.span.end ?? at.span.start;
        site.add("accepts any sign-in of the approver", { ...at.span, start: last }, "");
        break;
      }
      case "quorum":
        if (item.value.value > 1)
          site.add("lowers the quorum", item.value.span, String(item.value.value - 1));
        break;
      case "expires":
        moveDuration("extends the approval", item.duration, 2, site);
        break;
      case "uses":
        site.add("allows one more use", item.value.span, String(item.value.value + 1));
        break;
      case "binds":
        break;
    }
  }
}

/** Adds mutants of a kind of transaction. */
export function ofTransaction(transaction: TransactionDeclaration, site: Site): void {
  for (const item of transaction.items) {
    switch (item.kind) {
      case "agent-clause":
        ofAgent(item, site);
        break;
      case "lasts":
        moveDuration("extends the transaction", item.duration, 2, site);
        break;
      case "idle":
        site.add("removes the idle limit", item.span, "");
        break;
      case "steps":
        site.add("allows one more step", item.value.span, String(item.value.value + 1));
        break;
      case "order":
        site.add("removes the order", item.span, "");
        for (const step of item.steps) {
          site.add("drops a step of the order", step.span, "");
          if (step.count === "once")
            site.add(
              "makes a step optional",
              step.span,
              site.source.slice(step.span).replace(/^once/, "maybe"),
            );
          if (typeof step.count === "number")
            site.add(
              "allows one more call of a step",
              step.span,
              site.source.slice(step.span).replace(/[0-9][0-9_]*/, String(step.count + 1)),
            );
        }
        break;
      case "irreversible-last":
        site.add("allows calls after the irreversible one", item.span, "");
        break;
      case "confirm-plan":
        site.add("accepts an unconfirmed plan", item.span, "");
        break;
    }
  }
}

/** Adds mutants of a tool's catalogue entry. */
export function ofTool(tool: ToolDeclaration, site: Site): void {
  for (const item of tool.items) {
    switch (item.kind) {
      case "accepts":
        if (item.labels !== "any") site.add("accepts any label", item.span, "accepts any");
        break;
      case "yields":
        for (const label of item.labels)
          if (label.text !== "nothing")
            site.add("yields one label fewer", item.span, withoutLabel(item.labels, label.text));
        break;
      case "tags":
        site.add("removes the tags", item.span, "");
        break;
      case "scope":
        site.add("requires no scope", item.span, "");
        break;
      default:
    }
  }
}

function withoutLabel(labels: readonly { readonly text: string }[], gone: string): string {
  const left = labels.filter(({ text }) => text !== gone).map(({ text }) => text);
  return `yields ${left.length === 0 ? "nothing" : left.join(", ")}`;
}
