import type { TransactionDeclaration, TransactionStep } from "../syntax/ast.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { lasting, one } from "./items.js";
import { messages } from "./messages.js";
import type { Tool, Transaction } from "./program.js";
import type { ReachFinder } from "./reach.js";
import { checkWho } from "./who.js";

/** Checks transactions: their lifetime, number of steps and order. */
export function checkTransactions(bundle: Bundle, reach: ReachFinder): void {
  for (const entry of entriesOf(bundle, "transaction", "transaction")) {
    const { annotations, items, name } = entry.declaration;
    checkAnnotations(bundle, annotations, "other");
    const lasts = one(items, "lasts");
    if (lasts === undefined) {
      const help = "add `lasts 10m`: no transaction stays open for ever";
      bundle.problems.add(messages.missingClause("transaction", name.text, "lasts", name.span, help));
    }
    const idle = one(items, "idle");
    const steps = one(items, "steps");
    if (steps?.value.value === 0) {
      bundle.problems.add(messages.outOfRange("the number of steps", steps.value.span, "at least 1"));
    }
    const rest = idle && lasting(bundle, "an idle time", idle.duration);
    const order = checkOrder(bundle, reach, entry.declaration);
    bundle.transactions.set(entry.id, {
      ...declared(entry),
      who: checkWho(bundle, one(items, "agent-clause")),
      lasts: (lasts && lasting(bundle, "a transaction's time", lasts.duration)) ?? 1,
      ...(rest === undefined ? {} : { idle: rest }),
      ...(steps === undefined ? {} : { steps: steps.value.value }),
      ...(order === undefined ? {} : { order }),
      irreversibleLast: one(items, "irreversible-last") !== undefined,
      confirmPlan: one(items, "confirm-plan") !== undefined,
    });
  }
}

function checkOrder(
  bundle: Bundle,
  reach: ReachFinder,
  transaction: TransactionDeclaration,
): Transaction["order"] {
  const order = one(transaction.items, "order");
  if (order === undefined) return undefined;
  let final: { readonly tool: Tool; readonly step: TransactionStep } | undefined;
  const steps = order.steps.map((step) => {
    if (final !== undefined) {
      bundle.problems.add(messages.afterIrreversible(step.span, final.tool.name, final.step.span));
      final = undefined;
    }
    if (step.count === 0) {
      bundle.problems.add(messages.outOfRange("the number of a step's calls", step.span, "at least 1"));
    }
    const tools = step.patterns.flatMap((pattern) => {
      const isWildcard = pattern.text.includes("*");
      return reach.matching(pattern.text, pattern.span).filter(({ review }) => !(isWildcard && review));
    });
    const tool = tools.find((candidate) => candidate.irreversible);
    if (tool !== undefined) final = { tool, step };
    return { count: step.count, tools: new Set(tools.map((reached) => reached.id)), span: step.span };
  });
  const required = order.steps.filter((step) => step.count === "once").length;
  const most = one(transaction.items, "steps");
  if (most !== undefined && most.value.value > 0 && required > most.value.value) {
    bundle.problems.add(
      messages.outOfRange(
        "the number of steps",
        most.value.span,
        `at least ${required}, the number of steps marked \`once\``,
      ),
    );
  }
  return steps;
}
