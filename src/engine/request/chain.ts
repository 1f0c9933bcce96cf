/** The built-in checks of the actor chain: who may act for whom, with which credential and scopes. */

import type { Agent, Tool } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { Actor, AgentActor, UserActor } from "../../model/common.js";
import type { Reason } from "../../model/decision.js";
import { type BuiltinName, builtin } from "./refusal.js";
import { RequestProblem } from "./types.js";

/** How far another clock may be ahead of ours, in seconds. */
export const CLOCK_SKEW_SECONDS = 60;

/** Who acts, from the user to the agent that calls. */
export interface Chain {
  readonly user: UserActor | undefined;
  /** As sent, in order, with what the bundle declares of each. */
  readonly agents: readonly { readonly actor: AgentActor; readonly declared: Agent | undefined }[];
}

/** The chain of a request. Throws RequestProblem if `actors` is malformed. */
export function readChain(actors: readonly Actor[] | undefined, bundle: CompiledBundle): Chain {
  if (actors === undefined) throw malformed("", "`actors` is required");
  const first = actors[0];
  const user = first?.type === "user" ? first : undefined;
  const agents: { readonly actor: AgentActor; readonly declared: Agent | undefined }[] = [];
  for (let i = user === undefined ? 0 : 1; i < actors.length; i++) {
    const actor = actors[i] as Actor;
    if (actor.type === "user") throw malformed(`/actors/${i}`, "at most one user, and first in the chain");
    agents.push({ actor, declared: bundle.agent(actor.id) });
  }
  if (agents.length === 0) throw malformed("/actors", "at least one agent must act");
  return { user, agents };
}

function malformed(pointer: string, message: string): RequestProblem {
  return new RequestProblem(400, "malformed", message, [{ pointer, message }]);
}

/** Every built-in refusal of the chain at this time (ms), for this tool. */
export function chainRefusals(chain: Chain, tool: Tool | undefined, depth: number, now: number): Reason[] {
  const names: BuiltinName[] = [];
  const seconds = now / 1000;
  if (chain.agents.length > depth) names.push("chain_too_deep");
  if ((chain.user?.auth_time ?? 0) > seconds + CLOCK_SKEW_SECONDS) names.push("credential_in_future");
  let before: { readonly declared: Agent | undefined } | undefined;
  let scopes = chain.user?.scopes;
  checkScope(scopes, tool, names);
  for (const hop of chain.agents) {
    const { actor, declared } = hop;
    if (declared === undefined) names.push("undeclared_agent");
    else {
      checkActing(declared, chain.user !== undefined, names);
      checkEdge(declared, before, names);
      checkCredential(actor, declared, seconds, names);
    }
    if (actor.scopes !== undefined) {
      const wider =
        scopes !== undefined && actor.scopes.some((scope) => !(scopes as readonly string[]).includes(scope));
      if (wider) names.push("scope_widened");
      scopes = actor.scopes;
      checkScope(scopes, tool, names);
    }
    before = hop;
  }
  // If no hop states scopes, no hop has the scope.
  if (tool?.scope !== undefined && scopes === undefined) names.push("scope_missing");
  return names.length === 0 ? [] : [...new Set(names)].map((name) => builtin(name));
}

function checkScope(
  scopes: readonly string[] | undefined,
  tool: Tool | undefined,
  names: BuiltinName[],
): void {
  if (tool?.scope !== undefined && scopes !== undefined && !scopes.includes(tool.scope))
    names.push("scope_missing");
}

function checkActing(agent: Agent, hasUser: boolean, names: BuiltinName[]): void {
  if (agent.acts === "for-user" && !hasUser) names.push("missing_user");
  if (agent.acts === "alone" && hasUser) names.push("user_not_allowed");
}

/** An agent with `invoked by` may be called only by the agents listed there; one without may not be called by an agent. */
function checkEdge(
  agent: Agent,
  before: { readonly declared: Agent | undefined } | undefined,
  names: BuiltinName[],
): void {
  const direct = before === undefined;
  const allowed = direct
    ? agent.invokedBy.size === 0
    : before.declared !== undefined && agent.invokedBy.has(before.declared.id);
  if (!allowed && (direct || before.declared !== undefined)) names.push("undeclared_edge");
}

function checkCredential(actor: AgentActor, agent: Agent, seconds: number, names: BuiltinName[]): void {
  const { credential } = actor;
  if (credential === undefined) {
    if (agent.credential !== undefined) names.push("credential_missing");
    return;
  }
  if (credential.issued_at > seconds + CLOCK_SKEW_SECONDS) names.push("credential_in_future");
  if (credential.expires_at <= seconds) names.push("credential_expired");
  if (credential.expires_at < credential.issued_at) names.push("credential_expired");
  if (agent.credential === undefined) return;
  const most = agent.credential / 1000;
  if (credential.expires_at - credential.issued_at > most || seconds - credential.issued_at > most)
    names.push("credential_too_long");
}

/** When the first credential of the chain expires, in seconds; infinite if there is none. */
export function credentialsEnd({ agents }: Chain): number {
  let end = Number.POSITIVE_INFINITY;
  for (const { actor } of agents) end = Math.min(end, actor.credential?.expires_at ?? end);
  return end;
}

/** The effective scopes of each hop, for conditions. A hop that names none inherits them. */
export function effectiveScopes(chain: Chain): readonly (readonly string[])[] {
  let scopes: readonly string[] = chain.user?.scopes ?? [];
  return chain.agents.map(({ actor }) => {
    scopes = actor.scopes ?? scopes;
    return scopes;
  });
}
