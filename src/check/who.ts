import type { AgentClause } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import type { Who } from "./program.js";

/** Subjects by content: thousands of rules share the same few. */
const knownSubjects = new WeakMap<Bundle, Map<string, Who>>();

/** The subjects of a rule; without a clause, any agent and any user. */
export function checkWho(bundle: Bundle, clause: AgentClause | undefined): Who {
  let known = knownSubjects.get(bundle);
  if (known === undefined) {
    known = new Map();
    knownSubjects.set(bundle, known);
  }
  const agents =
    clause === undefined || clause.agents === "any" ? "any" : bundle.findAll("agent", clause.agents, "agent");
  const kind = KINDS[clause?.for?.kind ?? "any"];
  const names = namesOf(bundle, clause?.for);
  // Ids contain neither blanks nor special characters; ids of users may.
  const text = `${agents === "any" ? "*" : agents.join()} ${kind} ${kind === "users" ? JSON.stringify(names) : names.join()}`;
  let who = known.get(text);
  if (who === undefined) {
    who = { agents: agents === "any" ? agents : new Set(agents), for: whomOf(kind, names) };
    known.set(text, who);
  }
  return who;
}

const KINDS = { any: "any", nobody: "nobody", role: "roles", user: "users" } as const;

/** Role ids or users; empty if the clause uses a keyword. */
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

/** Whether every request the rule matches has a user, so that `user` needs no guard. */
export function hasUser(bundle: Bundle, who: Who): boolean {
  if (who.for.kind !== "any") return who.for.kind !== "nobody";
  // If every name was wrong, report nothing more about the rule.
  if (who.agents !== "any" && who.agents.size === 0) return true;
  const agents = who.agents === "any" ? bundle.agents.keys() : who.agents;
  let some = false;
  for (const id of agents) {
    if (bundle.agents.get(id)?.acts !== "for-user") return false;
    some = true;
  }
  return some;
}
