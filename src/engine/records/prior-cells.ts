/** The cells behind `prior`: where calls are recorded, and how they answer a `prior`. */
import { cellKeyName, type PriorExpr, sameKeys } from "../../compile/prior-key.js";
import { FALSE, TRUE, type Tri, UNKNOWN } from "../../compile/tri.js";
import type { MapCell, WindowCell } from "../../state/store.js";
import { type Call, keyPart } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { argumentAt, argumentsOf, WINDOW_PARTS } from "../rules/limits.js";

/**
 * Times, and the number of allowed calls, because times are equal within one millisecond or if the clock stops.
 * `unknowns` are the times of single calls with an unknown outcome, so that a later final status can remove its own;
 * `unknown` is the last of those that did not fit.
 */
export const priorFields = ["ok", "failed", "denied", "unknown", "unknowns", "allowed", "calls"] as const;

/** Calls of one cell whose unknown outcome may be followed by the truth; the others stay unknown. */
const MAX_UNKNOWNS = 16;

/** The fields that change with a call whose outcome is unknown. What was before `since` nobody asks of any more. */
export function addUnknown({ fields }: MapCell, at: number, since: number): Record<string, string> {
  const times = timesIn(fields.get("unknowns")).filter((time) => time >= since);
  if (times.length < MAX_UNKNOWNS) return { unknowns: [...times, at].join(" ") };
  return { unknown: String(Math.max(at, Number(fields.get("unknown") ?? 0))) };
}

/** The fields that change with the truth about a call whose outcome was unknown. */
export function removeUnknown({ fields }: MapCell, at: number): Record<string, string | null> {
  const times = timesIn(fields.get("unknowns"));
  const index = times.indexOf(at);
  if (index < 0) return {};
  const left = times.toSpliced(index, 1);
  return { unknowns: left.length === 0 ? null : left.join(" ") };
}

function timesIn(field: string | undefined): readonly number[] {
  return field === undefined ? [] : field.split(" ").map(Number);
}

/**
 * The cell of a `prior`, or undefined if a key has no value here. A session is identified by its opening: a later one under
 * the same id, perhaps another caller's, does not share its history.
 */
export function priorCellKey(
  keys: PriorExpr["same"],
  name: string,
  call: Call,
  opened: string | undefined,
): string | undefined {
  const parts = new Map<string, string>();
  for (const key of keys) {
    let part: string | undefined;
    if (key.kind === "argument") {
      const value = argumentAt(call, key);
      part = value === undefined ? undefined : keyPart(value);
    } else if (key.kind === "args") part = keyPart(argumentsOf(call, key.shape));
    else if (key.kind === "session") part = opened;
    else if (key.kind === "transaction") part = call.request.transaction;
    else if (key.kind === "user") part = call.chain.user === undefined ? undefined : `u${call.chain.user.id}`;
    else if (key.kind === "agent") part = call.frame.agentId;
    else part = "";
    if (part === undefined) return undefined;
    parts.set(cellKeyName(key), part);
  }
  return cellKeys.prior(
    call.tenant,
    name,
    sameKeys(keys).map((each) => parts.get(each) ?? ""),
  );
}

/** Where calls are counted that were allowed and of whose outcome nothing is known yet. */
export function pendingKey(priorKeyText: string): string {
  return `${priorKeyText}\u001fpending`;
}

/** How long such a call is waited for: as long as the longest `within` that asks of it. */
export function pendingWindow(within: number) {
  return { kind: "rolling", length: within, parts: WINDOW_PARTS } as const;
}

/** Whether it happened within the given age; unknown while an outcome that decides it is missing. */
export function answerPrior(expr: PriorExpr, cell: MapCell, pending: WindowCell, now: number): Tri {
  const recent = (field: (typeof priorFields)[number]) => {
    const at = cell.fields.get(field);
    return at !== undefined && now - Number(at) <= expr.within;
  };
  const open = pending.used > 0 && recent("allowed");
  const isUnknown =
    recent("unknown") || timesIn(cell.fields.get("unknowns")).some((at) => now - at <= expr.within);
  switch (expr.status) {
    case "any":
      return recent("ok") || recent("failed") || isUnknown || open ? TRUE : FALSE;
    case "denied":
      return recent("denied") ? TRUE : FALSE;
    default:
      if (recent(expr.status)) return TRUE;
      return open || isUnknown ? UNKNOWN : FALSE;
  }
}
