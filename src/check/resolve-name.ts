import type { Declared, NameSpace, Program } from "./program.js";

/**
 * A function that resolves names in a checked program: bare if only one declaration of the kind has the name, or in
 * full. It lives as long as the program, so it keeps ids and no source text.
 */
export function nameResolver(program: Omit<Program, "resolve">): Program["resolve"] {
  const spaces = new Map<NameSpace, ReadonlyMap<string, string | undefined>>();
  return (space, name) => {
    let ids = spaces.get(space);
    if (ids === undefined) {
      ids = idsOf(declaredIn(program, space));
      spaces.set(space, ids);
    }
    return ids.get(name);
  };
}

function idsOf(declared: Iterable<Declared>): ReadonlyMap<string, string | undefined> {
  const ids = new Map<string, string | undefined>();
  const add = (text: string, id: string) =>
    ids.set(text, ids.has(text) && ids.get(text) !== id ? undefined : id);
  for (const { id, name } of declared) {
    add(id, id);
    add(name, id);
  }
  return ids;
}

function declaredIn(program: Omit<Program, "resolve">, space: NameSpace): Iterable<Declared> {
  switch (space) {
    case "label":
      return program.labels.values();
    case "tag":
      return program.tags.values();
    case "level":
      return program.assurance;
    case "role":
      return program.roles.values();
    case "type":
      return program.types.values();
    case "tool":
      return program.tools.values();
    case "channel":
      return program.channels.values();
    case "agent":
      return program.agents.values();
    case "data":
      return program.data.values();
    case "define":
      return program.defines.values();
    case "approval":
      return program.approvals.values();
    case "transaction":
      return program.transactions.values();
    case "rule":
      return program.rules.values();
    case "limit":
      return program.limits.values();
    case "exception":
      return program.exceptions.values();
  }
}
