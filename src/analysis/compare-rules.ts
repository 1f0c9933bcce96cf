/** Returns the differences between rules, limits and exceptions of one name. */
import { expressionText } from "../check/expression-text.js";
import { keyName } from "../check/key-name.js";
import { meaningOf } from "../check/meaning.js";
import type { Annotations, Exception, Limit, Program, Rule, Who } from "../check/program.js";
import { writeDuration } from "../values/duration.js";
import { formatTime } from "../values/time.js";
import { type Finding, reversed } from "./change.js";
import {
  type Compare,
  compareFields,
  either,
  flag,
  ignored,
  isSame,
  larger,
  type Pair,
  type Table,
} from "./compare-fields.js";
import { compareNeeds } from "./compare-needs.js";
import { type AnyRule, expanded, type Role, type ScopeComparer } from "./compare-scope.js";

/** Metadata of a rule; of these, only `@outage` affects decisions. */
const ANNOTATIONS: Table<Annotations> = {
  ref: ignored,
  qualified: ignored,
  title: ignored,
  owner: ignored,
  threats: ignored,
  tickets: ignored,
  since: ignored,
  review: ignored,
  was: either("@was"),
  ungated: either("@ungated"),
  outage: (before, after) => [
    {
      what: `@outage ${before ?? "none"} → ${after ?? "none"}`,
      direction: before === undefined ? "looser" : after === undefined ? "tighter" : "unknown",
    },
  ],
};

/** Compared together, by the solver. */
const scope = { who: ignored, reach: ignored, condition: ignored, until: ignored, reads: ignored };
const declared = {
  kind: ignored,
  id: ignored,
  name: ignored,
  span: ignored,
  nameSpan: ignored,
  doc: ignored,
  because: ignored,
};
const annotations: Compare<Annotations> = (before, after, pair) =>
  compareFields(ANNOTATIONS, before, after, pair);

const RULE: Table<Rule> = {
  ...declared,
  ...scope,
  annotations,
  effect: ignored,
  needs: compareNeeds,
  obligations: ignored,
  shadow: ignored,
  waivable: flag("looser", "waivable"),
};

const EXCEPTION: Table<Exception> = {
  ...declared,
  ...scope,
  annotations,
  needs: compareNeeds,
  obligations: ignored,
  uses: larger("looser", "uses"),
  lifts: (before, after) => {
    const text = (ids: ReadonlySet<string>) => [...ids].sort().join(", ");
    const [gains, loses] = [
      [...after].some((id) => !before.has(id)),
      [...before].some((id) => !after.has(id)),
    ];
    return [
      {
        what: `waives ${text(before)} → ${text(after)}`,
        direction: gains && loses ? "unknown" : gains ? "looser" : "tighter",
      },
    ];
  },
};

const OVER = { deny: 2, need: 1, alert: 0 } as const;
const countsAnew: Compare<unknown> = (before, after) => [
  {
    what: `counts by ${clauseText(before)} → ${clauseText(after)}, and starts again from zero`,
    direction: "unknown",
  },
];

const LIMIT: Table<Limit> = {
  ...declared,
  ...scope,
  annotations,
  shadow: ignored,
  waivable: flag("looser", "waivable"),
  keys: countsAnew,
  window: countsAnew,
  // Its amount may read data, so it is compared in expanded form.
  meter: ignored,
  cap: larger("looser", "at most"),
  over: (before, after, pair) => {
    if (before.kind === "need" && after.kind === "need") return compareNeeds(before.needs, after.needs, pair);
    const direction = OVER[after.kind] < OVER[before.kind] ? "looser" : "tighter";
    return [{ what: `over ${before.kind} → ${after.kind}`, direction }];
  },
};

/** Returns every difference between two rules, limits or exceptions of one kind and name. */
export function compareRule<T extends AnyRule>(
  before: T,
  after: T,
  pair: Pair,
  scopes: ScopeComparer,
): readonly Finding[] {
  const [wasShadow, isShadow] = [isWatchedOnly(before), isWatchedOnly(after)];
  if (wasShadow && isShadow) return [];
  const role = roleOf(after);
  if (wasShadow !== isShadow) {
    const watched = role === "grants" ? "tighter" : "looser";
    const direction = isShadow ? watched : reversed(watched);
    return [
      { what: isShadow ? "only watched now (`shadow`)" : "enforced now (no longer `shadow`)", direction },
    ];
  }
  if (before.kind === "rule" && after.kind === "rule" && before.effect !== after.effect)
    return [effectChange(before, after)];
  const direction = scopes.compare(before, after, role);
  const found: Finding[] =
    direction === undefined ? [] : [{ what: scopeText(before, after, pair), direction }];
  found.push(...compareTables(before, after, pair));
  return found;
}

function compareTables(before: AnyRule, after: AnyRule, pair: Pair): readonly Finding[] {
  if (before.kind === "limit" && after.kind === "limit")
    return [...compareFields(LIMIT, before, after, pair), ...compareMeters(before, after, pair)];
  const own =
    before.kind === "exception" && after.kind === "exception"
      ? compareFields(EXCEPTION, before, after, pair)
      : before.kind === "rule" && after.kind === "rule"
        ? compareFields(RULE, before, after, pair)
        : [];
  return [...own, ...compareObligations(before as Rule, after as Rule, pair)];
}

/** Returns the effect on verdicts of adding a rule like this. */
export function presence(rule: AnyRule): Finding["direction"] | undefined {
  if (isWatchedOnly(rule)) return undefined;
  return roleOf(rule) === "grants" ? "looser" : "tighter";
}

function isWatchedOnly(rule: AnyRule): boolean {
  return rule.kind !== "exception" && rule.shadow;
}

function roleOf(rule: AnyRule): Role {
  if (rule.kind === "limit") return "meters";
  return rule.kind === "exception" || rule.effect === "allow" ? "grants" : "restricts";
}

function effectChange({ effect: was }: Rule, { effect: is }: Rule): Finding {
  const direction = was === "allow" ? "tighter" : is === "allow" ? "looser" : "unknown";
  return { what: `${was} → ${is}`, direction };
}

// --- clauses that may read data -----------------------------------------------------------------------------

function compareMeters(
  { meter: was }: Limit,
  { meter: is }: Limit,
  { before, after }: Pair,
): readonly Finding[] {
  const text = (meter: Limit["meter"], program: Program) =>
    meter.kind === "of"
      ? `of ${meter.reported ? "reported else " : ""}${expressionText(meter.amount, program)}`
      : meter.kind;
  const exact = (meter: Limit["meter"], program: Program) =>
    meter.kind === "of"
      ? `${meter.reported} ${expanded(meter.amount, program) ?? text(meter, program)}`
      : meter.kind;
  if (exact(was, before) === exact(is, after)) return [];
  const [a, b] = [text(was, before), text(is, after)];
  return [
    {
      what: a === b ? `counts ${a}, which reads data that changed` : `counts ${a} → ${b}`,
      direction: "unknown",
    },
  ];
}

/** An argument that cannot be compared counts as different. */
const TOO_LARGE = "\0";

/** Obligations that an enforcement point does not support cause a deny, so more of them are tighter. */
function compareObligations(
  { obligations: was }: Pick<Rule, "obligations">,
  { obligations: is }: Pick<Rule, "obligations">,
  { before, after }: Pair,
): readonly Finding[] {
  const exact = (obligations: Rule["obligations"], program: Program) =>
    obligations.map(
      ({ name, args }) => `${name}(${args.map((arg) => expanded(arg, program) ?? TOO_LARGE).join(", ")})`,
    );
  const [old, now] = [exact(was, before), exact(is, after)];
  const gone = old.filter((each) => !now.includes(each) || each.includes(TOO_LARGE));
  const come = now.filter((each) => !old.includes(each) || each.includes(TOO_LARGE));
  if (gone.length + come.length === 0) return [];
  const names = (obligations: Rule["obligations"]) =>
    obligations.map(({ name }) => name).join(", ") || "nothing";
  const direction = gone.length > 0 && come.length > 0 ? "unknown" : come.length > 0 ? "tighter" : "looser";
  return [{ what: `with ${names(was)} → ${names(is)}`, direction }];
}

// --- text -------------------------------------------------------------------------------------------------

/** Describes which clauses of a scope differ. */
function scopeText(before: AnyRule, after: AnyRule, { before: old, after: now }: Pair): string {
  const [was, is] = [
    [whoText(before.who, old), before.until, whenText(before, old)],
    [whoText(after.who, now), after.until, whenText(after, now)],
  ] as const;
  const until = (time: number | undefined) => (time === undefined ? "no end" : `until ${formatTime(time)}`);
  const parts = [
    ...(was[0] === is[0] ? [] : [`${was[0]} → ${is[0]}`]),
    ...reachTexts(before, after, old, now),
    ...(was[2] === is[2] ? [] : [`${was[2]} → ${is[2]}`]),
    ...(was[1] === is[1] ? [] : [`${until(was[1])} → ${until(is[1])}`]),
  ];
  return parts.length === 0 ? "what its condition reads changed" : parts.join("; ");
}

function whenText({ condition }: AnyRule, program: Program): string {
  return condition === undefined ? "always" : `when ${expressionText(condition, program)}`;
}

function whoText({ agents, for: whom }: Who, program: Program): string {
  const by =
    agents === "any" ? "any agent" : [...agents].map((id) => program.agents.get(id)?.name ?? id).join(", ");
  if (whom.kind === "roles")
    return `${by} for role ${[...whom.roles].map((id) => program.roles.get(id)?.name ?? id).join(", ")}`;
  if (whom.kind === "users")
    return `${by} for user ${[...whom.users].map((id) => JSON.stringify(id)).join(", ")}`;
  return whom.kind === "nobody" ? `${by} for nobody` : by;
}

function reachTexts(before: AnyRule, after: AnyRule, old: Program, now: Program): readonly string[] {
  const all = ({ reach }: AnyRule) => new Map([...reach.tools, ...reach.channels]);
  const [was, is] = [all(before), all(after)];
  const name = (id: string, program: Program) =>
    (program.tools.get(id) ?? program.channels.get(id))?.name ?? id;
  const come = [...is.keys()].filter((id) => !was.has(id)).map((id) => name(id, now));
  const gone = [...was.keys()].filter((id) => !is.has(id)).map((id) => name(id, old));
  const moved = [...is]
    .filter(([id, inside]) => was.has(id) && !isSame(was.get(id), inside))
    .map(([id]) => name(id, now));
  return [
    ...(come.length === 0 ? [] : [`also ${come.join(", ")}`]),
    ...(gone.length === 0 ? [] : [`no longer ${gone.join(", ")}`]),
    ...(moved.length === 0 ? [] : [`inside other transactions for ${moved.join(", ")}`]),
  ];
}

function clauseText(clause: unknown): string {
  if (Array.isArray(clause))
    return clause.length === 0 ? "nothing" : (clause as Limit["keys"]).map(keyName).join(", ");
  const window = clause as Limit["window"];
  if (window.kind === "rolling") return writeDuration(window.length);
  return window.kind === "calendar" ? window.period : meaningOf(window.kind);
}
