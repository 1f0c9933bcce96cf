/** Returns every difference between two bundles that can change a verdict, and its direction. */
import { partsOf } from "../check/expressions/parts.js";
import type {
  Agent,
  ApprovalScheme,
  AssuranceLevel,
  Channel,
  Declared,
  Expr,
  Label,
  NameSpace,
  Program,
  Role,
  Tool,
  Transaction,
} from "../check/program.js";
import { writeDuration } from "../values/duration.js";
import { type Change, type Direction, type Finding, joined } from "./change.js";
import {
  type Compare,
  compareFields,
  either,
  flag,
  ignored,
  isSame,
  larger,
  longer,
  type Pair,
  type Table,
  wider,
} from "./compare-fields.js";
import { compareRule, presence } from "./compare-rules.js";
import { type AnyRule, ScopeComparer } from "./compare-scope.js";
import { recordFindings } from "./compare-types.js";

const declared = { id: ignored, name: ignored, span: ignored, nameSpan: ignored, doc: ignored };

const TOOL: Table<Tool> = {
  ...declared,
  wire: either("as"),
  title: ignored,
  action: either("action"),
  irreversible: either("irreversible"),
  undo: either("undo"),
  tier: either("tier"),
  args: (before, after) => recordFindings(before, after, "args"),
  result: () => [{ what: "result changed", direction: "unknown" }],
  accepts: wider("accepts"),
  yields: compareYields(),
  tags: either("tags"),
  scope: optionalRequirement("scope"),
  timeout: (before, after) => {
    const [was, is] = [before, after].map((ms) => (ms === undefined ? "none" : writeDuration(ms)));
    return [{ what: `timeout ${was} → ${is}`, direction: "unknown" }];
  },
  review: either("@review"),
  was: either("@was"),
};

const CHANNEL: Table<Channel> = { ...declared, accepts: wider("accepts"), yields: compareYields() };

const AGENT: Table<Agent> = {
  ...declared,
  title: ignored,
  owner: either("owner"),
  acts: either("acts"),
  invokedBy: (before, after, pair) =>
    // A user calls an agent without `invoked by` directly, so this means neither more nor less.
    before.size === 0 || after.size === 0
      ? either("invoked by")(before, after, pair)
      : wider("invoked by")(before, after, pair),
  credential: longer("credential"),
};

const SCHEME: Table<ApprovalScheme> = {
  ...declared,
  roles: (before, after, pair) => wider("from")(new Set(before), new Set(after), pair),
  at: (before, after, { after: { assurance } }) => {
    const rank = (level: string | undefined) =>
      level === undefined ? -1 : assurance.findIndex(({ id }) => id === level);
    const [was, is] = [rank(before), rank(after)];
    const isKnown = (before === undefined || was >= 0) && (after === undefined || is >= 0);
    const direction = !isKnown ? "unknown" : is < was ? "looser" : "tighter";
    return [{ what: `at ${before ?? "any level"} → ${after ?? "any level"}`, direction }];
  },
  quorum: larger("tighter", "quorum"),
  expires: longer("expires"),
  uses: larger("looser", "uses"),
  binds: either("binds"),
};

const TRANSACTION: Table<Transaction> = {
  ...declared,
  who: either("agent"),
  lasts: longer("lasts"),
  idle: longer("idle"),
  steps: larger("looser", "steps"),
  order: (before, after) => [
    {
      what: "order changed",
      direction: after === undefined ? "looser" : before === undefined ? "tighter" : "unknown",
    },
  ],
  irreversibleLast: flag("tighter", "irreversible last"),
  confirmPlan: flag("tighter", "confirm plan"),
};

const LEVEL: Table<AssuranceLevel> = { ...declared, acr: either("as"), rank: either("rank") };
const LABEL: Table<Label> = {
  ...declared,
  integrity: either("integrity"),
  closure: either("implies"),
  was: either("@was"),
};

/** Fewer labels are looser; more labels may be what an allow requires. */
function compareYields(): Compare<readonly string[]> {
  return (before, after) => {
    const text = (labels: readonly string[]) => [...labels].sort().join(", ") || "nothing";
    if (text(before) === text(after)) return [];
    const direction = after.every((label) => before.includes(label)) ? "looser" : "unknown";
    return [{ what: `yields ${text(before)} → ${text(after)}`, direction }];
  };
}

function optionalRequirement(name: string): Compare<string | undefined> {
  return (before, after) => [
    {
      what: `${name} ${before ?? "none"} → ${after ?? "none"}`,
      direction: after === undefined ? "looser" : before === undefined ? "tighter" : "unknown",
    },
  ];
}

/** Collects the changes of one pair. */
class Comparison {
  readonly #pair: Pair;
  readonly #scopes: ScopeComparer;
  readonly #changes: Change[] = [];

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#scopes = new ScopeComparer(pair);
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  add(kind: string, name: string, findings: readonly Finding[]): void {
    for (const { what, direction } of findings) this.#changes.push({ kind, name, what, direction });
  }

  /**
   * Compares declarations of one kind by name. `added` is the effect of a new one; the effect of a removed one is the
   * opposite, unless stated.
   */
  declarations<T extends Declared>(
    kind: string,
    of: (program: Program) => Iterable<T>,
    table: Table<T>,
    {
      added,
      removed,
    }: { added: (one: T) => Direction | undefined; removed: (one: T) => Direction | undefined },
  ): void {
    const { before, after } = this.#pair;
    const [old, now] = [before, after].map(
      (program) => new Map([...of(program)].map((one) => [one.id, one])),
    );
    for (const id of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const [was, is] = [old?.get(id), now?.get(id)];
      if (was !== undefined && is !== undefined)
        this.add(kind, id, compareFields(table, was, is, this.#pair));
      else {
        const one = (is ?? was) as T;
        const own = is === undefined ? removed(one) : added(one);
        // A name that two modules declare is ambiguous on its own; adding or removing one of them changes what it
        // means.
        const isShared = [old, now].some((all) =>
          [...(all?.values() ?? [])].some((each) => each.id !== id && each.name === one.name),
        );
        const direction = own !== undefined && isShared ? "unknown" : own;
        if (direction !== undefined)
          this.add(kind, id, [{ what: is === undefined ? "removed" : "added", direction }]);
      }
    }
  }

  /** Rules, limits or exceptions. */
  rules(of: (program: Program) => ReadonlyMap<string, AnyRule>): void {
    const { before, after } = this.#pair;
    const [old, now] = [of(before), of(after)];
    for (const id of new Set([...old.keys(), ...now.keys()])) {
      const [was, is] = [old.get(id), now.get(id)];
      const one = (is ?? was) as AnyRule;
      if (was !== undefined && is !== undefined) {
        this.add(kindOf(one), id, compareRule(was, is, this.#pair, this.#scopes));
        continue;
      }
      const direction = presence(one);
      if (direction === undefined) continue;
      const what = is === undefined ? "removed" : "added";
      const opposite = direction === "looser" ? "tighter" : "looser";
      this.add(kindOf(one), id, [{ what, direction: is === undefined ? opposite : direction }]);
    }
  }

  /** Compares defines and data, each with its effect on the rules that read it. */
  read(
    kind: "define" | "data",
    of: (program: Program) => ReadonlyMap<string, { readonly id: string }>,
  ): void {
    const { before, after } = this.#pair;
    for (const [id, is] of of(after)) {
      const was = of(before).get(id);
      if (was === undefined || isSame(was, is)) continue;
      const readers = rulesOf(after).filter((rule) => reads(rule, after, (expr) => isUse(expr, kind, id)));
      const own = this.#changes.filter(({ name }) => readers.some((reader) => reader.id === name));
      if (own.length === 0 && readers.length > 0 && kind === "data" && isReadOtherwise(was, is)) {
        this.add(kind, id, [{ what: "another type", direction: "unknown" }]);
        continue;
      }
      const direction = joined(own.map((change) => change.direction));
      if (direction === undefined) continue;
      const names = [...new Set(own.map(({ name }) => name.slice(name.lastIndexOf(".") + 1)))];
      this.add(kind, id, [{ what: `changed, read by ${names.join(", ")}`, direction }]);
    }
  }
}

/** Returns the changes in the order of the kinds below, then by position of the declarations. */
export function comparePrograms(before: Program, after: Program): readonly Change[] {
  const pair = { before, after };
  const comparison = new Comparison(pair);
  for (const compare of Object.values(PROGRAM)) compare(comparison, pair);
  return comparison.changes;
}

type Both = (comparison: Comparison, pair: Pair) => void;

/** One entry per part of a program: a new part does not compile until it has one. */
const PROGRAM: { readonly [K in keyof Program]: Both } = {
  rules: (comparison) => comparison.rules(({ rules }) => rules),
  limits: (comparison) => comparison.rules(({ limits }) => limits),
  exceptions: (comparison) => comparison.rules(({ exceptions }) => exceptions),
  // After the rules, because these explain changes of rules.
  defines: (comparison) => comparison.read("define", ({ defines }) => defines),
  data: (comparison) => comparison.read("data", ({ data }) => data),
  approvals: (comparison) =>
    // A new or removed one appears in the needs that name it.
    comparison.declarations("approval", ({ approvals }) => approvals.values(), SCHEME, {
      added: () => undefined,
      removed: () => undefined,
    }),
  transactions: (comparison) =>
    comparison.declarations("transaction", ({ transactions }) => transactions.values(), TRANSACTION, {
      added: () => "unknown",
      removed: () => "unknown",
    }),
  tools: (comparison, { after }) =>
    comparison.declarations("tool", ({ tools }) => tools.values(), TOOL, {
      added: ({ id }) => (isGranted(id, after) ? "looser" : "tighter"),
      removed: () => "tighter",
    }),
  // A channel receives what it accepts without an allow.
  channels: (comparison) =>
    comparison.declarations("channel", ({ channels }) => channels.values(), CHANNEL, {
      added: () => "looser",
      removed: () => "tighter",
    }),
  agents: (comparison) =>
    comparison.declarations("agent", ({ agents }) => agents.values(), AGENT, {
      added: () => "looser",
      removed: () => "tighter",
    }),
  delegationDepth: (comparison, pair) => {
    const [was, is] = [pair.before.delegationDepth, pair.after.delegationDepth];
    if (was !== is) comparison.add("delegation", "", larger("looser", "depth")(was, is, pair));
  },
  labels: (comparison) =>
    comparison.declarations("label", ({ labels }) => labels.values(), LABEL, {
      added: () => "unknown",
      removed: () => "unknown",
    }),
  assurance: (comparison) =>
    comparison.declarations("assurance", ({ assurance }) => assurance, LEVEL, {
      added: () => "unknown",
      removed: () => "unknown",
    }),
  roles: (comparison, pair) => {
    // Rules and approvals that name a role show its changes themselves.
    const direction = readsField(pair, "user", "roles") ? "unknown" : undefined;
    comparison.declarations("role", ({ roles }) => roles.values(), ROLE, {
      added: () => direction,
      removed: () => direction,
    });
  },
  tags: (comparison, pair) => {
    const direction = readsField(pair, "tool", "tags") ? "unknown" : undefined;
    comparison.declarations(
      "tag",
      ({ tags }) => tags.values(),
      { ...declared, title: ignored },
      {
        added: () => direction,
        removed: () => direction,
      },
    );
  },
  schemas: (comparison, { before, after }) => {
    for (const of of ["user", "agent", "context"] as const)
      if (!isSame(before.schemas[of], after.schemas[of]))
        comparison.add(`schema ${of}`, "", [{ what: "changed", direction: "unknown" }]);
  },
  // Types are expanded where they are used; tests and names do not decide.
  types: () => {},
  tests: () => {},
  matrices: () => {},
  resolve: () => {},
};

const ROLE: Table<Role> = {
  ...declared,
  title: ignored,
  qualified: (_before, after) => [
    {
      what: after ? "requests send its name in full" : "requests may send its short name",
      direction: "unknown",
    },
  ],
};

/** Values of another type may compare differently even if they are written alike. */
function isReadOtherwise(before: object, after: object): boolean {
  return "type" in before && "type" in after && !isSame(before.type, after.type);
}

function isGranted(tool: string, { rules }: Program): boolean {
  return [...rules.values()].some(
    ({ effect, shadow, reach }) => effect === "allow" && !shadow && reach.tools.has(tool),
  );
}

function kindOf(rule: AnyRule): NameSpace | "allow" | "deny" | "require" {
  return rule.kind === "rule" ? rule.effect : rule.kind;
}

// --- what rules read --------------------------------------------------------------------------------------

function rulesOf({ rules, limits, exceptions }: Program): readonly AnyRule[] {
  return [...rules.values(), ...limits.values(), ...exceptions.values()];
}

function isUse(expr: Expr, kind: "define" | "data", id: string): boolean {
  return kind === "data"
    ? expr.kind === "data" && expr.data === id
    : expr.kind === "define" && expr.define === id;
}

/** Reports whether anything that a rule evaluates, including defines, passes the test. */
function reads(rule: AnyRule, program: Program, test: (expr: Expr) => boolean): boolean {
  const seen = new Set<string>();
  const visit = (expr: Expr): boolean => {
    if (test(expr)) return true;
    if (expr.kind === "define" && !seen.has(expr.define)) {
      seen.add(expr.define);
      const body = program.defines.get(expr.define)?.body;
      if (body !== undefined && visit(body)) return true;
    }
    return partsOf(expr).some(visit);
  };
  const amounts = rule.kind === "limit" && rule.meter.kind === "of" ? [rule.meter.amount] : [];
  const args = rule.kind !== "limit" ? rule.obligations.flatMap((each) => each.args) : [];
  return [...(rule.condition === undefined ? [] : [rule.condition]), ...amounts, ...args].some(visit);
}

function readsField({ before, after }: Pair, root: string, name: string): boolean {
  const isField = (expr: Expr) =>
    expr.kind === "field" && expr.name === name && expr.of.kind === "root" && expr.of.root === root;
  return [before, after].some((program) => rulesOf(program).some((rule) => reads(rule, program, isField)));
}
