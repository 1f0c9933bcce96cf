/** What can still be allowed while the state is out of reach: a call that depends on nothing kept. */
import type { Exception, Expr, Limit, Program, Rule } from "../../src/check/program.js";
import { UNKNOWN } from "./evaluate.js";
import { isMeant } from "./limits.js";
import type { Questions } from "./questions.js";

/** Whether a call needs no state at all, or only limits that say `@outage("allow")` or do no more than alert. */
export function isFreeOfState(questions: Questions): boolean {
  const { program, entered } = questions;
  const { request, target, call, blind } = entered;
  const { session, transaction, id } = request;
  if (session !== undefined || transaction !== undefined || id !== undefined) return false;
  if (typeof target.accepts === "object") return false;
  const all = [...program.rules.values(), ...program.limits.values(), ...program.exceptions.values()];
  if (all.some((rule) => asksForPast(program, rule, call.target.id))) return false;
  const limits = [...program.limits.values()].filter((limit) => !limit.shadow && isMeant(limit, request));
  return (
    questions.rules("deny").every((rule) => questions.applies(rule, blind) === false) &&
    questions.rules("require").every((rule) => questions.applies(rule, blind) !== UNKNOWN) &&
    limits.every((limit) => {
      const applies = questions.applies(limit, blind);
      if (applies === false || limit.over.kind === "alert") return true;
      return applies === true && limit.annotations.outage === "allow";
    })
  );
}

/** Whether a rule asks what became of earlier calls of a tool, so that each of them has to be remembered. */
function asksForPast(program: Program, rule: Rule | Exception | Limit, tool: string): boolean {
  const visit = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const expr = value as Partial<Extract<Expr, { kind: "prior" }>> & { define?: string };
    if (expr.kind === "prior" && expr.tool === tool) return true;
    const define = expr.define === undefined ? undefined : program.defines.get(expr.define);
    return visit(define?.body) || Object.values(value).some(visit);
  };
  const amount = rule.kind === "limit" && rule.meter.kind === "of" ? rule.meter.amount : undefined;
  const obligations = rule.kind === "limit" ? undefined : rule.obligations;
  return visit(rule.condition) || visit(amount) || visit(obligations);
}
