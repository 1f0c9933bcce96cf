/** A rule at one target, as an index stores it and a request is checked against it. */
import type { Exception, Inside, Limit, Rule, Who } from "../check/program.js";
import { type CompiledRule, concerns, isInside } from "./compiled-rule.js";
import type { Frame } from "./frame.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

type AnyRule = Rule | Exception | Limit;

/** What a rule does if it applies; `exception` waives. */
export type Verb = "deny" | "allow" | "require" | "limit" | "exception";

/** A rule at one tool or channel. */
export interface Candidate<Source extends AnyRule = AnyRule> {
  readonly rule: CompiledRule<Source>;
  readonly inside: Inside;
  /** Whether it depends on stored state, including `inside`. */
  readonly stateful: boolean;
  readonly shadow: boolean;
  readonly verb: Verb;
  /** Who it is about, if an index cannot decide that; undefined if it can. */
  readonly who: Who | undefined;
}

/** The candidate of a rule at a target that it matches `inside` these transactions, or anywhere. */
export function candidateOf<Source extends AnyRule>(
  rule: CompiledRule<Source>,
  inside: Inside,
): Candidate<Source> {
  const source: AnyRule = rule.source;
  return {
    rule,
    inside,
    stateful: rule.stateful || inside !== "anywhere",
    shadow: source.kind !== "exception" && source.shadow,
    verb: source.kind === "rule" ? source.effect : source.kind,
    who: isIndexed(source.who) ? undefined : source.who,
  };
}

/** A rule about more agents than this is evaluated for all agents, so that it is not stored once for each of them. */
const MAX_INDEXED_AGENTS = 8;

/** The agents whose requests can match; `any` also for a rule that names too many. */
export function indexedAgents({ agents }: Who): "any" | ReadonlySet<string> {
  return agents !== "any" && agents.size <= MAX_INDEXED_AGENTS ? agents : "any";
}

/** The one role or the one user that a rule is about. A rule about several would be found twice, so it is found for anyone. */
export function indexedSubject({
  for: whom,
}: Who): "anyone" | "nobody" | { role: string } | { user: string } {
  if (whom.kind === "nobody") return "nobody";
  if (whom.kind === "roles" && whom.roles.size === 1) return { role: [...whom.roles][0] as string };
  if (whom.kind === "users" && whom.users.size === 1) return { user: [...whom.users][0] as string };
  return "anyone";
}

function isIndexed(who: Who): boolean {
  return indexedAgents(who) === who.agents && (who.for.kind === "any" || indexedSubject(who) !== "anyone");
}

/** Whether the candidate, found for the actors of the frame, applies to it. */
export function ask({ rule, who, inside, verb }: Candidate, frame: Frame): Tri {
  if (rule.until <= frame.now) return FALSE;
  if (who !== undefined && !concerns(who, frame, tightening(verb))) return FALSE;
  const isThere = isInside(inside, frame);
  if (isThere === FALSE) return FALSE;
  const tri = rule.condition(frame);
  return isThere === TRUE || tri === FALSE ? tri : UNKNOWN;
}

/** Whether a rule can only refuse, add a requirement or meter: adding an `allow` or an exception can only loosen. */
export function tightens({ verb }: Candidate): boolean {
  return tightening(verb);
}

function tightening(verb: Verb): boolean {
  return verb !== "allow" && verb !== "exception";
}
