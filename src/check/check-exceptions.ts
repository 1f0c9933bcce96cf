import type { ExceptionDeclaration } from "../syntax/ast.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { declared, entriesOf } from "./declare.js";
import { readsOf } from "./expressions/reads.js";
import { all, one } from "./items.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import { checkNeeds } from "./needs.js";
import { checkObligations } from "./obligations.js";
import type { Exception } from "./program.js";
import { checkHead, checkWeight, type RuleChecking } from "./rule-parts.js";

/** Checks every `exception`: what it waives, for whom, until when. */
export function checkExceptions(checking: RuleChecking): void {
  for (const entry of entriesOf(checking.bundle, "exception", "exception")) {
    const checked = checking.expressions.within("", () => checkException(checking, entry, entry.declaration));
    if (checked !== undefined) checking.bundle.exceptions.set(entry.id, checked);
  }
}

function checkException(
  checking: RuleChecking,
  entry: Entry,
  exception: ExceptionDeclaration,
): Exception | undefined {
  const { bundle, expressions } = checking;
  const { clauses, name } = exception;
  const annotations = checkAnnotations(bundle, exception.annotations, "exception");
  const lifts = waivedBy(bundle, exception);
  const { who, reach, scope, condition } = checkHead(checking, "exception", entry, name, clauses);
  const need = one(clauses, "need-clause");
  const needs = need === undefined ? [] : checkNeeds(bundle, need.needs);
  const obligations = checkObligations(expressions, all(clauses, "with-clause"), scope);
  const uses = one(clauses, "uses")?.value;
  if (uses?.value === 0)
    bundle.problems.add(messages.outOfRange("the number of uses", uses.span, "at least 1"));
  const until = one(clauses, "until");
  const because = one(clauses, "because");
  const missing = [
    ...(need === undefined ? ["need"] : []),
    ...(until === undefined ? ["until"] : []),
    ...(because === undefined ? ["because"] : []),
  ];
  if (missing.length > 0) {
    return bundle.problems.add(messages.incompleteException(name.text, name.span, missing));
  }
  if (until === undefined || because === undefined || condition === "wrong") return undefined;
  const exprs = [condition, ...obligations.flatMap((obligation) => obligation.args)];
  if (!checkWeight(checking, "exception", name, exprs)) return undefined;
  return {
    kind: "exception",
    ...declared(entry),
    annotations,
    who,
    reach,
    ...(condition === undefined ? {} : { condition }),
    reads: readsOf(exprs, bundle.defines),
    lifts,
    needs,
    obligations,
    ...(uses === undefined ? {} : { uses: uses.value }),
    until: until.at.ms,
    because: because.text.value,
  };
}

/** The ids of rules and limits the exception waives. Each must be declared `waivable` by its owner. */
function waivedBy(bundle: Bundle, exception: ExceptionDeclaration): Set<string> {
  const waived = new Set<string>();
  for (const name of exception.to) {
    const entry = bundle.find("rules", name, "rule");
    if (entry === undefined) continue;
    const { declaration } = entry;
    if (declaration.kind !== "rule" && declaration.kind !== "limit") {
      const help = "an exception waives a `waivable deny`, `require` or `limit`";
      bundle.problems.add(messages.mismatch(name.span, `\`${name.text}\` is itself an exception`, help));
      continue;
    }
    const what = declaration.kind === "rule" ? declaration.effect : "limit";
    if (what === "allow") {
      const help = "name the deny, require or limit that is in the way";
      bundle.problems.add(
        messages.mismatch(name.span, `\`${name.text}\` is an allow: it refuses nothing`, help),
      );
    } else if (declaration.waivable) waived.add(entry.id);
    else bundle.problems.add(messages.notWaivable(what, entry.name, name.span, entry.nameSpan));
  }
  return waived;
}
