/**
 * Finds the rules that a request can match without evaluating all of them: by agent, then by user or role, then by the
 * value of an argument. A rule that is not found would be false; one that is found may be, so it is still evaluated.
 */
import { type Candidate, indexedAgents, indexedSubject, tightens } from "./candidate.js";
import type { Frame } from "./frame.js";

const none: readonly never[] = [];

/** Rules of any verb that match the same target. */
export class CandidateIndex {
  readonly all: readonly Candidate[];
  readonly #anyAgent: BySubject | undefined;
  readonly #byAgent: ReadonlyMap<string, BySubject>;

  constructor(all: readonly Candidate[]) {
    this.all = all;
    const anyAgent: Candidate[] = [];
    const byAgent = new Map<string, Candidate[]>();
    for (const candidate of all) {
      const agents = indexedAgents(candidate.rule.source.who);
      if (agents === "any") anyAgent.push(candidate);
      else for (const agent of agents) add(byAgent, agent, candidate);
    }
    this.#anyAgent = anyAgent.length === 0 ? undefined : bySubject(anyAgent);
    this.#byAgent = mapValues(byAgent, bySubject);
  }

  /** Appends every candidate that can be true or unknown of the frame, each once. */
  collect(frame: Frame, found: Candidate[]): void {
    collectSubject(this.#anyAgent, frame, found);
    collectSubject(this.#byAgent.get(frame.agentId), frame, found);
  }
}

/** Rules of one agent, or of any agent, by the user that they are about. */
interface BySubject {
  readonly anyone: ByArgument | undefined;
  /** For calls without a user. */
  readonly nobody: ByArgument | undefined;
  readonly roles: ReadonlyMap<string, ByArgument>;
  readonly users: ReadonlyMap<string, ByArgument>;
}

/** Rules of one subject: some to evaluate for all arguments, the others by the value that an argument must have. */
interface ByArgument {
  readonly always: readonly Candidate[];
  /** By the argument's name, then its value. */
  readonly keyed: readonly (readonly [string, ReadonlyMap<unknown, readonly Candidate[]>])[];
}

function bySubject(candidates: readonly Candidate[]): BySubject {
  const anyone: Candidate[] = [];
  const nobody: Candidate[] = [];
  const roles = new Map<string, Candidate[]>();
  const users = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const subject = indexedSubject(candidate.rule.source.who);
    if (subject === "anyone") anyone.push(candidate);
    else if (subject === "nobody") nobody.push(candidate);
    else if ("role" in subject) add(roles, subject.role, candidate);
    else add(users, subject.user, candidate);
  }
  return {
    anyone: anyone.length === 0 ? undefined : byArgument(anyone),
    nobody: nobody.length === 0 ? undefined : byArgument(nobody),
    roles: mapValues(roles, byArgument),
    users: mapValues(users, byArgument),
  };
}

/** Fewer rules than this are faster to evaluate than to look up, and need no map. */
const WORTH_A_LOOKUP = 4;

/** Indexes a rule by the required argument that leaves the fewest rules per value. */
function byArgument(candidates: readonly Candidate[]): ByArgument {
  if (candidates.length < WORTH_A_LOOKUP) return { always: candidates, keyed: none };
  const crowding = rulesPerValue(candidates);
  const always: Candidate[] = [];
  const keyed = new Map<string, Map<unknown, Candidate[]>>();
  for (const candidate of candidates) {
    const [first, ...others] = candidate.rule.requirements;
    if (first === undefined) {
      always.push(candidate);
      continue;
    }
    let best = first;
    for (const other of others) if (crowding(other.argument) < crowding(best.argument)) best = other;
    const byValue = getOrAdd(keyed, best.argument, () => new Map<unknown, Candidate[]>());
    for (const value of best.values) add<unknown, Candidate>(byValue, value, candidate);
  }
  return { always, keyed: [...keyed] };
}

function rulesPerValue(candidates: readonly Candidate[]): (argument: string) => number {
  const seen = new Map<string, { readonly distinct: Set<unknown>; uses: number }>();
  for (const { rule } of candidates) {
    for (const { argument, values } of rule.requirements) {
      const at = getOrAdd(seen, argument, () => ({ distinct: new Set<unknown>(), uses: 0 }));
      at.uses += values.length;
      for (const value of values) at.distinct.add(value);
    }
  }
  return (argument) => {
    const { uses, distinct } = seen.get(argument) ?? { uses: 0, distinct: { size: 1 } };
    return uses / distinct.size;
  };
}

function collectSubject(rules: BySubject | undefined, frame: Frame, found: Candidate[]): void {
  if (rules === undefined) return;
  const { anyone, nobody, roles, users } = rules;
  collectArgument(anyone, frame, found);
  const { user } = frame;
  if (user === undefined) {
    collectArgument(nobody, frame, found);
    return;
  }
  for (const { id } of user.roles) collectArgument(roles.get(id), frame, found);
  if (user.possibleRoles.length > 0) collectPossible(roles, user.possibleRoles, frame, found);
  collectArgument(users.get(user.id), frame, found);
}

/** A role that the user may have counts for rules that tighten. */
function collectPossible(
  roles: BySubject["roles"],
  possible: readonly { readonly id: string }[],
  frame: Frame,
  found: Candidate[],
): void {
  const perhaps: Candidate[] = [];
  for (const { id } of possible) collectArgument(roles.get(id), frame, perhaps);
  for (const candidate of perhaps) if (tightens(candidate)) found.push(candidate);
}

function collectArgument(rules: ByArgument | undefined, frame: Frame, found: Candidate[]): void {
  if (rules === undefined) return;
  for (const candidate of rules.always) found.push(candidate);
  for (const [argument, byValue] of rules.keyed) {
    for (const candidate of byValue.get(frame.args[argument]) ?? none) found.push(candidate);
  }
}

/** Starts a list with its first item, because most have only one and an empty list reserves room for more. */
function add<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function getOrAdd<Key, Item>(map: Map<Key, Item>, key: Key, make: () => Item): Item {
  let item = map.get(key);
  if (item === undefined) {
    item = make();
    map.set(key, item);
  }
  return item;
}

const empty: ReadonlyMap<never, never> = new Map<never, never>();

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, to: (from: From) => To): ReadonlyMap<Key, To> {
  return map.size === 0 ? empty : new Map([...map].map(([key, from]) => [key, to(from)]));
}
