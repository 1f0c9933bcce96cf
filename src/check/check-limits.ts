import type { ConditionClause, LimitDeclaration, LimitItem, Name } from "../syntax/ast.js";
import { checkAnnotations } from "./annotations.js";
import { declared, entriesOf } from "./declare.js";
import { partsOf } from "./expressions/parts.js";
import { readsOf } from "./expressions/reads.js";
import type { Scope } from "./expressions/scope.js";
import { lasting, one } from "./items.js";
import { checkKey } from "./keys.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import { checkNeeds } from "./needs.js";
import type { Expr, Limit, LimitKey } from "./program.js";
import { checkHead, checkWeight, type RuleChecking } from "./rule-parts.js";
import { outageOnReadsOnly } from "./rules/outage-on-reads-only.js";

type AtMost = LimitItem & { readonly kind: "at-most" };
const PERIODS = ["hour", "day", "week", "month"] as const;

/** Checks every `limit`. */
export function checkLimits(checking: RuleChecking): void {
  for (const entry of entriesOf(checking.bundle, "limit", "limit")) {
    const limit = checking.expressions.within("", () => checkLimit(checking, entry, entry.declaration));
    if (limit !== undefined) checking.bundle.limits.set(entry.id, limit);
  }
}

function checkLimit(checking: RuleChecking, entry: Entry, limit: LimitDeclaration): Limit | undefined {
  const { bundle } = checking;
  const { items, name } = limit;
  const annotations = checkAnnotations(bundle, limit.annotations, "limit");
  const { who, reach, scope, conditions, condition } = checkHead(checking, "limit", entry, name, items);
  const atMost = one(items, "at-most");
  if (atMost === undefined) {
    const help = "add `at most 100 calls in 1h`, or `at most 500 of args.amount in 1d`";
    bundle.problems.add(messages.missingClause("limit", name.text, "at most", name.span, help));
  }
  const keys = checkKeys(checking, one(items, "per")?.keys ?? [], scope);
  const meter = atMost && checkMeter(checking, atMost, scope, conditions);
  const window = atMost && checkWindow(checking, atMost);
  const over = checkOver(checking, one(items, "over"));
  const because = one(items, "because")?.text.value;
  if (annotations.outage !== undefined) outageOnReadsOnly(bundle, limit, reach);
  if (condition === "wrong" || atMost === undefined || meter === undefined || window === undefined)
    return undefined;
  const exprs = [condition, meter.kind === "of" ? meter.amount : undefined];
  if (!checkWeight(checking, "limit", name, exprs)) return undefined;
  return {
    kind: "limit",
    ...declared(entry),
    annotations,
    who,
    reach,
    ...(condition === undefined ? {} : { condition }),
    reads: readsOf(exprs, bundle.defines),
    ...(because === undefined ? {} : { because }),
    shadow: limit.shadow,
    waivable: limit.waivable,
    keys,
    cap: atMost.cap.value,
    meter,
    window,
    over,
  };
}

function checkKeys(checking: RuleChecking, names: readonly Name[], scope: Scope): LimitKey[] {
  const seen = new Map<string, Name>();
  return names.flatMap((name) => {
    const first = seen.get(name.text);
    if (first !== undefined) {
      checking.bundle.problems.add(messages.duplicateBlock(name.text, name.span, first.span));
      return [];
    }
    seen.set(name.text, name);
    return checkKey(checking.bundle, name, scope) ?? [];
  });
}

/** Checks what a limit counts or adds up. The amount may read what the limit's conditions prove present. */
function checkMeter(
  checking: RuleChecking,
  { meter, cap }: AtMost,
  scope: Scope,
  conditions: readonly ConditionClause[],
): Limit["meter"] | undefined {
  const { problems } = checking.bundle;
  if (meter.kind !== "of") {
    if (Number.isSafeInteger(cap.value)) return { kind: meter.kind };
    return problems.add(messages.outOfRange(`a number of ${meter.kind}`, cap.span, "a whole number"));
  }
  const amount = checking.expressions.guarded(meter.amount, conditions, { ...scope, reported: true });
  if (amount === undefined) return undefined;
  if (amount.type.kind !== "int" && amount.type.kind !== "number") {
    return problems.add(messages.wrongType(amount.span, amount.type, "a number", "limits add up numbers"));
  }
  return { kind: "of", amount, reported: readsReported(amount) };
}

function readsReported(expr: Expr): boolean {
  return (expr.kind === "root" && expr.root === "reported") || partsOf(expr).some(readsReported);
}

function checkWindow(checking: RuleChecking, { window }: AtMost): Limit["window"] | undefined {
  switch (window.kind) {
    case "rolling": {
      const length = lasting(checking.bundle, "a window", window.duration);
      return length === undefined ? undefined : { kind: "rolling", length };
    }
    case "calendar": {
      const { text, span } = window.period;
      checking.bundle.report({ kind: "choice", text, span, of: "period", options: PERIODS });
      const period = PERIODS.find((known) => known === window.period.text);
      if (period !== undefined) return { kind: "calendar", period };
      return checking.bundle.problems.add(
        messages.unknownBuiltIn("calendar", window.period.text, window.period.span, PERIODS),
      );
    }
    default:
      return { kind: window.kind };
  }
}

function checkOver(
  checking: RuleChecking,
  item: (LimitItem & { readonly kind: "over" }) | undefined,
): Limit["over"] {
  if (item === undefined || item.over === "deny") return { kind: "deny" };
  if (item.over === "alert") return { kind: "alert" };
  return { kind: "need", needs: checkNeeds(checking.bundle, item.over.needs) };
}
