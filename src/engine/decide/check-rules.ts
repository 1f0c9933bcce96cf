/** Stage 4: the session, the transaction, the labels of the call, and every rule with the state it reads. */
import type { Transaction } from "../../check/program.js";
import { concerns } from "../../compile/compiled-rule.js";
import { TRUE, UNKNOWN } from "../../compile/tri.js";
import type { Reason } from "../../model/decision.js";
import { canonicalJson } from "../../values/canonical.js";
import { accepts, yieldsOf } from "../records/provenance.js";
import { admittedNext, stepRefusals, type TransactionState } from "../records/transaction-state.js";
import type { Call } from "../request/call.js";
import { BUILTIN_MESSAGES, builtin, ruleReason } from "../request/refusal.js";
import type { Waived } from "../rules/weigh.js";
import { takenOutOf } from "./earlier-call.js";
import { adding, refuse } from "./open-case.js";
import type { Case, Refusal } from "./types.js";
import { usableWaivers } from "./usable-waivers.js";

/** Adds the denies that an exception waives. A deny that is unknown refuses like one that is true. */
export function checkRules(c: Case): Case | Refusal {
  const reasons = [...sessionRefusals(c), ...transactionRefusals(c), ...labelRefusals(c)];
  const waived: Waived[] = [];
  for (const { candidate, tri } of c.findings.denies) {
    const { source } = candidate.rule;
    const by = usableWaivers(source, c);
    if (by.length > 0) waived.push({ id: source.id, by, refuses: true });
    else reasons.push(ruleReason(source, c.context.bundle.locate, tri === UNKNOWN));
  }
  if (!isGranted(c)) reasons.push(builtin("nothing_grants"));
  if (reasons.length > 0) return refuse(c, reasons);
  return waived.length === 0 ? c : adding(c, { waived });
}

const none: readonly Reason[] = [];

function sessionRefusals({ state }: Case): readonly Reason[] {
  if (state?.session === "not_open") return [builtin("session_not_open")];
  return state?.session === "not_yours" ? [builtin("session_not_yours")] : none;
}

function transactionRefusals(c: Case): readonly Reason[] {
  const { state, call, target } = c;
  if (state === undefined || state.transaction === "none") return none;
  const { transaction } = state;
  if (transaction === "not_open") return [builtin("transaction_not_open")];
  if (transaction === "not_yours") return [builtin("transaction_not_yours")];
  if (!isMeantFor(transaction.declared, call)) return [builtin("transaction_not_for_you")];
  // The step of a repeated answer is already taken.
  if (target.tool === undefined || takenOutOf(c) !== undefined) return none;
  return stepRefusals(transaction.state, transaction.declared, target.tool, () =>
    canonicalJson(call.wireArgs(true)),
  ).map((name) => (name === "transaction_order" ? orderReason(transaction, c) : builtin(name)));
}

/** Says which step would be admitted now. */
function orderReason(
  { state, declared }: { readonly state: TransactionState; readonly declared: Transaction },
  { context }: Case,
): Reason {
  const { tools } = context.bundle.program;
  const isSealed = declared.irreversibleLast && state.steps.some((step) => step.irreversible);
  const taken = state.steps.map(({ tool }) => tool);
  const next = isSealed || declared.order === undefined ? [] : admittedNext(declared.order, taken);
  const names = next.map((id) => `\`${tools.get(id)?.name ?? id}\``);
  const help =
    names.length === 0
      ? "no further step: commit or abort it"
      : `${names.length === 1 ? "only " : "one of "}${names.join(", ")}`;
  return builtin(
    "transaction_order",
    {},
    `${BUILTIN_MESSAGES.transaction_order.slice(0, -1)}; it admits ${help}.`,
  );
}

/** Checks at each call who the transaction is for: its user may have lost the role, and one of its agents must act. */
function isMeantFor({ who }: Transaction, { chain, frame }: Call): boolean {
  const { agents } = who;
  const isOfAgents = agents === "any" || chain.agents.some(({ declared }) => agents.has(declared?.id ?? ""));
  return isOfAgents && concerns({ ...who, agents: "any" }, frame, false);
}

/** A tool that `accepts` labels can be checked only in a session. */
function labelRefusals({ target, call, state, context }: Case): readonly Reason[] {
  const { accepts: accepted } = target.target;
  if (call.request.session === undefined && losesLabels(target, context))
    return [builtin("session_required")];
  if (!(accepted instanceof Set)) return none;
  if (call.request.session === undefined) return [builtin("session_required")];
  const carried = state?.carried;
  // The session holds a label that is no longer declared.
  if (carried === undefined && typeof state?.session === "object")
    return [builtin("label_not_accepted", { unknown: true })];
  if (carried === undefined || accepts(accepted as ReadonlySet<string>, carried, context.bundle)) return none;
  return [builtin("label_not_accepted")];
}

/** Whether the labels it yields must be kept but there is no session to hold them. */
function losesLabels({ target, tool }: Case["target"], { options }: Case["context"]): boolean {
  if (options.sessions !== "required") return false;
  return (tool === undefined ? target.yields : yieldsOf(tool)).length > 0;
}

/** A channel needs no allow. */
function isGranted({ target, findings }: Case): boolean {
  return target.kind === "channel" || findings.allows.some(({ tri }) => tri === TRUE);
}
