/**
 * The meaning of a bundle, in the order in which the page of the language (`grammar/README.md`) tells it.
 *
 * Where that leaves something open, this is what is meant:
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
import type { Exception, Need, Rule } from "../../src/check/program.js";
import type { VerdictName } from "../../src/model/common.js";
import type { Obligation } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import { type Entered, enter } from "./enter.js";
import type { Facts } from "./evaluate.js";
import { accepted, factsOf } from "./facts.js";
import { type LimitResult, retriedApprovals } from "./limits.js";
import {
  CONFIRMATION,
  differingNotes,
  evidenceOf,
  lessDemanding,
  type Unmet,
  type UnmetNeeds,
  unmetNeeds,
} from "./needs.js";
import { mergeObligations, supports } from "./obligations.js";
import { isFreeOfState } from "./outage.js";
import { type How, neededBy, Questions } from "./questions.js";
import { type Remembered, rememberedUnder } from "./remembered.js";
import { planOf, refuseSession, refuseTransaction } from "./situations.js";
import type { ApprovalEvent, DecisionEvent, World } from "./world.js";

export type { How, Mistakes } from "./questions.js";

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
  /** Notes that are taken out of it. */
  readonly drops: readonly string[];
  readonly entered: Entered | undefined;
  /** The decision whose answer is given again. */
  readonly replayed: DecisionEvent | undefined;
}

/** What a request comes to in a world, without changing it. */
export function judge(world: World, request: DecideRequest, how: How = {}): Judgement {
  const entered = enter(world.program, request, world.now);
  if (!("call" in entered)) return refuse(1, entered.refusals, undefined);
  const questions = new Questions(world, entered, how);
  const { blind } = entered;

  if (entered.refusals.length > 0) return refuse(1, entered.refusals, entered, questions.limits(blind));
  const pure = refusePurely(questions);
  if (pure.length > 0) return refuse(2, pure, entered, questions.limits(blind));
  if (world.outage) return judgeWithoutState(questions, how);

  const known = rememberedUnder(world, entered, how.caller ?? "caller");
  if (known?.kind === "earlier") return judgeAgain(world, questions, known, how);
  const facts = factsOf(world, entered);
  const limits = questions.limits(facts);
  if (known !== undefined) return refuse(3, [known.refusal], entered, limits);
  return judgeWithState(questions, facts, limits);
}

/** A call that may have been made already: the answer again if it would be given again, had the call not been made. */
function judgeAgain(
  world: World,
  questions: Questions,
  { event, isSame }: Extract<Remembered, { kind: "earlier" }>,
  how: How,
): Judgement {
  const { entered } = questions;
  const facts = factsOf(world, entered, event);
  const limits = questions.limits(facts);
  const outdated = "builtin.replay_outdated";
  if (!isSame) return refuse(3, [outdated], entered, limits);
  const judged = judgeWithState(new Questions(world, entered, { ...how, earlier: event }), facts, []);
  if (judged.verdict === "allow") return { ...judged, replayed: event };
  const refusals = judged.verdict === "deny" ? judged.determining : [];
  return refuse(judged.stage ?? 5, [...refusals, outdated], entered, limits);
}

function judgeWithState(questions: Questions, facts: Facts, limits: readonly LimitResult[]): Judgement {
  const { entered } = questions;
  const lifters = liftersOf(questions, facts);
  const refusals = refuseOnState(questions, facts, lifters);
  if (refusals.length > 0) return refuse(3, refusals, entered, limits);
  const retried = questions.earlier === undefined ? retriedApprovals(questions.world, entered) : [];
  if (retried.length === 0) return judgeLimited(questions, { facts, lifters, limits, full: limits });
  const once = questions.limits(facts, true);
  const judged = judgeLimited(questions, { facts, lifters, limits: once, full: limits, retried });
  return judged ?? judgeLimited(questions, { facts, lifters, limits, full: limits });
}

interface Limited {
  readonly facts: Facts;
  readonly lifters: Lifters;
  /** As they are judged. */
  readonly limits: readonly LimitResult[];
  /** As a denial is charged, which waits for nothing. */
  readonly full: readonly LimitResult[];
}

/** From the limits on. Undefined where it neither waits for nor uses any of the approvals that were asked for before. */
function judgeLimited(
  questions: Questions,
  judging: Limited & { readonly retried: readonly ApprovalEvent[] },
): Judgement | undefined;
function judgeLimited(questions: Questions, judging: Limited): Judgement;
function judgeLimited(
  questions: Questions,
  judging: Limited & { readonly retried?: readonly ApprovalEvent[] },
): Judgement | undefined {
  const { entered } = questions;
  const { facts, lifters, limits, full, retried } = judging;
  const spent = limits.filter(({ says, limit }) => says === "refuse" && !lifters.has(limit.id));
  if (spent.length > 0) {
    return refuse(
      4,
      spent.map(({ limit }) => limit.id),
      entered,
      full,
    );
  }
  const way = bestWay(questions, facts, limits, lifters);
  if (way.unmet.blocked.length > 0) return refuse(5, way.unmet.blocked, entered, full);
  const isReduced = limits.some(({ charge }, i) => charge?.amount !== full[i]?.charge?.amount);
  if (retried !== undefined && isReduced && !retried.some(({ scheme }) => way.schemes.includes(scheme)))
    return undefined;
  if (way.missing.length > 0) return refuse(6, way.missing, entered, full);
  return grant(entered, way, limits);
}

/** Exceptions that lift, by the rule or limit they lift; without an entry nothing does. */
type Lifters = ReadonlyMap<string, readonly Exception[]>;

/** 2: denies that need no state, unless state may yet lift them; and that nothing can grant, whatever the state is. */
function refusePurely(questions: Questions): string[] {
  const { blind } = questions.entered;
  const couldBe = (rule: Rule | Exception): boolean => {
    const result = questions.applies(rule, blind);
    return questions.isPure(rule) ? result === true : result !== false;
  };
  const refusals = questions
    .rules("deny")
    .filter((rule) => questions.isPure(rule) && questions.refuses(rule, blind))
    .filter((rule) => !questions.exceptionsTo(rule.id).some(couldBe))
    .map((rule) => rule.id);
  const mayBeGranted = questions.isChannel || questions.rules("allow").some(couldBe);
  return mayBeGranted ? refusals : [...refusals, "builtin.nothing_grants"];
}

function judgeWithoutState(questions: Questions, how: How): Judgement {
  const { world, program, entered } = questions;
  const denied = refuse(3, ["builtin.state_unavailable"], entered);
  if (!isFreeOfState(questions)) return denied;
  const unlimited = { ...program, limits: new Map() };
  const calm: World = { ...world, program: unlimited, outage: false, approvals: [], decisions: [] };
  const judged = judge(calm, entered.request, how);
  return judged.verdict === "allow" ? judged : denied;
}

function liftersOf(questions: Questions, facts: Facts): Lifters {
  const { rules, limits } = questions.program;
  const lifters = new Map<string, readonly Exception[]>();
  for (const id of [...rules.keys(), ...limits.keys()]) {
    const lifting = questions.exceptionsTo(id).filter((exception) => questions.lifts(exception, facts));
    if (lifting.length > 0) lifters.set(id, lifting);
  }
  return lifters;
}

/** 3: the session, the transaction, the labels, every deny with what the state says, and that nothing grants. */
function refuseOnState(questions: Questions, facts: Facts, lifters: Lifters): string[] {
  const { world, entered } = questions;
  const denies = questions.rules("deny").filter((rule) => questions.refuses(rule, facts));
  const refusals = denies.map((rule) => rule.id).filter((id) => !lifters.has(id));
  refusals.push(
    ...refuseSession(world, entered),
    ...refuseTransaction(world, entered, questions.earlier !== undefined),
  );
  if (!accepted(world, entered, facts)) refusals.push("builtin.label_not_accepted");
  if (!questions.isChannel && granting(questions, facts).length === 0)
    refusals.push("builtin.nothing_grants");
  return refusals;
}

function granting(questions: Questions, facts: Facts): Rule[] {
  return questions.rules("allow").filter((rule) => questions.applies(rule, facts) === true);
}

/** One of the ways to be granted, and what it asks for. */
interface Way {
  readonly allow: Rule | undefined;
  /** Exceptions that it uses, by name. */
  readonly used: readonly string[];
  readonly unmet: UnmetNeeds;
  /** Rules and limits that add an unmet need. */
  readonly adding: readonly string[];
  readonly obligations: readonly Obligation[];
  readonly drops: readonly string[];
  /** Of the approvals that it needs, given or not. */
  readonly schemes: readonly string[];
  /** Why its obligations cannot be carried out. */
  readonly missing: readonly string[];
}

/** 5 and 6: of every allow with every choice of exceptions, the way that asks for least. */
function bestWay(questions: Questions, facts: Facts, limits: readonly LimitResult[], lifters: Lifters): Way {
  const { program } = questions;
  const refused = [
    ...questions.rules("deny").filter((rule) => questions.refuses(rule, facts)),
    ...limits.filter(({ says }) => says === "refuse").map(({ limit }) => limit),
  ];
  const bars = [
    ...questions.rules("require").filter((rule) => questions.demands(rule, facts)),
    ...limits.filter(({ says }) => says === "need").map(({ limit }) => limit),
  ];
  const choices = choicesOfExceptions(
    refused.map(({ id }) => id),
    bars.map(({ id }) => id),
    lifters,
  );
  const allows = questions.isChannel ? [undefined] : granting(questions, facts);
  const few = questions.mistakes.firstAllowWins ? allows.slice(0, 1) : allows;
  const ways = few.flatMap((allow) =>
    choices.map((lifted) => {
      const standing = bars.filter(({ id }) => !lifted.has(id));
      return wayOf(questions, facts, allow, standing, [...new Set(lifted.values())]);
    }),
  );
  const isImpossible = ({ unmet, missing }: Way): number => Number(unmet.blocked.length + missing.length > 0);
  ways.sort(
    (a, b) =>
      isImpossible(a) - isImpossible(b) ||
      lessDemanding(program, a.unmet, b.unmet) ||
      compareText(a.allow?.id ?? "", b.allow?.id ?? "") ||
      compareText(a.used.join(), b.used.join()),
  );
  return ways[0] as Way;
}

/** One exception for each refusal, and at most one for each bar, in every way; by what they lift. */
function choicesOfExceptions(
  refused: readonly string[],
  bars: readonly string[],
  lifters: Lifters,
): ReadonlyMap<string, Exception>[] {
  let all: ReadonlyMap<string, Exception>[] = [new Map()];
  const spread = (id: string, choices: readonly (Exception | undefined)[]): void => {
    all = all.flatMap((map) =>
      choices.map((choice) => (choice === undefined ? map : new Map([...map, [id, choice]]))),
    );
  };
  for (const id of refused) spread(id, lifters.get(id) ?? []);
  for (const id of bars) spread(id, [undefined, ...(lifters.get(id) ?? [])]);
  return all;
}

function wayOf(
  questions: Questions,
  facts: Facts,
  allow: Rule | undefined,
  standing: readonly (Rule | LimitResult["limit"])[],
  exceptions: readonly Exception[],
): Way {
  const { world, program, entered } = questions;
  const { earlier } = questions;
  const evidence = evidenceOf(world, entered, earlier);
  const demanding: readonly { readonly id: string; readonly needs: readonly Need[] }[] = [
    ...(allow === undefined ? [] : [allow]),
    ...standing.map((bar) => (bar.kind === "limit" ? neededBy(bar) : bar)),
    ...exceptions,
  ];
  const plan: readonly Need[] = planOf(world, entered)?.confirmed ? [{ kind: "confirmation" }] : [];
  const needs = [...plan, ...demanding.flatMap((rule) => rule.needs)];
  const unmet = unmetNeeds(program, needs, evidence);
  const carrying = [...standing.filter((bar) => bar.kind === "rule"), ...exceptions];
  const changed = earlier === undefined ? [] : [...earlier.drops, ...differingNotes(entered, earlier.call)];
  const drops = [...new Set([...evidence.differingNotes(unmet.met), ...changed])].sort();
  const obligations = mergeObligations(entered, carrying, facts, drops);
  const missing =
    obligations === undefined
      ? ["builtin.obligation_unknown"]
      : supports(entered.request, obligations)
        ? []
        : ["builtin.unsupported_obligation"];
  return {
    allow,
    used: exceptions.map(({ id }) => id).sort(),
    unmet,
    adding: demanding
      .filter((rule) => unmetNeeds(program, rule.needs, evidence).needs.length > 0)
      .map((rule) => rule.id),
    obligations: obligations ?? [],
    drops,
    schemes: needs.flatMap((need) =>
      need.kind === "step-up" ? [] : [need.kind === "approval" ? need.scheme : CONFIRMATION],
    ),
    missing,
  };
}

function grant(entered: Entered, way: Way, limits: readonly LimitResult[]): Judgement {
  const { needs } = way.unmet;
  const needsStepUp = needs.some((need) => need.type === "step-up");
  const determining = [...(way.allow === undefined ? [] : [way.allow.id]), ...way.adding, ...way.used];
  const alerts = limits.filter(({ says }) => says === "alert").map(({ limit }) => limit.id);
  return {
    verdict: needs.length === 0 ? "allow" : needsStepUp ? "step-up" : "require-approval",
    needs,
    obligations: way.obligations,
    determining: [...new Set(determining)].sort(),
    exceptions: way.used,
    alerts: alerts.sort(),
    stage: undefined,
    limits,
    used: way.unmet.met,
    drops: way.drops,
    entered,
    replayed: undefined,
  };
}

function refuse(
  stage: Judgement["stage"],
  refusals: readonly string[],
  entered: Entered | undefined,
  limits: readonly LimitResult[] = [],
): Judgement {
  return {
    verdict: "deny",
    needs: [],
    obligations: [],
    determining: [...new Set(refusals)].sort(),
    exceptions: [],
    alerts: [],
    stage,
    limits,
    used: [],
    drops: [],
    entered,
    replayed: undefined,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
