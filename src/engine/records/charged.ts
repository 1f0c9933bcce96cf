/** The current amount of each charge of an `allow`, after each report. */
import type { OutcomeRequest } from "../../model/decision.js";
import { saturatingMicros } from "../request/micro.js";
import { shortName } from "./scheme-terms.js";
import { comesBack, type SettledCharge, type Settlement } from "./settlement.js";

type Status = OutcomeRequest["status"];

/** One charge, in millionths. */
export interface Charged {
  /** What is charged now. */
  readonly amount: number;
  /** The largest usage that was reported of it: a later report raises the charge, and never lowers it. */
  readonly reported: number;
}

/** What a record says of its charges; before any report, what the decision charged. */
export function readCharged(text: string | undefined, { charges }: Settlement): readonly Charged[] {
  const written = text === undefined ? [] : (JSON.parse(text) as [number, number][]);
  return charges.map((charge, i) => {
    const [amount, reported] = written[i] ?? [charge.amount, 0];
    return { amount, reported };
  });
}

/** As text, for the record. */
export function writeCharged(charged: readonly Charged[]): string {
  return JSON.stringify(charged.map(({ amount, reported }) => [amount, reported]));
}

/** What one report says of the usage. */
export interface UsageReport extends Pick<OutcomeRequest, "status" | "reported"> {
  /** Whether it settles the call: the first report that is not `unknown`. */
  readonly settles: boolean;
}

/** What a charge comes to with one more report. */
export function chargeAfter(
  charge: SettledCharge,
  before: Charged,
  { status, reported: usages, settles }: UsageReport,
  irreversible: boolean,
): Charged {
  const usage = status === "not_run" ? undefined : usageOf(charge, usages);
  const reported = Math.max(before.reported, usage ?? 0);
  if (status === "unknown" || !settles) return { amount: Math.max(before.amount, reported), reported };
  if (usage !== undefined) return { amount: reported, reported };
  return comesBack(charge.of.meter, status, irreversible) ? { amount: reported, reported } : before;
}

/** The usage as a charge; undefined if none was reported, or if what is metered is not a line through it. */
function usageOf({ of, settle }: SettledCharge, usages: UsageReport["reported"]): number | undefined {
  if (!of.reported || settle === undefined) return undefined;
  const usage = Object.entries(usages ?? {}).find(([name]) => isNamed(of.limit, name))?.[1];
  return usage === undefined ? undefined : saturatingMicros(settle[0] + settle[1] * usage);
}

/** Names in a report that no limit of the decision meters. */
export function unmeteredNames({ charges }: Settlement, usages: UsageReport["reported"]): readonly string[] {
  return Object.keys(usages ?? {}).filter(
    (name) => !charges.some(({ of }) => of.reported && isNamed(of.limit, name)),
  );
}

function isNamed(limit: string, name: string): boolean {
  return limit === name || shortName(limit) === name;
}

/** Whether a status that follows another is new information: only a final status after `unknown` is. */
export function isNews(before: Status | undefined, status: Status): boolean {
  return before === undefined || (before === "unknown" && status !== "unknown");
}
