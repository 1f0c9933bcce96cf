/**
 * Rules that reach the same tools, found by what acts and what is asked instead of by asking every one of them: by
 * agent, then by role or user, then by the value of one argument that most of them compare with a constant.
 */
import type { Exception, Expr, Inside, Limit, Rule, Who } from "../check/program.js";
import type { Value } from "../values/type.js";
import { type CompiledRule, concerns, isInside } from "./compiled-rule.js";
import type { ConditionCode } from "./expression.js";
import type { Frame } from "./frame.js";
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
  /** What it is where its condition is true: made once, not for every call. */
  readonly whenTrue: Hit<Source>;
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

/** The verdict of one candidate on one frame. */
export function ask(candidate: Candidate, frame: Frame): Tri {
  if (candidate.until <= frame.now) return FALSE;
  if (candidate.who !== undefined && !concerns(candidate.who, frame)) return FALSE;
  if (candidate.inside === "anywhere") return candidate.condition(frame);
  const inside = isInside(candidate.inside, frame);
  if (inside === FALSE) return FALSE;
  const condition = candidate.condition(frame);
  return inside === TRUE ? condition : condition === FALSE ? FALSE : UNKNOWN;
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
  readonly #byAgent: ReadonlyMap<string, Bucket>;

  constructor(rules: readonly Reaching[]) {
    const anyAgent: Candidate[] = [];
    const byAgent = new Map<string, Candidate[]>();
    this.all = rules.map((reaching) => {
      const { who } = reaching.rule.source;
      const candidate = candidateOf(reaching);
      if (who.agents === "any") anyAgent.push(candidate);
      else for (const agent of who.agents) listOf(byAgent, agent).push(candidate);
      return candidate;
    });
    this.#anyAgent = anyAgent.length === 0 ? undefined : bucketOf(anyAgent);
    this.#byAgent = new Map([...byAgent].map(([agent, candidates]) => [agent, bucketOf(candidates)]));
  }

  /** Adds every candidate that is true or unknown of the frame, each once; those in shadow apart. */
  collect(frame: Frame, findings: Findings): void {
    if (this.#anyAgent !== undefined) collectBucket(this.#anyAgent, frame, findings);
    if (this.#byAgent.size === 0) return;
    const own = this.#byAgent.get(frame.agentId);
    if (own !== undefined) collectBucket(own, frame, findings);
  }
}

function candidateOf({ rule, inside }: Reaching): Candidate {
  const { source, condition, until } = rule;
  const candidate: Omit<Candidate, "whenTrue"> & { whenTrue?: Hit } = {
    rule,
    condition,
    until,
    inside,
    stateful: rule.stateful || inside !== "anywhere",
    shadow: "shadow" in source && source.shadow,
    verb: "effect" in source ? source.effect : "meter" in source ? "limit" : "exception",
    who: isIndexed(source.who) ? undefined : source.who,
  };
  candidate.whenTrue = { candidate: candidate as Candidate, tri: TRUE };
  return candidate as Candidate;
}

/** Rules of one agent, or of any. A part that holds nothing is undefined, so that it is not looked into. */
interface Bucket {
  readonly everybody: Selection | undefined;
  readonly nobody: Selection | undefined;
  readonly roles: ReadonlyMap<string, Selection> | undefined;
  readonly users: ReadonlyMap<string, Selection> | undefined;
}

/** Candidates that are asked one after the other, and others by the value that an argument must have for them to be anything but false. */
interface Selection {
  readonly list: readonly Candidate[];
  readonly keyed: readonly Keyed[];
}
interface Keyed {
  readonly field: string;
  readonly byValue: ReadonlyMap<unknown, readonly Candidate[]>;
}

function bucketOf(candidates: readonly Candidate[]): Bucket {
  const everybody: Candidate[] = [];
  const nobody: Candidate[] = [];
  const roles = new Map<string, Candidate[]>();
  const users = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { for: whom } = candidate.rule.source.who;
    if (whom.kind === "nobody") nobody.push(candidate);
    else if (whom.kind === "roles" && whom.roles.size === 1)
      listOf(roles, onlyOf(whom.roles)).push(candidate);
    else if (whom.kind === "users" && whom.users.size === 1)
      listOf(users, onlyOf(whom.users)).push(candidate);
    else everybody.push(candidate);
  }
  return {
    everybody: selectionOf(everybody),
    nobody: selectionOf(nobody),
    roles: selectionsOf(roles),
    users: selectionsOf(users),
  };
}

function selectionsOf(lists: ReadonlyMap<string, readonly Candidate[]>): Bucket["roles"] {
  if (lists.size === 0) return undefined;
  return new Map([...lists].map(([key, list]) => [key, select(list)]));
}

function selectionOf(list: readonly Candidate[]): Selection | undefined {
  return list.length === 0 ? undefined : select(list);
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

/** One role or one user is a key; several would make a rule be met twice, so they are asked. */
function isIndexed(who: Who): boolean {
  return (
    !(who.for.kind === "roles" && who.for.roles.size !== 1) &&
    !(who.for.kind === "users" && who.for.users.size !== 1)
  );
}

/** Fewer than this are asked one after the other: that is as quick as looking a value up. */
const WORTH_AN_INDEX = 3;

/** Takes out, as long as there is one, the argument that most of the rest compare with constants. */
function select(list: readonly Candidate[]): Selection {
  const required = new Map(
    list.map((candidate) => [candidate, requiredValues(candidate.rule.source.condition)] as const),
  );
  const keyed: Keyed[] = [];
  let rest = list;
  while (rest.length >= WORTH_AN_INDEX) {
    const field = commonest(rest.flatMap((candidate) => [...(required.get(candidate)?.keys() ?? none)]));
    if (field === undefined) break;
    const byValue = new Map<unknown, Candidate[]>();
    const others: Candidate[] = [];
    for (const candidate of rest) {
      const values = required.get(candidate)?.get(field);
      if (values === undefined) others.push(candidate);
      else for (const value of new Set(values)) listOf(byValue, value as unknown).push(candidate);
    }
    keyed.push({ field, byValue });
    rest = others;
  }
  return { list: rest, keyed };
}

/** The name that occurs most often, and often enough; of equals the first by name. */
function commonest(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return best === undefined || best[1] < WORTH_AN_INDEX ? undefined : best[0];
}

/**
 * What arguments must be for a condition to be anything but false: of every conjunct `args.f == c` or `args.f in [c, …]`
 * the constants. False and unknown is false, so no other conjunct can change that.
 */
function requiredValues(condition: Expr | undefined): ReadonlyMap<string, readonly Value[]> {
  const required = new Map<string, readonly Value[]>();
  const visit = (expr: Expr): void => {
    if (expr.kind === "and") for (const item of expr.items) visit(item);
    if (
      expr.kind !== "compare" ||
      expr.left.kind !== "field" ||
      expr.left.of.kind !== "root" ||
      expr.left.of.root !== "args"
    )
      return;
    if (!identityDecides(expr.left)) return;
    const { right } = expr;
    if (expr.operator === "==" && right.kind === "const") required.set(expr.left.name, [right.value]);
    if (expr.operator === "in" && right.kind === "const" && Array.isArray(right.value))
      required.set(expr.left.name, right.value as readonly Value[]);
    if (expr.operator === "in" && right.kind === "list") {
      const values = right.items.flatMap((item) => (item.kind === "const" ? [item.value] : []));
      if (values.length === right.items.length) required.set(expr.left.name, values);
    }
  };
  if (condition !== undefined) visit(condition);
  return required;
}

function identityDecides({ type }: Expr): boolean {
  return ["bool", "int", "number", "text", "union", "domain", "path", "duration", "time"].includes(type.kind);
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
    const { roleIds } = user;
    for (let i = 0; i < roleIds.length; i++) {
      const selection = roles.get(roleIds[i] as string);
      if (selection !== undefined) collectSelection(selection, frame, findings);
    }
  }
  if (users !== undefined) {
    const selection = users.get(user.id);
    if (selection !== undefined) collectSelection(selection, frame, findings);
  }
}

function collectSelection({ list, keyed }: Selection, frame: Frame, findings: Findings): void {
  for (let i = 0; i < list.length; i++) add(list[i] as Candidate, frame, findings);
  for (let i = 0; i < keyed.length; i++) {
    const { field, byValue } = keyed[i] as Keyed;
    const found = byValue.get(frame.args[field]);
    if (found === undefined) continue;
    for (let j = 0; j < found.length; j++) add(found[j] as Candidate, frame, findings);
  }
}

function add(candidate: Candidate, frame: Frame, findings: Findings): void {
  const tri = ask(candidate, frame);
  if (tri === FALSE) return;
  const hit = tri === TRUE ? candidate.whenTrue : { candidate, tri };
  if (candidate.shadow) {
    findings.shadow = withHit(findings.shadow, hit as Hit<Rule | Limit>);
    return;
  }
  switch (candidate.verb) {
    case "deny":
      findings.denies = withHit(findings.denies, hit as Hit<Rule>);
      return;
    case "allow":
      findings.allows = withHit(findings.allows, hit as Hit<Rule>);
      return;
    case "require":
      findings.requires = withHit(findings.requires, hit as Hit<Rule>);
      return;
    case "limit":
      findings.limits = withHit(findings.limits, hit as Hit<Limit>);
      return;
    case "exception":
      findings.exceptions = withHit(findings.exceptions, hit as Hit<Exception>);
  }
}

/** The same list, but for the empty one that all share. */
function withHit<Found>(list: readonly Found[], hit: Found): readonly Found[] {
  if (list.length === 0) return [hit];
  (list as Found[]).push(hit);
  return list;
}
