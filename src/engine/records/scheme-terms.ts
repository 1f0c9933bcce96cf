/** What a scheme requires under the policy in service, and whether an earlier approval still meets it. */

import type { EngineContext } from "../context.js";
import {
  type ApprovalState,
  type ApprovalTerms,
  CONFIRMATION,
  CONFIRMATION_EXPIRES,
  meetsTerms,
  schemeTerms,
} from "./approval-state.js";

/** The last part of a declared name, which people and tokens use if it is unique. */
export function shortName(id: string): string {
  return id.slice(id.lastIndexOf(".") + 1);
}

/** Terms of a scheme by its id; of `confirmation`, the requesting user's own word. */
export function termsOf(scheme: string, context: Pick<EngineContext, "bundle">): ApprovalTerms {
  const declared = context.bundle.scheme(scheme);
  if (declared === undefined)
    return { quorum: 1, from: [], roles: [], uses: 1, expires: CONFIRMATION_EXPIRES };
  return schemeTerms(declared, { role: shortName, level: shortName });
}

/** Whether an approval still meets its scheme; false if the policy now requires more. */
export function isUpToDate(
  state: ApprovalState,
  now: number,
  context: Pick<EngineContext, "bundle">,
): boolean {
  const { scheme } = state.request;
  if (scheme === CONFIRMATION) return true;
  if (context.bundle.scheme(scheme) === undefined) return false;
  const rank = (level: string) =>
    context.bundle.program.assurance.find(({ id }) => id === level)?.rank ?? Number.NEGATIVE_INFINITY;
  return meetsTerms(state, now, termsOf(scheme, context), rank);
}
