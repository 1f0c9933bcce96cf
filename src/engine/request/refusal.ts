/** Reasons for refusing a call, and the part that a model may see. */
import type { Exception, Limit, Rule } from "../../check/program.js";
import type { Reason } from "../../model/decision.js";
import type { Span } from "../../source/source.js";
import { sorted } from "./sorted.js";

/** The refusals that no policy can switch off, with words that are safe to show to a model. */
export const BUILTIN_MESSAGES = {
  unknown_tool: "This tool is not in the catalogue.",
  unknown_channel: "This channel is not in the catalogue.",
  invalid_arguments: "The arguments do not fit the tool's declaration.",
  undeclared_agent: "An agent of the chain is not declared.",
  undeclared_edge: "An agent of the chain may not be invoked by the one before it.",
  chain_too_deep: "The chain of agents is deeper than allowed.",
  missing_user: "This agent acts only for a user.",
  user_not_allowed: "This agent acts alone, not for a user.",
  credential_missing: "An agent of the chain presented no credential.",
  credential_expired: "A credential of the chain has expired.",
  credential_too_long: "A credential of the chain has a longer lifetime than allowed.",
  credential_in_future: "A credential or sign-in of the chain is in the future.",
  scope_widened: "A hop of the chain has more scopes than the hop before it.",
  scope_missing: "This tool needs a scope that a hop of the chain lacks, or that no hop has.",
  unknown_label: "The call carries a label that is not declared.",
  label_not_accepted: "The call carries a label that this tool or channel does not accept.",
  session_required:
    "Without an open session the labels of this call are unknown: open one with POST /sessions and name it in `session`.",
  session_not_open: "The session is not open: it was never opened, has ended, or has expired.",
  session_not_yours: "The session was opened by someone else.",
  transaction_not_open: "The transaction is not open: it was never opened, has ended, or has expired.",
  transaction_not_yours: "The transaction was opened by someone else.",
  transaction_not_for_you: "The transaction is not declared for this user or these agents.",
  transaction_order: "The transaction does not admit this step now.",
  transaction_steps: "The transaction has no steps left.",
  transaction_plan: "This call is not the next one of the confirmed plan.",
  nothing_grants: "No rule grants this call.",
  need_without_user: "This call needs a user's sign-in or confirmation, and there is no user in the chain.",
  approval_rejected: "The approval that this call needs was rejected.",
  unsupported_obligation: "The caller does not support an obligation of this call.",
  obligation_unknown: "An obligation of this call could not be determined.",
  state_unavailable: "The state that this decision depends on cannot be read.",
  state_full: "The state store is full, so this call cannot be recorded.",
  replayed_other: "This request id was used for another call.",
  replay_outdated:
    "What was allowed under this request id may have been made already, and what the answer rests on has changed: report its outcome, or use another id if you know that it never ran.",
  already_done: "This request id belongs to a call that was already made.",
} as const;
/** A refusal that no policy can switch off. */
export type BuiltinName = keyof typeof BUILTIN_MESSAGES;

/** A built-in refusal as a reason. */
export function builtin(
  name: BuiltinName,
  extra: Pick<Reason, "pointers" | "unknown"> = {},
  message?: string,
): Reason {
  return { rule: `builtin.${name}`, effect: "builtin", message: message ?? BUILTIN_MESSAGES[name], ...extra };
}

/** The refusal of a caller that cannot carry out obligations of these types. */
export function unsupportedObligations(types: readonly string[]): Reason {
  const [which, them] = types.length === 1 ? ["obligation", "it"] : ["obligations", "them"];
  return builtin(
    "unsupported_obligation",
    {},
    `The caller does not support the ${which} ${types.map((type) => `\`${type}\``).join(", ")}: if it can carry ${them} out, list ${them} in \`supports\`.`,
  );
}

type Source = Rule | Exception | Limit;

/** Cached, because locating and formatting a rule's position costs more than judging the rule, and neither ever changes. */
const known = new WeakMap<Source, { readonly locate: (span: Span) => string; readonly reason: Reason }>();

/** A rule as a reason: its `because` and nothing else of its content. Frozen, because answers share it. */
export function ruleReason(source: Source, locate: (span: Span) => string, unknown = false): Reason {
  if (unknown) return Object.freeze({ ...reasonOf(source, locate), unknown });
  const found = known.get(source);
  if (found?.locate === locate) return found.reason;
  const reason = Object.freeze(reasonOf(source, locate));
  known.set(source, { locate, reason });
  return reason;
}

function reasonOf(source: Source, locate: (span: Span) => string): Reason {
  const effect = source.kind === "rule" ? source.effect : source.kind;
  return {
    rule: source.id,
    ...(source.annotations.ref === undefined ? {} : { id: source.annotations.ref }),
    effect,
    at: locate(source.span),
    ...(source.because === undefined ? {} : { message: source.because }),
  };
}

/** Sorted by rule name, each once: the explanation must not depend on the order of evaluation. */
export function sortReasons(reasons: readonly Reason[]): Reason[] {
  if (reasons.length <= 1) return reasons.slice();
  const byRule = new Map<string, Reason>();
  for (const reason of reasons) if (!byRule.has(reason.rule)) byRule.set(reason.rule, reason);
  return sorted([...byRule.values()], (a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
}
