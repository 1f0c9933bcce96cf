/** What an `allow` reserved, kept until its outcome is reported. */
import type { Limit } from "../../check/program.js";
import type { LateText, WindowSpec } from "../../state/store.js";
import type { Charge } from "../rules/limits.js";

type Meter = Limit["meter"]["kind"];

/** The part of a limit that settling needs. Independent of its bundle, which may have changed by then. */
export interface SettledLimit {
  readonly limit: string;
  readonly window: WindowSpec;
  readonly meter: Meter;
  readonly reported: boolean;
}

/** One charge that an outcome can change. */
export interface SettledCharge {
  readonly of: SettledLimit;
  readonly key: string;
  readonly amount: number;
  readonly settle?: Charge["settle"];
}

/** What an outcome needs of the call it is about. */
export interface Settlement {
  readonly caller: string;
  readonly tenant: string;
  /** Null for a channel. */
  readonly tool: string | null;
  /** Null for a tool. */
  readonly channel: string | null;
  readonly irreversible: boolean;
  /** The session tree, whose labels and observed values the outcome adds to. */
  readonly tree: string | null;
  /** Which opening of the tree: what the outcome adds is for that one alone. */
  readonly treeOpened: string | null;
  readonly transaction: string | null;
  /** The key of the idempotency cell. */
  readonly request: string | null;
  readonly priors: readonly { readonly key: string; readonly within: number }[];
  readonly charges: readonly SettledCharge[];
  readonly exceptions: readonly { readonly key: string; readonly window: WindowSpec }[];
}

// Shared by all calls, because there is one record for each call of a day.
const settledLimits = new WeakMap<Limit, SettledLimit>();

const nothing: readonly never[] = [];

/** What a later report of the same outcome needs: whom it is about, and the charges that reported usage can raise. */
export function settled(settlement: Settlement): Settlement {
  const charges = settlement.charges.filter(isRaisable);
  return { ...settlement, priors: nothing, charges, exceptions: nothing };
}

/** Whether a report after the outcome can change a charge. */
export function isRaisable({ of }: SettledCharge): boolean {
  return of.reported;
}

/** What is kept of a charge. */
export function settledCharge({ limit, key, window, amount, settle }: Charge): SettledCharge {
  let of = settledLimits.get(limit);
  if (of === undefined) {
    const { meter } = limit;
    of = { limit: limit.id, window, meter: meter.kind, reported: meter.kind === "of" && meter.reported };
    settledLimits.set(limit, of);
  }
  return settle === undefined ? { of, key, amount } : { of, key, amount, settle };
}

/** Whether a charge comes back on this outcome: never for an irreversible tool, and never on `unknown`. */
export function comesBack(
  meter: Meter,
  status: "ok" | "failed" | "not_run" | "unknown",
  irreversible: boolean,
): boolean {
  if (irreversible) return false;
  if (status === "not_run") return meter === "calls" || meter === "of" || meter === "successes";
  return status === "failed" && meter === "successes";
}

/** Whether any outcome could change what was charged. */
export function canSettle({ limit: { meter } }: Charge, irreversible: boolean): boolean {
  if (meter.kind === "failures") return true;
  if (meter.kind === "of" && meter.reported) return true;
  return !irreversible && (meter.kind === "calls" || meter.kind === "of" || meter.kind === "successes");
}

/** A settlement as stored text, written only if the store needs text. */
export class KeptSettlement implements LateText {
  readonly #settlement: Settlement;

  constructor(settlement: Settlement) {
    this.#settlement = settlement;
  }

  written(): string {
    return writeSettlement(this.#settlement);
  }
}

/** As text. Lists without names, because it is written for every call and read for one outcome. */
function writeSettlement(settlement: Settlement): string {
  const { caller, tenant, tool, irreversible, tree, transaction, request, priors, charges, exceptions } =
    settlement;
  return JSON.stringify([
    caller,
    tenant,
    tool,
    irreversible ? 1 : 0,
    tree,
    transaction,
    request,
    charges.map(({ of, key, amount, settle }) => [
      of.limit,
      key,
      writeWindow(of.window),
      amount,
      of.meter,
      of.reported ? (settle ?? 1) : 0,
    ]),
    priors.length === 0 ? 0 : priors,
    exceptions.length === 0 ? 0 : exceptions,
    settlement.treeOpened,
    settlement.channel,
  ]);
}

type Written = [
  string,
  string,
  string | null,
  0 | 1,
  string | null,
  string | null,
  string | null,
  [string, string, string, number, Meter, 0 | 1 | NonNullable<Charge["settle"]>][],
  0 | Settlement["priors"],
  0 | Settlement["exceptions"],
  string | null,
  string | null,
];

/** What `writeSettlement` wrote. */
export function readSettlement(text: string): Settlement {
  const [
    caller,
    tenant,
    tool,
    irreversible,
    tree,
    transaction,
    request,
    charges,
    priors,
    exceptions,
    treeOpened,
    channel,
  ] = JSON.parse(text) as Written;
  return {
    caller,
    tenant,
    tool,
    irreversible: irreversible === 1,
    tree,
    treeOpened,
    channel,
    transaction,
    request,
    charges: charges.map(([limit, key, window, amount, meter, reported]) => ({
      of: { limit, window: readWindow(window), meter, reported: reported !== 0 },
      key,
      amount,
      ...(typeof reported === "number" ? {} : { settle: reported }),
    })),
    priors: priors === 0 ? [] : priors,
    exceptions: exceptions === 0 ? [] : exceptions,
  };
}

function writeWindow(window: WindowSpec): string {
  if (window.kind === "rolling") return `r${window.length}/${window.parts}`;
  return window.kind === "calendar" ? `c${window.period}` : `l${window.length}`;
}

function readWindow(text: string): WindowSpec {
  const rest = text.slice(1);
  if (text.startsWith("c"))
    return { kind: "calendar", period: rest as (WindowSpec & { kind: "calendar" })["period"] };
  if (text.startsWith("l")) return { kind: "life", length: Number(rest) };
  const [length, parts] = rest.split("/");
  return { kind: "rolling", length: Number(length), parts: Number(parts) };
}
