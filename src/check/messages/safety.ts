/** Unsafe policies: W4… */
import { diagnostic } from "../../diagnostics/catalogue.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Span } from "../../source/source.js";
import { quoted } from "./wording.js";

/** Messages by what is wrong. */
export const safetyMessages = {
  wildcardGrant: (span: Span, by: string, tools: readonly string[], why: string): Diagnostic =>
    diagnostic("W4001", span, `this allow grants ${why} by ${by}`, {
      label: `it matches ${quoted(tools)}`,
      help: `list them by name: \`call ${tools.slice(0, 3).join(", ")}\`; or narrow it: \`${by === "`any`" ? "any" : by.replaceAll("`", "")} read tier 1\``,
    }),
  ungated: (allow: string, span: Span, tools: readonly string[], targetSpans: readonly Span[]): Diagnostic =>
    diagnostic("W4002", span, `allow \`${allow}\` grants a tier-3 tool with neither approval nor step-up`, {
      label: `nothing guards ${quoted(tools)}`,
      secondary: targetSpans.map((target) => ({ span: target, message: "granted here" })),
      help: 'add `need approval …` or `need step-up …`, or give a reason with `@ungated("why")`',
    }),
  needInDeny: (span: Span): Diagnostic =>
    diagnostic("W4003", span, "a deny cannot have needs", {
      help: "use `require` to demand something, or remove the `need`",
    }),
  incompleteException: (name: string, span: Span, missing: readonly string[]): Diagnostic =>
    diagnostic("W4004", span, `exception \`${name}\` has no ${quoted(missing, "and no")}`, {
      label: "an exception needs `until`, `because` and `need`",
      help: 'write `need …  until 2026-12-31T00:00:00Z  because "…"`',
    }),
  notWaivable: (what: string, name: string, span: Span, declared: Span): Diagnostic =>
    diagnostic("W4005", span, `${what} \`${name}\` cannot be waived`, {
      label: "it is not `waivable`",
      secondary: [{ span: declared, message: "declared here" }],
      help: `write \`waivable ${what} ${name}\` where it is declared, if its owner agrees`,
    }),
  obligationsOn: (effect: string, span: Span): Diagnostic =>
    diagnostic("W4006", span, `${effect === "allow" ? "an allow" : `a ${effect}`} cannot have obligations`, {
      help: "move the `with` to a `require`, which applies to every grant",
    }),
  readsAdvisory: (path: string, span: Span): Diagnostic =>
    diagnostic("W4007", span, `\`${path}\` is advisory: conditions cannot read it`, {
      label: "approvals are not bound to it, so it may change after one",
      help: "remove `@advisory` from the field, or use another field",
    }),
  afterIrreversible: (span: Span, tool: string, earlier: Span): Diagnostic =>
    diagnostic("W4008", span, "a step follows the irreversible one", {
      secondary: [{ span: earlier, message: `\`${tool}\` cannot be undone` }],
      help: "move the irreversible step to the end",
    }),
  riskMismatch: (span: Span, message: string, help: string): Diagnostic =>
    diagnostic("W4009", span, message, { help }),
  guardedWithoutAccepts: (tool: string, span: Span, tag: string, rule: Span): Diagnostic =>
    diagnostic("W4010", span, `tool \`${tool}\` is tagged \`${tag}\` and has no \`accepts\``, {
      label: "it would receive any label",
      secondary: [{ span: rule, message: `this rule guards tools tagged \`${tag}\`` }],
      help: "add `accepts …` with the labels it may receive, or `accepts any`",
    }),
  outageTooWide: (span: Span, why: string): Diagnostic =>
    diagnostic("W4011", span, '`@outage("allow")` is only for limits on tier-1 reads', {
      label: why,
      help: "narrow the limit: `call any read tier 1`",
    }),
  meaninglessGrant: (span: Span, message: string, help: string): Diagnostic =>
    diagnostic("W4012", span, message, { help }),
  requiresNothing: (name: string, span: Span): Diagnostic =>
    diagnostic("W4013", span, `require \`${name}\` requires nothing`, {
      label: "it has neither `need` nor `with`",
      help: 'add `need step-up …`, `need approval …` or `with log("full")`',
    }),
  twinRoles: (role: Twin, other: Twin): Diagnostic =>
    diagnostic("W4015", role.nameSpan, `two modules declare role \`${role.name}\``, {
      label: `a request with the role \`${role.name}\` could mean \`${other.id}\` or \`${role.id}\``,
      secondary: [{ span: other.nameSpan, message: "declared here too" }],
      help: `rename one, or write \`@qualified\` before each if requests always give \`${role.id}\``,
    }),
  anyAgentWrites: (allow: string, tool: string, span: Span): Diagnostic =>
    diagnostic("W4016", span, `allow \`${allow}\` does not say whose calls it grants`, {
      label: `so every agent may call \`${tool}\``,
      help: "add `agent …` with the agents that may, or `agent any` to mean every agent",
    }),
  zeroQuorum: (span: Span): Diagnostic =>
    diagnostic("W4014", span, "a quorum of 0 needs no approver", { help: "write `quorum 1` or more" }),
};

/** A role that has the same wire name as another one. */
export interface Twin {
  readonly id: string;
  readonly name: string;
  readonly nameSpan: Span;
}
