/** Limits, by adding up every charge that was ever made. */
import type { Expr, Limit } from "../../src/check/program.js";
import type { DecideRequest } from "../../src/model/request.js";
import { isLive } from "./approvals.js";
import type { Entered } from "./enter.js";
import { evaluate, type Facts, type Tri, UNKNOWN } from "./evaluate.js";
import { sessionOf } from "./situations.js";
import type { ApprovalEvent, Charge, DecisionEvent, World } from "./world.js";

/** Into so many sub-windows is a rolling window divided. */
export const PARTS = 16;

export interface LimitResult {
  readonly limit: Limit;
  readonly says: "nothing" | "refuse" | "need" | "alert";
  readonly unknown: boolean;
  /** Whether it would say something else if it counted what has left the window within the last sub-window. */
  readonly sliver: boolean;
  /** What the window holds without this call, and how much it may hold. */
  readonly spent: number;
  readonly cap: number;
  /** What it would charge; undefined where that is not known. */
  readonly charge: Charge | undefined;
}

/** What one limit says of a call; undefined where it does not apply. */
export function measure(
  world: World,
  entered: Entered,
  limit: Limit,
  applies: Tri,
  facts: Facts,
  { countSliver, isRetry }: { readonly countSliver: boolean; readonly isRetry: boolean },
): LimitResult | undefined {
  if (applies === false || !isMeant(limit, entered.request)) return undefined;
  const unknown: LimitResult = {
    limit,
    says: limit.over.kind === "alert" ? "alert" : "refuse",
    unknown: true,
    sliver: false,
    spent: 0,
    cap: 0,
    charge: undefined,
  };
  const charge = chargeOf(world, entered, limit, { facts, isRetry });
  if (applies === UNKNOWN || charge === undefined) return unknown;
  const cap = limit.meter.kind === "of" ? Math.floor(limit.cap * 1e6) : limit.cap;
  const spent = (sliver: boolean): number => used(world, limit, charge.key, sliver);
  const passes = (sliver: boolean): boolean =>
    watchesOnly(limit) ? spent(sliver) >= cap : spent(sliver) + charge.amount > cap;
  const passed = passes(countSliver);
  return {
    limit,
    says: passed ? (limit.over.kind === "deny" ? "refuse" : limit.over.kind) : "nothing",
    unknown: false,
    sliver: passes(true) !== passes(false),
    spent: spent(countSliver),
    cap,
    charge,
  };
}

/** A limit over transactions is not meant for a call outside one. */
export function isMeant(limit: Limit, request: DecideRequest): boolean {
  const inTransaction =
    limit.window.kind === "transaction" || limit.keys.some((key) => key.kind === "transaction");
  return !inTransaction || request.transaction !== undefined;
}

/** Denials and failures open the limit once they have happened; the call itself adds none yet. */
function watchesOnly(limit: Limit): boolean {
  return limit.meter.kind === "denials" || limit.meter.kind === "failures";
}

/** Millionths, rounded up, by the decimal digits of the number. */
export function millionths(amount: number): number {
  const [digits = "", exponent = "0"] = amount.toExponential().split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const shift = Number(exponent) - fraction.length + 6;
  const value = Number(whole + fraction);
  return shift >= 0 ? value * 10 ** shift : Math.ceil(value / 10 ** -shift);
}

function chargeOf(
  world: World,
  entered: Entered,
  limit: Limit,
  { facts, isRetry }: { readonly facts: Facts; readonly isRetry: boolean },
): Charge | undefined {
  const { call } = entered;
  const inSession = limit.window.kind === "session" || limit.keys.some((key) => key.kind === "session");
  if (inSession && sessionOf(world, call).kind !== "open") return undefined;
  if (call.transaction !== undefined && facts.txn === UNKNOWN) {
    if (limit.window.kind === "transaction" || limit.keys.some((key) => key.kind === "transaction"))
      return undefined;
  }
  const scope =
    limit.window.kind === "session" || limit.window.kind === "transaction" ? call[limit.window.kind] : "";
  const key = JSON.stringify([call.tenant, scope, ...limit.keys.map((each) => call.key(each) ?? null)]);
  const { meter } = limit;
  if (meter.kind !== "of") {
    const amount = meter.kind === "attempts" && isRetry ? 0 : 1;
    return { limit: limit.id, key, amount, settled: undefined };
  }
  const amount = amountOf(meter.amount, { ...facts, reported: undefined });
  if (amount === undefined || !Number.isSafeInteger(amount)) return undefined;
  const settled = (reported: number): number | undefined => {
    const used = amountOf(meter.amount, { ...facts, reported });
    return used === undefined ? undefined : Math.min(used, Number.MAX_SAFE_INTEGER);
  };
  return { limit: limit.id, key, amount, settled: meter.reported ? settled : undefined };
}

function amountOf(expr: Expr, facts: Facts): number | undefined {
  const value = evaluate(expr, facts);
  if (typeof value !== "number" || value < 0) return undefined;
  return millionths(value);
}

/** Approvals of this very call that are open or granted: it was counted when they were asked for first. */
export function retriedApprovals(world: World, entered: Entered): ApprovalEvent[] {
  return world.approvals.filter(
    (approval) =>
      approval.call?.digest === entered.call.digest &&
      approval.rejected === undefined &&
      isLive(world, approval),
  );
}
function used(world: World, limit: Limit, key: string, countSliver: boolean): number {
  let sum = 0;
  for (const event of world.decisions) {
    for (const charge of event.charges) {
      if (charge.limit !== limit.id || charge.key !== key) continue;
      const { at, amount } = standing(world, event, charge, limit);
      if (isInWindow(limit, at, world.now, countSliver)) sum += amount;
    }
  }
  return sum;
}

/** When a charge counts, and how much of it is left after the outcome. */
function standing(
  world: World,
  event: DecisionEvent,
  charge: Charge,
  limit: Limit,
): { readonly at: number; readonly amount: number } {
  const { outcome, at } = event;
  const status = outcome?.status;
  const tool = world.program.tools.get(event.call.target.id);
  const returns = event.call.target.kind === "channel" || tool?.irreversible === false;
  switch (limit.meter.kind) {
    case "failures":
      return { at: outcome?.at ?? at, amount: status === "failed" ? charge.amount : 0 };
    case "attempts":
    case "denials":
      return { at, amount: charge.amount };
    case "calls":
      return { at, amount: status === "not_run" && returns ? 0 : charge.amount };
    case "successes":
      return { at, amount: (status === "not_run" || status === "failed") && returns ? 0 : charge.amount };
    case "of":
      return { at, amount: amountAfter(event, charge, limit, returns) };
  }
}

/** The truth says what was used; any other report of usage only adds to what is known of it. */
function amountAfter({ reports }: DecisionEvent, charge: Charge, limit: Limit, returns: boolean): number {
  const counting = reports.filter(({ counts }) => counts);
  const truth = counting.findIndex(({ status }) => status !== "unknown");
  let { amount } = charge;
  let used = 0;
  for (const [i, { status, reported }] of counting.entries()) {
    const usage = status === "not_run" ? undefined : usageIn(charge, reportFor(reported, limit));
    used = Math.max(used, usage ?? 0);
    if (i !== truth) amount = Math.max(amount, used);
    else if (usage !== undefined || (status === "not_run" && returns)) amount = used;
  }
  return amount;
}
/** What is too much to count fills the limit. */
function usageIn({ settled }: Charge, reported: number | undefined): number | undefined {
  return reported === undefined ? undefined : settled?.(reported);
}

function reportFor(reported: Readonly<Record<string, number>> | undefined, limit: Limit): number | undefined {
  return reported?.[limit.id] ?? reported?.[limit.name];
}

function isInWindow(limit: Limit, at: number, now: number, countSliver: boolean): boolean {
  const { window } = limit;
  switch (window.kind) {
    case "rolling":
      return now < at + window.length + (countSliver ? Math.ceil(window.length / PARTS) : 0);
    case "calendar":
      return periodOf(window.period, at) === periodOf(window.period, now);
    default:
      return true;
  }
}

/** Names the UTC hour, day, week from Monday, or month. */
function periodOf(period: "hour" | "day" | "week" | "month", at: number): string {
  const date = new Date(at);
  if (period === "week") date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  const length = { hour: 13, day: 10, week: 10, month: 7 }[period];
  return date.toISOString().slice(0, length);
}

/** What an `allow`, or a verdict that waits for its needs, charges. */
export function chargesOf(results: readonly LimitResult[], verdict: "allow" | "pending"): Charge[] {
  return results.flatMap(({ limit, charge }) => {
    if (charge === undefined) return [];
    if (limit.meter.kind === "attempts") return [charge];
    return verdict === "allow" && limit.meter.kind !== "denials" ? [charge] : [];
  });
}

/**
 * What a `deny` charges: attempts and denials, except to a limit that refused it itself. An attempt that the limit would
 * have refused as well is not charged to it either.
 */
export function chargesOfDenial(
  results: readonly LimitResult[],
  refusals: readonly string[],
  entered: Entered,
  hasState: boolean,
): Charge[] {
  return results.flatMap(({ limit, charge, spent, cap }) => {
    const { kind } = limit.meter;
    if (charge === undefined || refusals.includes(limit.id)) return [];
    if (!entered.hasArgs && readsArguments(limit)) return [];
    if (kind === "denials") return [charge];
    // Before the state is read it cannot be told that a call was counted when its approval was asked for.
    const amount = hasState ? charge.amount : 1;
    const refused = limit.over.kind === "deny" && spent + amount > cap;
    return kind === "attempts" && !refused ? [{ ...charge, amount }] : [];
  });
}
function readsArguments(limit: Limit): boolean {
  const text = JSON.stringify(limit.condition, (_, value) => (typeof value === "bigint" ? 0 : value)) ?? "";
  return (
    text.includes('"root":"args"') || limit.keys.some((key) => key.kind === "args" || key.kind === "argument")
  );
}
