/**
 * Rules that reach the same tools, found by what acts and what is asked instead of by asking every one of them: by
 * agent, then by role or user, then by the value of one argument that most of them compare with a constant.
 */
import type { Exception, Expr, Inside, Limit, Rule, Who } from "../check/program.js";
import type { Value } from "../values/type.js";
import { type CompiledRule, concerns, isInside } from "./compiled-rule.js";
import type { Frame } from "./frame.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "./tri.js";

type AnyRule = Rule | Exception | Limit;

/** A rule at one tool. */
export interface Candidate<Source extends AnyRule = AnyRule> {
  readonly rule: CompiledRule<Source>;
  readonly inside: Inside;
  /** Whether it depends on anything kept between calls, `inside` included. */
  readonly stateful: boolean;
  readonly shadow: boolean;
  /** What the index does not already know of `who`; undefined where it knows all. */
  readonly who: Who | undefined;
}

/** A rule whose condition is not false. */
export interface Hit<Source extends AnyRule = AnyRule> {
  readonly candidate: Candidate<Source>;
  readonly tri: typeof TRUE | typeof UNKNOWN;
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

/** What a rule is at the tools of one index. */
export interface Reaching<Source extends AnyRule> {
  readonly rule: CompiledRule<Source>;
  readonly inside: Inside;
}

export class CandidateIndex<Source extends AnyRule> {
  readonly all: readonly Candidate<Source>[];
  readonly #anyAgent: Bucket<Source>;
  readonly #byAgent = new Map<string, Bucket<Source>>();

  constructor(rules: readonly Reaching<Source>[]) {
    const anyAgent = new BucketBuilder<Source>();
    const byAgent = new Map<string, BucketBuilder<Source>>();
    const all: Candidate<Source>[] = [];
    for (const { rule, inside } of rules) {
      const { who } = rule.source;
      const candidate: Candidate<Source> = {
        rule,
        inside,
        stateful: rule.stateful || inside !== "anywhere",
        shadow: "shadow" in rule.source && rule.source.shadow,
        who: isIndexed(who) ? undefined : who,
      };
      all.push(candidate);
      if (who.agents === "any") anyAgent.put(who, candidate);
      else for (const agent of who.agents) builderOf(byAgent, agent).put(who, candidate);
    }
    this.all = all;
    this.#anyAgent = anyAgent.build();
    for (const [agent, builder] of byAgent) this.#byAgent.set(agent, builder.build());
  }

  /** Adds every candidate that is true or unknown of the frame, each once; those in shadow apart. */
  collect(frame: Frame, hits: Hit<Source>[], shadow: Hit<Source>[]): void {
    collectBucket(this.#anyAgent, frame, hits, shadow);
    const own = this.#byAgent.get(frame.agentId);
    if (own !== undefined) collectBucket(own, frame, hits, shadow);
  }
}

/** The indexes of one tool: its own, and those it shares with others. */
export class CandidateIndexes<Source extends AnyRule> {
  readonly #indexes: readonly CandidateIndex<Source>[];

  constructor(indexes: readonly CandidateIndex<Source>[]) {
    this.#indexes = indexes.filter((index) => index.all.length > 0);
  }

  get all(): readonly Candidate<Source>[] {
    return this.#indexes.flatMap((index) => index.all);
  }

  collect(frame: Frame, hits: Hit<Source>[], shadow: Hit<Source>[]): void {
    const indexes = this.#indexes;
    for (let i = 0; i < indexes.length; i++)
      (indexes[i] as CandidateIndex<Source>).collect(frame, hits, shadow);
  }
}

interface Bucket<Source extends AnyRule> {
  readonly everybody: Selection<Source>;
  readonly nobody: Selection<Source>;
  readonly roles: ReadonlyMap<string, Selection<Source>>;
  readonly users: ReadonlyMap<string, Selection<Source>>;
}

/** Candidates, some of them by the value that an argument must have for them to be anything but false. */
interface Selection<Source extends AnyRule> {
  readonly list: readonly Candidate<Source>[];
  readonly field: string | undefined;
  readonly byValue: ReadonlyMap<unknown, readonly Candidate<Source>[]> | undefined;
}

class BucketBuilder<Source extends AnyRule> {
  readonly #everybody: Candidate<Source>[] = [];
  readonly #nobody: Candidate<Source>[] = [];
  readonly #roles = new Map<string, Candidate<Source>[]>();
  readonly #users = new Map<string, Candidate<Source>[]>();

  put(who: Who, candidate: Candidate<Source>): void {
    const { for: whom } = who;
    if (whom.kind === "nobody") this.#nobody.push(candidate);
    else if (whom.kind === "roles" && whom.roles.size === 1)
      listOf(this.#roles, [...whom.roles][0] as string).push(candidate);
    else if (whom.kind === "users" && whom.users.size === 1)
      listOf(this.#users, [...whom.users][0] as string).push(candidate);
    else this.#everybody.push(candidate);
  }

  build(): Bucket<Source> {
    const selections = (map: ReadonlyMap<string, Candidate<Source>[]>) =>
      new Map([...map].map(([key, list]) => [key, select(list)] as const));
    return {
      everybody: select(this.#everybody),
      nobody: select(this.#nobody),
      roles: selections(this.#roles),
      users: selections(this.#users),
    };
  }
}

function builderOf<Source extends AnyRule>(
  map: Map<string, BucketBuilder<Source>>,
  agent: string,
): BucketBuilder<Source> {
  let builder = map.get(agent);
  if (builder === undefined) {
    builder = new BucketBuilder();
    map.set(agent, builder);
  }
  return builder;
}

function listOf<C>(map: Map<string, C[]>, key: string): C[] {
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

/** Fewer candidates than this are asked one after the other. */
const WORTH_AN_INDEX = 6;

/** Picks the argument that most of the candidates compare with constants, if that spares asking most of them. */
function select<Source extends AnyRule>(list: readonly Candidate<Source>[]): Selection<Source> {
  if (list.length < WORTH_AN_INDEX) return { list, field: undefined, byValue: undefined };
  const counts = new Map<string, number>();
  const required = list.map(({ rule }) => requiredValues(rule.source.condition));
  for (const values of required)
    for (const field of values.keys()) counts.set(field, (counts.get(field) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (best === undefined || best[1] * 2 < list.length) return { list, field: undefined, byValue: undefined };
  const [field] = best;
  const byValue = new Map<unknown, Candidate<Source>[]>();
  const rest: Candidate<Source>[] = [];
  for (const [i, candidate] of list.entries()) {
    const values = required[i]?.get(field);
    if (values === undefined) rest.push(candidate);
    else
      for (const value of new Set(values))
        listOf(byValue as Map<string, Candidate<Source>[]>, value as string).push(candidate);
  }
  return { list: rest, field, byValue };
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

const none: readonly never[] = [];

function collectBucket<Source extends AnyRule>(
  bucket: Bucket<Source>,
  frame: Frame,
  hits: Hit<Source>[],
  shadow: Hit<Source>[],
): void {
  collectSelection(bucket.everybody, frame, hits, shadow);
  const { user } = frame;
  if (user === undefined) {
    collectSelection(bucket.nobody, frame, hits, shadow);
    return;
  }
  if (bucket.roles.size > 0) {
    const { roleIds } = user;
    for (let i = 0; i < roleIds.length; i++) {
      const selection = bucket.roles.get(roleIds[i] as string);
      if (selection !== undefined) collectSelection(selection, frame, hits, shadow);
    }
  }
  if (bucket.users.size > 0) {
    const selection = bucket.users.get(user.id);
    if (selection !== undefined) collectSelection(selection, frame, hits, shadow);
  }
}

function collectSelection<Source extends AnyRule>(
  selection: Selection<Source>,
  frame: Frame,
  hits: Hit<Source>[],
  shadow: Hit<Source>[],
): void {
  collectList(selection.list, frame, hits, shadow);
  if (selection.byValue === undefined) return;
  collectList(selection.byValue.get(frame.args[selection.field as string]) ?? none, frame, hits, shadow);
}

function collectList<Source extends AnyRule>(
  list: readonly Candidate<Source>[],
  frame: Frame,
  hits: Hit<Source>[],
  shadow: Hit<Source>[],
): void {
  for (let i = 0; i < list.length; i++) {
    const candidate = list[i] as Candidate<Source>;
    const tri = ask(candidate, frame);
    if (tri !== FALSE) (candidate.shadow ? shadow : hits).push({ candidate, tri });
  }
}
