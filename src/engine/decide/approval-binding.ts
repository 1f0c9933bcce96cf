/** What an approval is bound to, a call or the plan of a transaction, and so under which key its record is. */
import type { CompiledBundle } from "../../compile/compile.js";
import { CONFIRMATION } from "../records/approval-state.js";
import type { Call } from "../request/call.js";
import type { Case, DecisionState } from "./types.js";

/** What binds an approval of this scheme here: the plan of the transaction if the scheme says so, else the call. */
export function digestFor(
  scheme: string,
  call: Call,
  bundle: CompiledBundle,
  transaction: DecisionState["transaction"],
): string {
  if (typeof transaction !== "object" || transaction.state.planDigest === undefined) return call.digest();
  const bindsPlan =
    scheme === CONFIRMATION ? transaction.declared.confirmPlan : bundle.scheme(scheme)?.binds === "plan";
  return bindsPlan ? transaction.state.planDigest : call.digest();
}

/** The same for a case, with what was read of its transaction. */
export function bindingOf(scheme: string, { call, context, state }: Case): string {
  return digestFor(scheme, call, context.bundle, state?.transaction ?? "none");
}

/** Approvals of a plan are kept under the transaction, so that one batched read finds them without knowing the digest. */
export function planRef(transaction: string): string {
  return `plan:${transaction}`;
}

/** The last part of the key of a scheme's record: the digest, or the transaction whose plan it binds. */
export function approvalRef(scheme: string, c: Case): string {
  const digest = bindingOf(scheme, c);
  return digest === c.call.digest() ? digest : planRef(c.call.request.transaction as string);
}
