import type { AgentClause } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import type { Who } from "./program.js";

/** Those that were met so far, by what they say: thousands of rules are about the same few. */
const met = new WeakMap<Bundle, Map<string, Who>>();

/** Whom a rule is about; without a clause, everybody. */
export function checkWho(bundle: Bundle, clause: AgentClause | undefined): Who {
  let known = met.get(bundle);
  if (known === undefined) {
    known = new Map();
    met.set(bundle, known);
  }
  const agents =
    clause === undefined || clause.agents === "any" ? "any" : bundle.findAll("agent", clause.agents, "agent");
  const kind = KINDS[clause?.for?.kind ?? "any"];
  const names = namesOf(bundle, clause?.for);
  // Ids hold neither blanks nor signs, ids of users may.
  const text = `${agents === "any" ? "*" : agents.join()} ${kind} ${kind === "users" ? JSON.stringify(names) : names.join()}`;
  let who = known.get(text);
  if (who === undefined) {
    who = { agents: agents === "any" ? agents : new Set(agents), for: whomOf(kind, names) };
    known.set(text, who);
  }
  return who;
}

const KINDS = { any: "any", nobody: "nobody", role: "roles", user: "users" } as const;

/** Roles by id, or users; none where it is said in a word. */
function namesOf(bundle: Bundle, whom: AgentClause["for"]): readonly string[] {
  if (whom?.kind === "role") return bundle.findAll("role", whom.roles, "role");
  return whom?.kind === "user" ? whom.users.map((user) => user.value) : [];
}

function whomOf(kind: Who["for"]["kind"], names: readonly string[]): Who["for"] {
  switch (kind) {
    case "roles":
      return { kind, roles: new Set(names) };
    case "users":
      return { kind, users: new Set(names) };
    default:
      return { kind };
  }
}

/** Whether every request that the rule is about has a user, so that `user` needs no guard. */
export function hasUser(bundle: Bundle, who: Who): boolean {
  if (who.for.kind !== "any") return who.for.kind !== "nobody";
  // Where every name was wrong, nothing further is to be said of the rule.
  if (who.agents !== "any" && who.agents.size === 0) return true;
  const agents = who.agents === "any" ? bundle.agents.keys() : who.agents;
  let some = false;
  for (const id of agents) {
    if (bundle.agents.get(id)?.acts !== "for-user") return false;
    some = true;
  }
  return some;
}
