/**
 * Writ as a library: load a bundle, compile it, decide.
 *
 * The service is started by `writ serve`; it is not among these, so that a program that decides in its own process loads no server.
 */
export { compileBundle } from "./bundle/compile-bundle.js";
export { type Bundle, type LoadedBundle, type LoadOptions, loadBundle } from "./bundle/load.js";
export type { CompiledBundle } from "./compile/compile.js";
export type { Diagnostic, Severity } from "./diagnostics/diagnostic.js";
export { Pdp, type PdpOptions } from "./engine/pdp.js";
export {
  type ApprovalFilter,
  type ApproverIdentity,
  type Caller,
  type Explanation,
  type PolicyDecisionPoint,
  RequestProblem,
} from "./engine/request/types.js";
export { createKeys, type Keys } from "./identity/keys.js";
export type { Actor, AgentActor, UserActor, VerdictName } from "./model/common.js";
export type {
  Decision,
  LimitState,
  Need,
  Obligation,
  OutcomeAnswer,
  OutcomeRequest,
  Reason,
  Retry,
} from "./model/decision.js";
export type { DecideRequest } from "./model/request.js";
export type {
  AbortAnswer,
  ApprovalPage,
  ApprovalView,
  ApproveAnswer,
  OpenSession,
  OpenTransaction,
  SessionView,
  TransactionView,
} from "./model/session.js";
export { type Clock, systemClock } from "./state/clock.js";
export { type OpenStoreOptions, openStore } from "./state/open-store.js";
export { type StateStore, StateUnavailable } from "./state/store.js";
