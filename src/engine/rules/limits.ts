/** What a call would charge to each limit that applies: the cell, the window, the amount. */
import type { Exception, Limit, LimitKey } from "../../check/program.js";
import { limitDefinition } from "../../compile/compile.js";
import type { CompiledLimit } from "../../compile/compiled-rule.js";
import { UNKNOWN } from "../../compile/tri.js";
import type { LimitState } from "../../model/decision.js";
import type { Operation, WindowCell, WindowSpec } from "../../state/store.js";
import { fits } from "../../state/window.js";
import { canonicalJson, toWire } from "../../values/canonical.js";
import type { JsonValue, Type } from "../../values/type.js";
import { type Call, keyPart } from "../request/call.js";
import { LimitKeys } from "../request/cell-keys.js";
import { shortDigest } from "../request/digest.js";
import { capMicros, fromMicros, toMicros, UNIT } from "../request/micro.js";
import type { Hit } from "./judge.js";

/** Sub-windows of a rolling window: it may refuse a sixteenth of its length early, and never admits late. */
export const WINDOW_PARTS = 16;

/** How long a cell that lives with a session or transaction is kept after its last change. */
const LIFE = 8 * 24 * 3_600_000;

/** One limit at one call. */
export interface Charge {
  readonly limit: Limit;
  readonly shadow: boolean;
  readonly key: string;
  readonly window: WindowSpec;
  /** Millionths. For `denials` and `failures` this is what one more would add; it is checked but not yet charged. */
  readonly amount: number;
  readonly cap: number;
  /** What an outcome that reports `n` makes of it, `base + per * n`; only if the limit meters what is reported. */
  readonly settle?: readonly [base: number, per: number];
}
/** A limit for which it is unknown whether, in which window, or how much the call would charge. */
export interface UnknownCharge {
  readonly limit: Limit;
  readonly shadow: boolean;
}

/** What a call is counted as by the limits that concern it. */
export interface Charges {
  readonly known: readonly Charge[];
  readonly unknown: readonly UnknownCharge[];
}

/** The part of a limit that is the same for every call. */
interface LimitFacts {
  readonly keys: LimitKeys;
  readonly window: WindowSpec;
  /** Millionths. */
  readonly cap: number;
}

const knownFacts = new WeakMap<Limit, LimitFacts>();

function factsOf(limit: Limit): LimitFacts {
  let facts = knownFacts.get(limit);
  if (facts === undefined) {
    facts = {
      keys: new LimitKeys(limit.id, limitDefinition(limit)),
      window: windowSpec(limit),
      cap: capMicros(limit.cap),
    };
    knownFacts.set(limit, facts);
  }
  return facts;
}

/** The charges of every limit that is not false for the call. `hasSession`: the named session is open. */
export function chargesOf(hits: readonly Hit<Limit>[], call: Call, hasSession: boolean): Charges {
  const known: Charge[] = [];
  const unknown: UnknownCharge[] = [];
  for (const { candidate, tri } of hits) {
    const limit = candidate.rule.source;
    const { shadow } = limit;
    if (!appliesAt(limit, call)) continue;
    const facts = factsOf(limit);
    const key = keyOf(limit, facts, call, hasSession);
    const amount = key === undefined ? undefined : amountOf(candidate.rule as CompiledLimit, call);
    if (tri === UNKNOWN || key === undefined || amount === undefined) {
      unknown.push({ limit, shadow });
      continue;
    }
    const { window, cap } = facts;
    const settle = settleOf(candidate.rule as CompiledLimit, call);
    known.push(
      settle === undefined
        ? { limit, shadow, key, window, amount, cap }
        : { limit, shadow, key, window, amount, cap, settle },
    );
  }
  return { known, unknown };
}

/** The windows of every limit that applies or may still apply. */
export function windowsOf(
  hits: readonly Hit<Limit>[],
  call: Call,
  hasSession: boolean,
): readonly Pick<Charge, "key" | "window">[] {
  return hits.flatMap(({ candidate }) => {
    const limit = candidate.rule.source;
    if (!appliesAt(limit, call)) return [];
    const facts = factsOf(limit);
    const key = keyOf(limit, facts, call, hasSession);
    return key === undefined ? [] : [{ key, window: facts.window }];
  });
}

/** The cell of a limit for this call; undefined if it counts by session and there is none. */
function keyOf(limit: Limit, { keys }: LimitFacts, call: Call, hasSession: boolean): string | undefined {
  const parts = keyParts(limit, call, hasSession);
  return parts === undefined ? undefined : keys.of(call.tenant, parts);
}

/** A limit over a transaction does not apply outside one. */
function appliesAt(limit: Limit, call: Call): boolean {
  if (call.request.transaction !== undefined) return true;
  return limit.window.kind !== "transaction" && !limit.keys.some((key) => key.kind === "transaction");
}

function keyParts(limit: Limit, call: Call, hasSession: boolean): readonly string[] | undefined {
  const parts: string[] = [];
  for (const key of limit.keys) {
    switch (key.kind) {
      case "user":
        parts.push(`u${call.chain.user?.id ?? ""}`);
        break;
      case "agent":
        parts.push(call.frame.agentId);
        break;
      case "tool":
        parts.push(call.target?.tool?.was ?? call.target?.target.id ?? "");
        break;
      case "tenant":
        break;
      case "session":
        if (!hasSession) return undefined;
        parts.push(call.request.session ?? "");
        break;
      case "transaction":
        parts.push(call.request.transaction ?? "");
        break;
      case "args":
        parts.push(shortDigest(canonicalJson(call.wireArgs(true))));
        break;
      case "argument":
        parts.push(keyPart(argumentAt(call, key)));
        break;
    }
  }
  if (limit.window.kind === "session") {
    if (!hasSession) return undefined;
    parts.push(`s${call.request.session ?? ""}`);
  }
  if (limit.window.kind === "transaction") parts.push(`t${call.request.transaction ?? ""}`);
  return parts;
}

/** All arguments as a key: those of the shape, or as they are on the wire. */
export function argumentsOf(call: Call, shape: Type | undefined): JsonValue {
  return shape === undefined ? call.wireArgs(true) : toWire(shape, call.frame.args, { sortSets: true });
}

/**
 * The argument at a path as JSON in its normal form, without what is advisory and, of records, without what other tools
 * at the same key lack; undefined if it is absent.
 */
export function argumentAt(
  call: Call,
  { path, shape }: LimitKey & { readonly kind: "argument" },
): JsonValue | undefined {
  let type: Parameters<typeof toWire>[0] | undefined = call.target?.args;
  let value: unknown = call.frame.args;
  for (const name of path) {
    if (type?.kind !== "record" || typeof value !== "object" || value === null) return undefined;
    const field: { readonly type: Parameters<typeof toWire>[0] } | undefined = type.fields.find(
      (each) => each.name === name,
    );
    if (field === undefined) return undefined;
    value = (value as Record<string, unknown>)[name];
    type = field.type;
    if (value === undefined) return undefined;
  }
  return type === undefined
    ? undefined
    : toWire(shape ?? type, value as Parameters<typeof toWire>[1], {
        sortSets: true,
        withoutAdvisory: true,
      });
}

function amountOf(rule: CompiledLimit, call: Call): number | undefined {
  if (rule.amount === undefined) return UNIT;
  const value = rule.amount(call.frame);
  return typeof value === "number" ? toMicros(value) : undefined;
}

/**
 * What is metered, as a function of what will be reported: the arguments are gone by then. Undefined if the function is
 * not linear; then the estimate stays, regardless of the report.
 */
function settleOf(rule: CompiledLimit, { frame }: Call): Charge["settle"] {
  const { amount, source } = rule;
  if (amount === undefined || source.meter.kind !== "of" || !source.meter.reported) return undefined;
  const at = (reported: number): number => {
    const value = amount(frame.reporting(reported));
    return typeof value === "number" ? value : Number.NaN;
  };
  const [base, one, many] = [at(0), at(1), at(1024)];
  const per = one - base;
  const isLine = Math.abs(base + 1024 * per - many) <= 1e-9 * Math.max(1, Math.abs(many));
  return isLine ? [base, per] : undefined;
}

function windowSpec(limit: Limit): WindowSpec {
  const { window } = limit;
  if (window.kind === "rolling") return { kind: "rolling", length: window.length, parts: WINDOW_PARTS };
  if (window.kind === "calendar") return { kind: "calendar", period: window.period };
  return { kind: "life", length: LIFE };
}

/** The charges of a retry whose attempt was counted before. */
export function countedOnce(charges: readonly Charge[]): readonly Charge[] {
  return charges.map((charge) => (isAttempt(charge) ? { ...charge, amount: 0 } : charge));
}

/** Whether it is charged for every verdict; `denials` and `failures` are charged when one occurs, and only checked before. */
export function isAttempt(charge: Charge): boolean {
  return charge.limit.meter.kind === "attempts";
}
export function isLookedAt(charge: Charge): boolean {
  return charge.limit.meter.kind === "denials" || charge.limit.meter.kind === "failures";
}

/** Whether the window, as read, has room for the charge. */
export function hasRoom(charge: Charge, window: WindowCell): boolean {
  return fits(window, charge.amount, charge.cap);
}

/** The operation that reserves a charge. If the limit may be passed, it always succeeds and the charge remains. */
export function reserve(charge: Charge, mayPass: boolean): Operation {
  const cap = mayPass ? null : charge.cap;
  if (isLookedAt(charge)) {
    return {
      op: "below",
      key: charge.key,
      window: charge.window,
      amount: charge.amount,
      cap: cap ?? Number.MAX_SAFE_INTEGER,
    };
  }
  return { op: "charge", key: charge.key, window: charge.window, amount: charge.amount, cap };
}

/** What is left of a limit, in its own unit. */
export function limitState(charge: Charge, window: WindowCell): LimitState {
  const remaining = Math.max(0, fromMicros(charge.cap - window.used));
  let resets: number | undefined;
  for (const part of window.parts) resets = Math.min(resets ?? part.leaves, part.leaves);
  const { name, cap } = charge.limit;
  if (resets === undefined || charge.window.kind === "life") return { name, remaining, cap };
  return { name, remaining, cap, resets_at: resets / 1000 };
}

/** The window in which an exception's uses are counted: its whole life. */
export function exceptionWindow(exception: Exception, now: number): WindowSpec {
  return { kind: "life", length: Math.max(LIFE, exception.until - now) };
}
