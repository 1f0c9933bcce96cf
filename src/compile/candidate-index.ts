/**
 * Rules that reach the same tools, found by what acts and what is asked instead of by asking every one of them: by
 * agent, then by role or user, then by the value of one argument that most of them compare with a constant.
 */
import type { Exception, Inside, Limit, Rule, Who } from "../check/program.js";
import { ByIndex } from "./by-index.js";
import { type CompiledRule, concerns, isInside } from "./compiled-rule.js";
import type { ConditionCode } from "./expression.js";
import type { Frame } from "./frame.js";
import type { Compiling } from "./requirements.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

type AnyRule = Rule | Exception | Limit;

const none: readonly never[] = [];

/** What a rule does where it applies; `exception` lifts. */
export type Verb = "deny" | "allow" | "require" | "limit" | "exception";

/** A rule at one tool. Condition and end stand here as well as in the rule: what is not looked into costs nothing. */
export interface Candidate<Source extends AnyRule = AnyRule> {
  readonly rule: CompiledRule<Source>;
  readonly condition: ConditionCode;
  /** Milliseconds; infinite where the rule does not end. */
  readonly until: number;
  readonly inside: Inside;
  /** Whether it depends on anything kept between calls, `inside` included. */
  readonly stateful: boolean;
  readonly shadow: boolean;
  readonly verb: Verb;
  /** What the index does not already know of `who`; undefined where it knows all. */
  readonly who: Who | undefined;
}

/** A rule whose condition is not false. */
export interface Hit<Source extends AnyRule = AnyRule> {
  readonly candidate: Candidate<Source>;
  readonly tri: typeof TRUE | typeof UNKNOWN;
}

/** Every rule that is true or unknown of a frame. Shadow rules are kept apart: they never decide. */
export class Findings {
  denies: readonly Hit<Rule>[] = none;
  allows: readonly Hit<Rule>[] = none;
  requires: readonly Hit<Rule>[] = none;
  limits: readonly Hit<Limit>[] = none;
  exceptions: readonly Hit<Exception>[] = none;
  shadow: readonly Hit<Rule | Limit>[] = none;
}

/** Where a hit goes: a number, for it is asked of every one. */
const LISTS = { deny: 0, allow: 1, require: 2, limit: 3, exception: 4 } as const satisfies Record<
  Verb,
  number
>;
const SHADOW = 5;
type List = (typeof LISTS)[Verb] | typeof SHADOW;

/** The verdict of one candidate on one frame. */
export function ask(candidate: Candidate, frame: Frame): Tri {
  return askFor(candidate, candidate.condition, frame);
}

/** Whether a rule can only refuse, add a requirement or meter: adding an `allow` or an exception can only loosen. */
export function tightens({ verb }: Candidate): boolean {
  return verb !== "allow" && verb !== "exception";
}

function askFor(candidate: Candidate, condition: ConditionCode, frame: Frame): Tri {
  const { until, who, inside } = candidate;
  if (until <= frame.now) return FALSE;
  if (who !== undefined && !concerns(who, frame, tightens(candidate))) return FALSE;
  if (inside === "anywhere") return condition(frame);
  const isThere = isInside(inside, frame);
  if (isThere === FALSE) return FALSE;
  const tri = condition(frame);
  return isThere === TRUE ? tri : tri === FALSE ? FALSE : UNKNOWN;
}

/** What a rule is at the tools of one index. */
export interface Reaching<Source extends AnyRule = AnyRule> {
  readonly rule: CompiledRule<Source>;
  readonly inside: Inside;
}

/** Rules of every verb that reach the same tools: what one request can concern is looked up once for all of them. */
export class CandidateIndex {
  readonly all: readonly Candidate[];
  readonly #anyAgent: Bucket | undefined;
  readonly #byAgent: ByIndex<Bucket> | undefined;

  constructor(rules: readonly Reaching[], compiling: Compiling) {
    const anyAgent: Candidate[] = [];
    const byAgent = new Map<number, Candidate[]>();
    this.all = rules.map((reaching) => {
      const { who } = reaching.rule.source;
      const candidate = candidateOf(reaching);
      if (who.agents === "any" || who.agents.size > MOST_AGENTS) anyAgent.push(candidate);
      else
        for (const agent of who.agents) {
          listOf(byAgent, indexIn(compiling.program.agents, agent)).push(candidate);
        }
      return candidate;
    });
    const bucket = (candidates: readonly Candidate[]) => bucketOf(candidates, compiling);
    this.#anyAgent = anyAgent.length === 0 ? undefined : bucket(anyAgent);
    this.#byAgent = ByIndex.of(byAgent, bucket);
  }

  /** Adds every candidate that is true or unknown of the frame, each once; those in shadow apart. */
  collect(frame: Frame, findings: Findings): void {
    if (this.#anyAgent !== undefined) collectBucket(this.#anyAgent, frame, findings);
    const own = this.#byAgent?.get(frame.agentIndex);
    if (own !== undefined) collectBucket(own, frame, findings);
  }
}

function candidateOf({ rule, inside }: Reaching): Candidate {
  const { source, condition, until } = rule;
  return {
    rule,
    condition,
    until,
    inside,
    stateful: rule.stateful || inside !== "anywhere",
    shadow: source.kind !== "exception" && source.shadow,
    verb: source.kind === "rule" ? source.effect : source.kind,
    who: isIndexed(source.who) ? undefined : source.who,
  };
}

/** Rules of one agent, or of any. A part that holds nothing is undefined, so that it is not looked into. */
interface Bucket {
  readonly everybody: Selection | undefined;
  readonly nobody: Selection | undefined;
  readonly roles: ByIndex<Selection> | undefined;
  readonly users: ReadonlyMap<string, Selection> | undefined;
}

/**
 * Candidates that are asked whatever the arguments, and others by the value that an argument must have for them to be
 * anything but false. All lists here are chains: most have one link, and an array would be two more places to go to.
 */
interface Selection {
  readonly always: Asked | undefined;
  readonly keyed: Keyed | undefined;
}
/** What depends on one argument: by value where there are several values, one after the other where there are few. */
interface Keyed {
  readonly field: string;
  readonly byValue: ReadonlyMap<unknown, Asked> | undefined;
  readonly few: OneValue | undefined;
  next: Keyed | undefined;
}
interface OneValue {
  readonly value: unknown;
  readonly asked: Asked;
  next: OneValue | undefined;
}
/** A candidate, what of its condition is to be asked where it was found, and what else there is to know of it then. */
interface Asked {
  readonly candidate: Candidate;
  readonly rest: ConditionCode;
  /** Whether nothing else is to be asked: it does not end, is about all that are found here, and for calls anywhere. */
  readonly isPlain: boolean;
  readonly list: List;
  /** What is found where it alone is true: made when it first is. */
  whenTrue: readonly [Hit] | undefined;
  next: Asked | undefined;
}

function bucketOf(candidates: readonly Candidate[], compiling: Compiling): Bucket {
  const everybody: Candidate[] = [];
  const nobody: Candidate[] = [];
  const roles = new Map<number, Candidate[]>();
  const users = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { for: whom } = candidate.rule.source.who;
    if (whom.kind === "nobody") nobody.push(candidate);
    else if (whom.kind === "roles" && whom.roles.size === 1) {
      listOf(roles, indexIn(compiling.program.roles, onlyOf(whom.roles))).push(candidate);
    } else if (whom.kind === "users" && whom.users.size === 1)
      listOf(users, onlyOf(whom.users)).push(candidate);
    else everybody.push(candidate);
  }
  const selection = (list: readonly Candidate[]) => select(list, compiling);
  return {
    everybody: everybody.length === 0 ? undefined : selection(everybody),
    nobody: nobody.length === 0 ? undefined : selection(nobody),
    roles: ByIndex.of(roles, selection),
    users: users.size === 0 ? undefined : new Map([...users].map(([user, list]) => [user, selection(list)])),
  };
}

/** Throws for what is not declared: a rule that is left out could be a deny. */
function indexIn(declared: ReadonlyMap<string, { readonly index: number }>, id: string): number {
  const index = declared.get(id)?.index;
  if (index === undefined)
    throw new Error(`a rule is about ${id}, which the checked program does not declare`);
  return index;
}

function onlyOf(words: ReadonlySet<string>): string {
  return [...words][0] as string;
}

function listOf<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}

/** A rule about more agents than this is kept once and asked whom it is about, not kept with all its values for each of them. */
const MOST_AGENTS = 8;

/** One role or one user is a key; several would make a rule be met twice, so they are asked. */
function isIndexed(who: Who): boolean {
  return (
    !(who.agents !== "any" && who.agents.size > MOST_AGENTS) &&
    !(who.for.kind === "roles" && who.for.roles.size !== 1) &&
    !(who.for.kind === "users" && who.for.users.size !== 1)
  );
}

/** Fewer values than this are compared one after the other: that is as quick as looking one up. */
const WORTH_A_MAP = 3;

/** Takes out, as long as there is one, the argument that most of the rest compare with constants. */
function select(candidates: readonly Candidate[], compiling: Compiling): Selection {
  const required = new Map(
    candidates.map((each) => [each, compiling.requirementsOf(each.rule.source.condition)] as const),
  );
  const keyed: Keyed[] = [];
  let rest = candidates;
  for (;;) {
    const field = commonest(rest.flatMap((candidate) => [...(required.get(candidate)?.keys() ?? none)]));
    if (field === undefined) break;
    const byValue = new Map<unknown, Asked[]>();
    const others: Candidate[] = [];
    for (const candidate of rest) {
      const requirement = required.get(candidate)?.get(field);
      if (requirement === undefined) others.push(candidate);
      else {
        const left = compiling.leftOf(requirement);
        for (const value of new Set(requirement.values))
          listOf(byValue, value as unknown).push(askedOf(candidate, left));
      }
    }
    keyed.push(keyedBy(field, byValue));
    rest = others;
  }
  return {
    always: chained(rest.map((candidate) => askedOf(candidate, candidate.condition))),
    keyed: chained(keyed),
  };
}

function askedOf(candidate: Candidate, rest: ConditionCode): Asked {
  const { until, who, inside, shadow, verb } = candidate;
  return {
    candidate,
    rest,
    isPlain: until === Number.POSITIVE_INFINITY && who === undefined && inside === "anywhere",
    list: shadow ? SHADOW : LISTS[verb],
    whenTrue: undefined,
    next: undefined,
  };
}

function keyedBy(field: string, lists: ReadonlyMap<unknown, readonly Asked[]>): Keyed {
  const values = [...lists].map(([value, list]) => ({
    value,
    asked: chained(list) as Asked,
    next: undefined,
  }));
  if (values.length < WORTH_A_MAP)
    return { field, byValue: undefined, few: chained<OneValue>(values), next: undefined };
  const byValue = new Map(values.map(({ value, asked }) => [value, asked]));
  return { field, byValue, few: undefined, next: undefined };
}

/** Links them in this order and gives the first. Each is made whole, and by itself: engines keep a copy with more in it in a slower form. */
function chained<Link extends { next: Link | undefined }>(links: readonly Link[]): Link | undefined {
  for (const [at, link] of links.entries()) link.next = links[at + 1];
  return links[0];
}

/** The name that occurs most often; of equals the first by name. */
function commonest(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best?.[0];
}

function collectBucket(bucket: Bucket, frame: Frame, findings: Findings): void {
  const { everybody, roles, users } = bucket;
  if (everybody !== undefined) collectSelection(everybody, frame, findings);
  const { user } = frame;
  if (user === undefined) {
    if (bucket.nobody !== undefined) collectSelection(bucket.nobody, frame, findings);
    return;
  }
  if (roles !== undefined) {
    const { roleIndexes } = user;
    for (let i = 0; i < roleIndexes.length; i++) {
      const selection = roles.get(roleIndexes[i] as number);
      if (selection !== undefined) collectSelection(selection, frame, findings);
    }
    if (user.possibleRoles.length > 0) collectPossible(roles, frame, findings);
  }
  if (users !== undefined) {
    const selection = users.get(user.id);
    if (selection !== undefined) collectSelection(selection, frame, findings);
  }
}

/** What tightens for a role that the user may have. */
function collectPossible(roles: ByIndex<Selection>, frame: Frame, findings: Findings): void {
  const found = new Findings();
  for (const { index } of frame.user?.possibleRoles ?? []) {
    const selection = roles.get(index);
    if (selection !== undefined) collectSelection(selection, frame, found);
  }
  findings.denies = [...findings.denies, ...found.denies];
  findings.requires = [...findings.requires, ...found.requires];
  findings.limits = [...findings.limits, ...found.limits];
  findings.shadow = [...findings.shadow, ...found.shadow.filter(({ candidate }) => tightens(candidate))];
}

function collectSelection({ always, keyed }: Selection, frame: Frame, findings: Findings): void {
  for (let at = keyed; at !== undefined; at = at.next) {
    const value = frame.args[at.field];
    if (at.byValue !== undefined) {
      addAll(at.byValue.get(value), frame, findings);
      continue;
    }
    for (let one = at.few; one !== undefined; one = one.next) {
      if (one.value === value) addAll(one.asked, frame, findings);
    }
  }
  addAll(always, frame, findings);
}

function addAll(first: Asked | undefined, frame: Frame, findings: Findings): void {
  for (let asked = first; asked !== undefined; asked = asked.next) {
    const tri = asked.isPlain ? asked.rest(frame) : askFor(asked.candidate, asked.rest, frame);
    if (tri !== FALSE) add(asked, tri, findings);
  }
}

function add(asked: Asked, tri: Hit["tri"], findings: Findings): void {
  const hit = tri === TRUE ? trueOf(asked) : ([{ candidate: asked.candidate, tri }] as const);
  switch (asked.list) {
    case LISTS.deny:
      findings.denies = withHit(findings.denies, hit as One<Rule>);
      return;
    case LISTS.allow:
      findings.allows = withHit(findings.allows, hit as One<Rule>);
      return;
    case LISTS.require:
      findings.requires = withHit(findings.requires, hit as One<Rule>);
      return;
    case LISTS.limit:
      findings.limits = withHit(findings.limits, hit as One<Limit>);
      return;
    case LISTS.exception:
      findings.exceptions = withHit(findings.exceptions, hit as One<Exception>);
      return;
    case SHADOW:
      findings.shadow = withHit(findings.shadow, hit as One<Rule | Limit>);
  }
}

type One<Source extends AnyRule = AnyRule> = readonly [Hit<Source>];

function trueOf(asked: Asked): One {
  asked.whenTrue ??= [{ candidate: asked.candidate, tri: TRUE }];
  return asked.whenTrue;
}

/** A list of one hit may be one that all decisions share, so it is not added to. */
function withHit<Found>(list: readonly Found[], one: readonly [Found]): readonly Found[] {
  if (list.length === 0) return one;
  if (list.length === 1) return [list[0] as Found, one[0]];
  (list as Found[]).push(one[0]);
  return list;
}
