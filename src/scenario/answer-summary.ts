/** A decision in one line, for comparing two of them or showing them side by side. */
import type { Decision } from "../model/decision.js";
import { needText, obligationText } from "./expectation.js";

/** The compared parts of a decision. */
export interface AnswerSummary {
  /** Verdict, unmet needs and obligations: what an enforcement point acts on. */
  readonly text: string;
  /** The rules that determined it. */
  readonly by: string;
}

/** Summarizes a decision without ids, times and the remaining amounts of limits. */
export function summaryOf({ decision, needs, obligations, reasons, alerts = [] }: Decision): AnswerSummary {
  const parts = [
    decision,
    ...(needs.length === 0 ? [] : [`needs ${needs.map(needText).join(", ")}`]),
    ...(obligations.length === 0 || decision === "deny"
      ? []
      : [`with ${obligations.map(obligationText).join(", ")}`]),
    ...(alerts.length === 0 ? [] : [`alerts ${alerts.join(", ")}`]),
  ];
  return { text: parts.join(", "), by: reasons.map(({ rule }) => rule).join(", ") };
}
