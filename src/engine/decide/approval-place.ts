/** What an approval is bound to, and so where its record lies: a call, or the plan of a transaction. */
import type { CompiledBundle } from "../../compile/compile.js";
import type { EngineContext } from "../context.js";
import { CONFIRMATION } from "../records/approval-state.js";
import type { Call } from "../request/call.js";
import type { Loaded } from "./load.js";

/** What binds an approval of this scheme here: the plan of the transaction where the scheme says so, else the call. */
export function digestFor(
  scheme: string,
  call: Call,
  bundle: CompiledBundle,
  transaction: Loaded["transaction"],
): string {
  const planDigest = typeof transaction === "object" ? transaction.state.planDigest : undefined;
  if (planDigest === undefined) return call.digest();
  const bindsPlan =
    scheme === CONFIRMATION
      ? typeof transaction === "object" && transaction.declared.confirmPlan
      : bundle.scheme(scheme)?.binds === "plan";
  return bindsPlan ? planDigest : call.digest();
}

/** Approvals of a plan are kept under the transaction, so that one batched read finds them without knowing the digest. */
export function planRef(transaction: string): string {
  return `plan:${transaction}`;
}

/** Where the record of a scheme lies for this call: under the digest, or under the transaction whose plan it binds. */
export function approvalPlace(
  scheme: string,
  call: Call,
  loaded: Loaded | undefined,
  context: EngineContext,
): string {
  const digest = digestFor(scheme, call, context.bundle, loaded?.transaction ?? "none");
  return digest === call.digest() ? digest : planRef(call.request.transaction as string);
}
