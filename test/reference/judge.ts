/**
 * The meaning of a bundle, in the order in which sections 5 and 6 of the language tell it.
 *
 * Where they leave something open, this is what is meant:
 * - A stage is judged as a whole. Chain and catalogue; pure denies; session, transaction, labels and every other deny;
 *   limits; needs; obligations.
 * - A pure deny waits for the state if an exception that depends on state may still lift it.
 * - Exceptions are alternatives, as allows are: each lifted refusal takes one, and of all ways to be granted the least
 *   demanding is taken. Otherwise adding an exception could tighten.
 * - A way to be granted that cannot come to anything (its approval was rejected, it needs a user and there is none, or
 *   the caller cannot carry out its obligations) is taken only where there is no other, and then denies.
 * - A channel grants by itself; an allow that names it adds nothing.
 * - A limit whose condition or amount is unknown refuses, whatever stands behind `over`, except that `over alert` never does.
 */
import type { Exception, Expr, Limit, Need, Program, Rule, Who } from "../../src/check/program.js";
import type { VerdictName } from "../../src/model/common.js";
import type { Obligation } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import { type Entered, enter } from "./enter.js";
import { and, type Facts, judgeCondition, type Tri, UNKNOWN } from "./evaluate.js";
import { accepted, factsOf } from "./facts.js";
import { isMeant, type LimitResult, measure } from "./limits.js";
import { evidenceOf, lessDemanding, type Unmet, unmetNeeds } from "./needs.js";
import { mergeObligations, supports } from "./obligations.js";
import { planOf, refuseSession, refuseTransaction, transactionOf } from "./situations.js";
import type { ApprovalEvent, DecisionEvent, World } from "./world.js";

export interface Judgement {
  readonly verdict: VerdictName;
  readonly needs: readonly Unmet[];
  readonly obligations: readonly Obligation[];
  /** Names of what decided, sorted. */
  readonly determining: readonly string[];
  readonly exceptions: readonly string[];
  readonly alerts: readonly string[];
  /** The stage that refused, from 1; undefined where none did. */
  readonly stage: 1 | 2 | 3 | 4 | 5 | 6 | undefined;
  /** Every limit that applies, as it was measured; empty before the limits were reached. */
  readonly limits: readonly LimitResult[];
  /** Approvals that it uses up if it is allowed. */
  readonly used: readonly ApprovalEvent[];
  readonly entered: Entered | undefined;
  /** The decision whose answer is given again. */
  readonly replayed: DecisionEvent | undefined;
}
/** Milliseconds that an `allow` may be acted on, and that an idempotency key is known. */
const ALLOW_VALID = 30_000;
const KEY_KNOWN = 24 * 3_600_000;

/** Which limits count what is about to leave their window; the others do not count it. */
export type Slivers = ReadonlySet<string>;
/** Deliberate mistakes, to see that the laws notice them. */
export interface Mistakes {
  readonly denySkippedOnError?: boolean;
  readonly firstAllowWins?: boolean;
  readonly requireSkippedOnError?: boolean;
  readonly absentMakesTrue?: boolean;
  readonly limitIgnoredOnUnknown?: boolean;
}

export interface How {
  readonly caller?: string;
  readonly slivers?: Slivers;
  readonly mistakes?: Mistakes;
}

/** One of the ways to be granted. */
interface Way {
  readonly allow: Rule | undefined;
  /** What each lifted rule or limit is lifted by. */
  readonly lifted: ReadonlyMap<string, Exception>;
}

export function judge(world: World, request: DecideRequest, how: How = {}): Judgement {
  const { program, now } = world;
  const { slivers = new Set<string>(), mistakes = {}, caller = "caller" } = how;
  const entered = enter(program, request, now);
  if (!("call" in entered)) return refuse(1, entered.refusals, undefined);
  const { call, blind } = entered;

  const applies = (rule: Rule | Exception | Limit, facts: Facts): Tri => {
    if (rule.until !== undefined && rule.until <= now) return false;
    const { kind, id } = call.target;
    const inside = (kind === "tool" ? rule.reach.tools : rule.reach.channels).get(id);
    if (inside === undefined || !concerns(rule, entered)) return false;
    const within = inside === "anywhere" ? true : isInside(inside, facts, world, entered);
    const condition = judgeCondition(rule.condition, facts);
    if (condition === UNKNOWN && mistakes.absentMakesTrue) return within;
    return and([within, condition]);
  };
  const isPure = (rule: Rule | Exception): boolean => {
    const { kind, id } = call.target;
    const inside = (kind === "tool" ? rule.reach.tools : rule.reach.channels).get(id);
    return inside === "anywhere" && !rule.reads.session && !rule.reads.transaction && !rule.reads.prior;
  };
  const rules = (effect: Rule["effect"]): Rule[] =>
    [...program.rules.values()].filter((rule) => rule.effect === effect && !rule.shadow);
  const exceptionsTo = (id: string): Exception[] =>
    [...program.exceptions.values()].filter((exception) => exception.lifts.has(id));
  const refuses = (rule: Rule, facts: Facts): boolean => {
    const result = applies(rule, facts);
    return result === true || (result === UNKNOWN && !mistakes.denySkippedOnError);
  };

  const measureAll = (facts: Facts): LimitResult[] =>
    [...program.limits.values()]
      .filter((limit) => !limit.shadow)
      .map((limit) => measure(world, entered, limit, applies(limit, facts), facts, slivers.has(limit.id)))
      .filter((result) => result !== undefined)
      .filter((result) => !(mistakes.limitIgnoredOnUnknown && result.unknown));

  /** Only a call that depends on nothing kept can be allowed while the state is out of reach. */
  const withoutState = (): Judgement => {
    const { session, transaction, id } = request;
    const asksState =
      session !== undefined ||
      transaction !== undefined ||
      id !== undefined ||
      typeof entered.target.accepts === "object";
    const isAskedAbout = [
      ...program.rules.values(),
      ...program.limits.values(),
      ...program.exceptions.values(),
    ].some((rule) => mentionsPrior(program, rule, call.target.id));
    const limits = [...program.limits.values()].filter(
      (limit) => !limit.shadow && isMeant(limit, request) && applies(limit, blind) !== false,
    );
    const isFree =
      rules("deny").every((rule) => applies(rule, blind) === false) &&
      rules("require").every((rule) => applies(rule, blind) !== UNKNOWN) &&
      limits.every((limit) => limit.annotations.outage === "allow" && applies(limit, blind) === true);

    if (asksState || isAskedAbout || !isFree) return refuse(3, ["builtin.state_unavailable"], entered);
    const calm: World = {
      ...world,
      program: { ...program, limits: new Map() },
      outage: false,
      approvals: [],
      decisions: [],
    };
    const judged = judge(calm, request, how);
    return judged.verdict === "allow" ? judged : refuse(3, ["builtin.state_unavailable"], entered);
  };

  // 1: chain and catalogue
  if (entered.refusals.length > 0)
    return { ...refuse(1, entered.refusals, entered), limits: measureAll(blind) };

  // 2: what needs no state
  const mayLift = (exception: Exception): boolean =>
    isPure(exception) ? applies(exception, blind) === true : applies(exception, blind) !== false;
  const pureRefusals = rules("deny")
    .filter((rule) => isPure(rule) && refuses(rule, blind) && !exceptionsTo(rule.id).some(mayLift))
    .map((rule) => rule.id);
  const isChannel = call.target.kind === "channel";
  const mayGrant = (rule: Rule): boolean => {
    const result = applies(rule, blind);
    return isPure(rule) ? result === true : result !== false;
  };
  if (!isChannel && !rules("allow").some(mayGrant)) pureRefusals.push("builtin.nothing_grants");
  if (pureRefusals.length > 0) return { ...refuse(2, pureRefusals, entered), limits: measureAll(blind) };

  // 3: what the state has to say
  if (world.outage) return withoutState();
  const facts = factsOf(world, entered);
  const known = rememberedUnder(world, entered, caller);
  if (known?.kind === "replayed")
    return { ...refuse(undefined, [], entered), verdict: "allow", replayed: known.event };
  if (known !== undefined) return { ...refuse(3, [known.refusal], entered), limits: measureAll(facts) };
  const lifts = (exception: Exception): boolean =>
    applies(exception, facts) === true && usesLeft(world, exception, call.tenant);
  const lifters = new Map<string, readonly Exception[]>();
  for (const { id } of [...program.rules.values(), ...program.limits.values()]) {
    lifters.set(id, exceptionsTo(id).filter(lifts));
  }
  const isLifted = (id: string): boolean => (lifters.get(id) ?? []).length > 0;
  const refusing = rules("deny").filter((rule) => refuses(rule, facts));
  const granting = rules("allow").filter((rule) => applies(rule, facts) === true);
  const refusals = refusing.filter((rule) => !isLifted(rule.id)).map((rule) => rule.id);
  refusals.push(...refuseSession(world, entered), ...refuseTransaction(world, entered));
  if (!accepted(world, entered, facts)) refusals.push("builtin.label_not_accepted");
  if (!isChannel && granting.length === 0) refusals.push("builtin.nothing_grants");
  const limits = measureAll(facts);
  if (refusals.length > 0) return { ...refuse(3, refusals, entered), limits };

  // 4: limits
  const spent = limits.filter((result) => result.says === "refuse");
  const spentUnlifted = spent.filter((result) => !isLifted(result.limit.id)).map((result) => result.limit.id);
  if (spentUnlifted.length > 0) return { ...refuse(4, spentUnlifted, entered), limits };

  // 5: needs against evidence
  const requiring = rules("require").filter((rule) => {
    const result = applies(rule, facts);
    return result === true || (result === UNKNOWN && !mistakes.requireSkippedOnError);
  });
  const asking = limits.filter((result) => result.says === "need");
  const evidence = evidenceOf(world, entered);
  const ways = waysToBeGranted(
    isChannel ? [undefined] : mistakes.firstAllowWins ? granting.slice(0, 1) : granting,
    [...refusing.map((rule) => rule.id), ...spent.map((result) => result.limit.id)],
    [...requiring.map((rule) => rule.id), ...asking.map((result) => result.limit.id)],
    lifters,
  );
  const plan = planOf(world, entered)?.confirmed
    ? [{ id: "", needs: [{ kind: "confirmation" } as const] }]
    : [];
  const outcomes = ways.map((way) => {
    const used = [...new Set(way.lifted.values())];
    const standing = requiring.filter((rule) => !way.lifted.has(rule.id));
    const demanding: readonly { readonly id: string; readonly needs: readonly Need[] }[] = [
      ...(way.allow === undefined ? [] : [way.allow]),
      ...standing,
      ...asking.filter((result) => !way.lifted.has(result.limit.id)).map(({ limit }) => needing(limit)),
      ...used,
    ];
    const unmet = unmetNeeds(
      program,
      [...plan, ...demanding].flatMap((rule) => rule.needs),
      evidence,
    );
    const adding = demanding.filter((rule) => unmetNeeds(program, rule.needs, evidence).needs.length > 0);
    const notes = evidence.differingNotes(unmet.met);
    const obligations = mergeObligations(entered, [...standing, ...used], facts, notes);
    const missing =
      obligations === undefined
        ? ["builtin.obligation_unknown"]
        : supports(request, obligations)
          ? []
          : ["builtin.unsupported_obligation"];
    return { way, used: names(used), unmet, adding, obligations: obligations ?? [], missing };
  });
  const isImpossible = ({ unmet, missing }: (typeof outcomes)[number]): number =>
    unmet.blocked.length > 0 || missing.length > 0 ? 1 : 0;
  outcomes.sort(
    (a, b) =>
      isImpossible(a) - isImpossible(b) ||
      lessDemanding(program, a.unmet, b.unmet) ||
      compareText(a.way.allow?.id ?? "", b.way.allow?.id ?? "") ||
      compareText(a.used.join(), b.used.join()),
  );
  const chosen = outcomes[0] as (typeof outcomes)[number];
  if (chosen.unmet.blocked.length > 0) return { ...refuse(5, chosen.unmet.blocked, entered), limits };

  // 6: obligations
  if (chosen.missing.length > 0) return { ...refuse(6, chosen.missing, entered), limits };
  const determining = [
    ...(chosen.way.allow === undefined ? [] : [chosen.way.allow.id]),
    ...chosen.adding.map((rule) => rule.id),
    ...chosen.used,
  ];
  const { needs } = chosen.unmet;
  const needsStepUp = needs.some((need) => need.type === "step-up");
  const alerts = limits.filter((result) => result.says === "alert").map((result) => result.limit.id);
  return {
    verdict: needs.length === 0 ? "allow" : needsStepUp ? "step-up" : "require-approval",
    needs,
    obligations: chosen.obligations,
    determining: [...new Set(determining)].sort(),
    exceptions: chosen.used,
    alerts: alerts.sort(),
    stage: undefined,
    limits,
    used: chosen.unmet.met,
    entered,
    replayed: undefined,
  };
}

function refuse(
  stage: Judgement["stage"],
  refusals: readonly string[],
  entered: Entered | undefined,
): Judgement {
  return {
    verdict: "deny",
    needs: [],
    obligations: [],
    determining: [...new Set(refusals)].sort(),
    exceptions: [],
    alerts: [],
    stage,
    limits: [],
    used: [],
    entered,
    replayed: undefined,
  };
}

/** Whether a rule, limit or transaction is about these actors. */
export function concerns(rule: { readonly who: Who }, entered: Entered): boolean {
  const { agents, for: whom } = rule.who;
  if (agents !== "any" && !agents.has(entered.call.agents.at(-1) as string)) return false;
  switch (whom.kind) {
    case "any":
      return true;
    case "nobody":
      return !entered.hasUser;
    case "roles":
      return [...whom.roles].some((role) => entered.userRoles.has(role));
    case "users":
      return entered.userId !== undefined && whom.users.has(entered.userId);
  }
}

function isInside(kinds: ReadonlySet<string>, facts: Facts, world: World, entered: Entered): Tri {
  if (facts.txn === undefined) return false;
  if (facts.txn === UNKNOWN) return UNKNOWN;
  return kinds.has(transactionOf(world, entered)?.kind.id ?? "");
}

/** What an idempotency key says: the answer again, or why not. Only an `allow` is kept under it. */
function rememberedUnder(
  world: World,
  { request, call }: Entered,
  caller: string,
):
  | { readonly kind: "replayed"; readonly event: DecisionEvent }
  | { readonly kind: "refused"; readonly refusal: string }
  | undefined {
  if (request.id === undefined) return undefined;
  const under = world.decisions.filter(
    (each) =>
      each.verdict === "allow" &&
      each.request.id === request.id &&
      each.caller === caller &&
      each.call.tenant === call.tenant,
  );
  const event = under.at(-1);
  const heard = Math.max(...under.map((each) => each.outcome?.at ?? each.at));
  if (event === undefined || world.now >= heard + KEY_KNOWN) return undefined;
  if (event.call.digest !== call.digest) return { kind: "refused", refusal: "builtin.replayed_other" };
  if (under.some((each) => each.outcome?.status === "ok")) {
    return { kind: "refused", refusal: "builtin.already_done" };
  }
  const isValid = event.outcome === undefined && world.now < event.at + ALLOW_VALID;
  return isValid ? { kind: "replayed", event } : undefined;
}

function mentionsPrior(program: Program, rule: Rule | Exception | Limit, tool: string): boolean {
  const visit = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const expr = value as Partial<Extract<Expr, { kind: "prior" }>> & { define?: string };
    if (expr.kind === "prior" && expr.tool === tool) return true;
    const define = expr.define === undefined ? undefined : program.defines.get(expr.define);
    return visit(define?.body) || Object.values(value).some(visit);
  };
  const amount = "meter" in rule && rule.meter.kind === "of" ? rule.meter.amount : undefined;
  const obligations = "obligations" in rule ? rule.obligations : undefined;
  return visit(rule.condition) || visit(amount) || visit(obligations);
}

/** Uses are counted over all users of a tenant, at `allow`. */
function usesLeft(world: World, exception: Exception, tenant: string): boolean {
  if (exception.uses === undefined) return true;
  const isBack = (event: DecisionEvent): boolean =>
    event.outcome?.status === "not_run" &&
    world.program.tools.get(event.call.target.id)?.irreversible !== true;
  const used = world.decisions.filter(
    (event) => event.call.tenant === tenant && event.exceptions.includes(exception.id) && !isBack(event),
  );
  return used.length < exception.uses;
}

/** Every allow with every choice of exceptions: one for each refusal, at most one for each bar. */
function waysToBeGranted(
  allows: readonly (Rule | undefined)[],
  refused: readonly string[],
  barred: readonly string[],
  lifters: ReadonlyMap<string, readonly Exception[]>,
): Way[] {
  let lifted: ReadonlyMap<string, Exception>[] = [new Map()];
  const spread = (id: string, choices: readonly (Exception | undefined)[]): void => {
    lifted = lifted.flatMap((map) =>
      choices.map((choice) => (choice === undefined ? map : new Map([...map, [id, choice]]))),
    );
  };
  for (const id of refused) spread(id, lifters.get(id) ?? []);
  for (const id of barred) spread(id, [undefined, ...(lifters.get(id) ?? [])]);
  return allows.flatMap((allow) => lifted.map((map) => ({ allow, lifted: map })));
}

function needing(limit: Limit): { readonly id: string; readonly needs: readonly Need[] } {
  return { id: limit.id, needs: limit.over.kind === "need" ? limit.over.needs : [] };
}
function names(exceptions: Iterable<Exception>): string[] {
  return [...new Set([...exceptions].map((exception) => exception.id))].sort();
}
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
