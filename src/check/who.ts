import type { AgentClause } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import type { Who } from "./program.js";

/** Those that were met so far, by what they say: thousands of rules are about the same few. */
const met = new WeakMap<Bundle, Map<string, Who>>();

/** Whom a rule is about; without a clause, everybody. */
export function checkWho(bundle: Bundle, clause: AgentClause | undefined): Who {
  const who = whoOf(bundle, clause);
  let known = met.get(bundle);
  if (known === undefined) {
    known = new Map();
    met.set(bundle, known);
  }
  const text = textOf(who);
  const same = known.get(text);
  if (same !== undefined) return same;
  known.set(text, who);
  return who;
}

/** The same for two that are about the same; ids hold neither blanks nor signs, ids of users may. */
function textOf({ agents, for: whom }: Who): string {
  const names =
    whom.kind === "roles"
      ? [...whom.roles].join()
      : whom.kind === "users"
        ? JSON.stringify([...whom.users])
        : "";
  return `${agents === "any" ? "*" : [...agents].join()} ${whom.kind} ${names}`;
}

function whoOf(bundle: Bundle, clause: AgentClause | undefined): Who {
  if (clause === undefined) return { agents: "any", for: { kind: "any" } };
  const agents = clause.agents === "any" ? "any" : new Set(bundle.findAll("agent", clause.agents, "agent"));
  const whom = clause.for;
  switch (whom?.kind) {
    case "nobody":
      return { agents, for: { kind: "nobody" } };
    case "role":
      return { agents, for: { kind: "roles", roles: new Set(bundle.findAll("role", whom.roles, "role")) } };
    case "user":
      return { agents, for: { kind: "users", users: new Set(whom.users.map((user) => user.value)) } };
    default:
      return { agents, for: { kind: "any" } };
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
