/**
 * The rules of one tool that can concern an actor, found by agent and role instead of by asking every rule who it is for.
 */
import type { Exception, Inside, Limit, Rule, Who } from "../check/program.js";
import { type CompiledRule, concerns, isInside } from "./compiled-rule.js";
import type { Frame } from "./frame.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

/** A rule at one tool. */
export interface Candidate<Source extends Rule | Exception | Limit = Rule | Exception | Limit> {
  readonly rule: CompiledRule<Source>;
  readonly inside: Inside;
  /** Whether it depends on anything kept between calls, `inside` included. */
  readonly stateful: boolean;
  /** What the index does not already know of `who`; undefined where it knows all. */
  readonly who: Who | undefined;
}

/** The verdict of one candidate on one frame. */
export function ask(candidate: Candidate, frame: Frame): Tri {
  const { rule } = candidate;
  if (rule.until <= frame.now) return FALSE;
  if (candidate.who !== undefined && !concerns(candidate.who, frame)) return FALSE;
  if (candidate.inside === "anywhere") return rule.condition(frame);
  const inside = isInside(candidate.inside, frame);
  if (inside === FALSE) return FALSE;
  const condition = rule.condition(frame);
  return inside === TRUE ? condition : condition === FALSE ? FALSE : UNKNOWN;
}

interface Bucket<C> {
  readonly everybody: C[];
  readonly nobody: C[];
  readonly roles: Map<string, C[]>;
  readonly users: Map<string, C[]>;
}

const none: readonly never[] = [];

export class CandidateIndex<Source extends Rule | Exception | Limit> {
  readonly all: readonly Candidate<Source>[];
  readonly #anyAgent: Bucket<Candidate<Source>>;
  readonly #byAgent = new Map<string, Bucket<Candidate<Source>>>();

  constructor(rules: readonly { readonly rule: CompiledRule<Source>; readonly inside: Inside }[]) {
    this.#anyAgent = emptyBucket();
    const all: Candidate<Source>[] = [];
    for (const { rule, inside } of rules) {
      const { who } = rule.source;
      const stateful = rule.stateful || inside !== "anywhere";
      const candidate: Candidate<Source> = { rule, inside, stateful, who: isIndexed(who) ? undefined : who };
      all.push(candidate);
      if (who.agents === "any") put(this.#anyAgent, who, candidate);
      else {
        for (const agent of who.agents) {
          let bucket = this.#byAgent.get(agent);
          if (bucket === undefined) {
            bucket = emptyBucket();
            this.#byAgent.set(agent, bucket);
          }
          put(bucket, who, candidate);
        }
      }
    }
    this.all = all;
  }

  /** Calls `visit` with every candidate that can concern the actors of this frame, each once. */
  visit(frame: Frame, visit: (candidate: Candidate<Source>) => void): void {
    visitBucket(this.#anyAgent, frame, visit);
    const own = this.#byAgent.get(frame.agentId);
    if (own !== undefined) visitBucket(own, frame, visit);
  }
}

function emptyBucket<C>(): Bucket<C> {
  return { everybody: [], nobody: [], roles: new Map(), users: new Map() };
}

/** One role or one user is a key; several would make a rule be met twice, so they are asked. */
function isIndexed(who: Who): boolean {
  return (
    !(who.for.kind === "roles" && who.for.roles.size !== 1) &&
    !(who.for.kind === "users" && who.for.users.size !== 1)
  );
}

function put<C>(bucket: Bucket<C>, who: Who, candidate: C): void {
  const { for: whom } = who;
  if (whom.kind === "nobody") bucket.nobody.push(candidate);
  else if (whom.kind === "roles" && whom.roles.size === 1)
    putUnder(bucket.roles, [...whom.roles][0] as string, candidate);
  else if (whom.kind === "users" && whom.users.size === 1)
    putUnder(bucket.users, [...whom.users][0] as string, candidate);
  else bucket.everybody.push(candidate);
}

function putUnder<C>(map: Map<string, C[]>, key: string, candidate: C): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [candidate]);
  else list.push(candidate);
}

function visitBucket<C>(bucket: Bucket<C>, frame: Frame, visit: (candidate: C) => void): void {
  visitList(bucket.everybody, visit);
  const { user } = frame;
  if (user === undefined) {
    visitList(bucket.nobody, visit);
    return;
  }
  if (bucket.roles.size > 0)
    for (const role of user.roleIds) visitList(bucket.roles.get(role) ?? none, visit);
  if (bucket.users.size > 0) visitList(bucket.users.get(user.id) ?? none, visit);
}

function visitList<C>(list: readonly C[], visit: (candidate: C) => void): void {
  for (let i = 0; i < list.length; i++) visit(list[i] as C);
}
