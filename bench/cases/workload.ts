/** The rules and requests that every contender is given: one description, from which each writes its own policy. */

/** How rules are spread. */
export const SHAPES = ["spread", "one-tool", "tool-less"] as const;
export type Shape = (typeof SHAPES)[number];

/** Throws for a name that no shape has. */
export function shapeNamed(name: string | undefined): Shape {
  const shape = SHAPES.find((each) => each === name);
  if (shape === undefined) throw new Error(`no shape ${name}: one of ${SHAPES.join(", ")}`);
  return shape;
}

/** Numbers of rules. */
export const SIZES = [10, 100, 1_000, 10_000] as const;

/** What a request comes to. `none` meets everything that an index can know, and fails the last comparison. */
export const HITS = ["first", "last", "none", "refusal"] as const;
export type Hit = (typeof HITS)[number];

/**
 * One rule, in words: who has `role` may call `tool` (or whatever is of `tier`) for `region` up to `amount`; or nobody
 * may, for `purpose` above `amount`.
 */
export type RuleSpec = {
  readonly name: string;
  readonly tool: string | undefined;
  readonly tier: 1 | 2 | undefined;
  readonly amount: number;
} & (
  | { readonly effect: "allow"; readonly role: string; readonly region: string }
  | { readonly effect: "deny"; readonly purpose: string }
);

export interface RequestSpec {
  readonly user: string;
  readonly roles: readonly string[];
  readonly tool: string;
  readonly tier: 1 | 2;
  readonly region: string;
  readonly purpose: string;
  readonly amount: number;
}

export interface Answer {
  readonly decision: "allow" | "deny";
  /** The rule that determined it; undefined where no rule grants. */
  readonly rule: string | undefined;
}

export interface Question {
  readonly hit: Hit;
  /** Alike but for their amounts, so that no contender can answer without looking. */
  readonly requests: readonly RequestSpec[];
  readonly expected: Answer;
}

export interface Workload {
  readonly shape: Shape;
  readonly rules: readonly RuleSpec[];
  readonly questions: readonly Question[];
}

export const TOOLS = 200;
const ROLES = 10;
const ALLOWED_UP_TO = 500;
const DENIED_ABOVE = 50;
/** Every fifth rule is a deny. */
const DENY_EVERY = 5;

export const toolName = (index: number): string => `t${String(index).padStart(3, "0")}`;
export const tierOf = (index: number): 1 | 2 => (index % 2 === 0 ? 1 : 2);
export const roleNames: readonly string[] = Array.from({ length: ROLES }, (_, i) => `r${i}`);

/** Always the same workload for the same shape and size. */
export function workload(shape: Shape, size: number): Workload {
  const rules = Array.from({ length: size }, (_, index) => ruleAt(shape, index));
  return { shape, rules, questions: HITS.map((hit) => question(hit, rules)) };
}

function ruleAt(shape: Shape, index: number): RuleSpec {
  const name = `rule_${String(index).padStart(5, "0")}`;
  const place = placeOf(shape, index);
  const isDeny = (index + place.round) % DENY_EVERY === DENY_EVERY - 1;
  const { tool, tier } = place;
  if (isDeny) return { name, tool, tier, amount: DENIED_ABOVE, effect: "deny", purpose: `p${index}` };
  const role = `r${place.round % ROLES}`;
  const region = `g${Math.floor(place.round / ROLES)}`;
  return { name, tool, tier, amount: ALLOWED_UP_TO, effect: "allow", role, region };
}

/** `round` counts the rules of one tool or tier, which differ in role and region. */
function placeOf(
  shape: Shape,
  index: number,
): { readonly tool: string | undefined; readonly tier: 1 | 2 | undefined; readonly round: number } {
  if (shape === "spread")
    return { tool: toolName(index % TOOLS), tier: undefined, round: Math.floor(index / TOOLS) };
  if (shape === "one-tool") return { tool: toolName(0), tier: undefined, round: index };
  return { tool: undefined, tier: tierOf(index), round: Math.floor(index / 2) };
}

const VARIANTS = 16;

function question(hit: Hit, rules: readonly RuleSpec[]): Question {
  const allows = rules.filter((rule) => rule.effect === "allow");
  const denies = rules.filter((rule) => rule.effect === "deny");
  const first = allows[0] as RuleSpec;
  const last = allows[allows.length - 1] as RuleSpec;
  if (hit === "first") return asked(hit, first, "none", 60, { decision: "allow", rule: first.name });
  if (hit === "last") return asked(hit, last, "none", 60, { decision: "allow", rule: last.name });
  if (hit === "none") return asked(hit, last, "none", 700, { decision: "deny", rule: undefined });
  const deny = denies[Math.floor(denies.length / 2)] as RuleSpec & { readonly effect: "deny" };
  // A user whom an allow for the same tool or tier would permit, if there is one.
  const granting = allows.find((rule) => rule.tool === deny.tool && rule.tier === deny.tier);
  const by = granting ?? { ...first, tool: deny.tool, tier: deny.tier };
  return asked(hit, by, deny.purpose, 60, { decision: "deny", rule: deny.name });
}

function asked(hit: Hit, by: RuleSpec, purpose: string, from: number, expected: Answer): Question {
  if (by.effect !== "allow") throw new Error("somebody is asked for by the allow that lets them in");
  const tool = by.tool ?? toolName(by.tier === 2 ? 1 : 0);
  const tier = tierOf(Number(tool.slice(1)));
  const { role, region } = by;
  const requests = Array.from({ length: VARIANTS }, (_, i) => ({
    user: `u_${role}`,
    roles: [role, "staff"],
    tool,
    tier,
    region,
    purpose,
    amount: from + i,
  }));
  return { hit, requests, expected };
}
