/** A decision in one line, so that two can be compared, and shown beside each other. */
import type { Decision } from "../model/decision.js";
import { needText, obligationText } from "./expectation.js";

/** What is compared of a decision. */
export interface AnswerSummary {
  /** Verdict, unmet needs and obligations: what an enforcement point acts on. */
  readonly text: string;
  /** The rules that determined it. */
  readonly by: string;
}

/** Sums a decision up; ids, times and what is left of limits are left out. */
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
