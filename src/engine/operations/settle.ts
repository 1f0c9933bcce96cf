/** What the outcome of a call settles beside its charges: failures, exceptions, the past, the key, the step. */
import type { OutcomeRequest } from "../../model/decision.js";
import type { MapCell, Operation } from "../../state/store.js";
import type { JsonValue } from "../../values/type.js";
import type { EngineContext } from "../context.js";
import { addUnknown, pendingKey, pendingWindow, priorFields, removeUnknown } from "../records/prior-cells.js";
import type { Settlement } from "../records/settlement.js";
import { nextVersion, readTransaction, stepField } from "../records/transaction-state.js";
import { cellKeys } from "../request/cell-keys.js";

type Status = OutcomeRequest["status"];

/** Counts the failure even if the limit is passed: it has already happened. */
export function countFailures({ charges }: Settlement, status: Status): readonly Operation[] {
  if (status !== "failed") return [];
  return charges
    .filter(({ of }) => of.meter === "failures")
    .map(({ of, key, amount }) => ({ op: "charge", key, window: of.window, amount, cap: null }));
}

/** The uses of exceptions come back if the call was not made, and could have been undone. */
export function giveBackExceptions(
  { exceptions, irreversible }: Settlement,
  status: Status,
  at: number,
): readonly Operation[] {
  if (status !== "not_run" || irreversible) return [];
  return exceptions.map(({ key, window }) => ({ op: "adjust", key, window, at, by: -1 }));
}

/** `ok`, `failed` and `unknown` are remembered at the time of the call; `not_run` is as if it was never made. */
export async function settlePriors(
  { priors }: Settlement,
  {
    before,
    status,
    at,
  }: { readonly before: Status | undefined; readonly status: Status; readonly at: number },
  context: EngineContext,
): Promise<readonly Operation[]> {
  if (priors.length === 0) return [];
  const { cells, now } = await context.store.read(
    priors.map(({ key }) => ({ kind: "map", key, fields: priorFields }) as const),
  );
  return priors.flatMap(({ key, within }, i): Operation[] => {
    const cell = cells[i] as MapCell;
    const ends: Operation = { op: "adjust", key: pendingKey(key), window: pendingWindow(within), at, by: -1 };
    const fields: Record<string, string | null> = before === "unknown" ? removeUnknown(cell, at) : {};
    if (status === "unknown") Object.assign(fields, addUnknown(cell, at, now - 2 * within));
    else if (status !== "not_run")
      fields[status] = String(Math.max(at, Number(cell.fields.get(status) ?? 0)));
    const known = Object.fromEntries(
      Object.keys(fields).map((name) => [name, cell.fields.get(name) ?? null]),
    );
    return [
      ...(before === undefined ? [ends] : []),
      ...(Object.keys(fields).length === 0
        ? []
        : ([
            { op: "expect", key, fields: known },
            { op: "put", key, fields, ttl: 2 * within },
          ] as const)),
    ];
  });
}

/**
 * What is recorded of the call under its idempotency key. Once a call under the key was made there is no other, regardless of
 * other calls allowed under it; and the outcome of an earlier `allow` does not affect the one that is valid now.
 */
export async function settleKey(
  { request: key }: Settlement,
  { decision_id, status }: OutcomeRequest,
  context: EngineContext,
): Promise<Operation[]> {
  if (key === null) return [];
  const snapshot = await context.store.read([{ kind: "map", key, fields: ["decision"] }]);
  const decision = (snapshot.cells[0] as MapCell).fields.get("decision");
  const fields = {
    ...(decision === decision_id ? { status } : {}),
    ...(status === "ok" ? { done: "1" } : {}),
  };
  if (decision === undefined || Object.keys(fields).length === 0) return [];
  return [
    { op: "expect", key, fields: { decision } },
    { op: "put", key, fields, ttl: context.options.outcomeWithin },
  ];
}

/** Moves the transaction: a step that was not run is taken back, unless its tool is irreversible. */
export async function settleStep(
  settlement: Settlement,
  request: OutcomeRequest,
  context: EngineContext,
): Promise<Operation[]> {
  if (settlement.transaction === null) return [];
  const key = cellKeys.transaction(settlement.tenant, settlement.transaction);
  const field = stepField(request.decision_id);
  const snapshot = await context.store.read([{ kind: "map", key, fields: "all" }]);
  const cell = snapshot.cells[0] as MapCell;
  const state = readTransaction(cell);
  if (state === undefined) return [];
  const takenBack = request.status === "not_run" && !settlement.irreversible;
  const steps = takenBack
    ? state.steps.filter(({ decision }) => decision !== request.decision_id)
    : state.steps.map((step) =>
        step.decision === request.decision_id
          ? { ...step, status: request.status === "not_run" ? "unknown" : request.status }
          : step,
      );
  const made = JSON.parse(cell.fields.get(field) ?? "{}") as { args?: JsonValue };
  const fields: Record<string, string | null> = { steps: JSON.stringify(steps), version: nextVersion(state) };
  fields[field] = takenBack
    ? null
    : JSON.stringify({ ...made, ...(isSmall(request.result) ? { result: request.result } : {}) });
  return [
    { op: "expect", key, fields: { version: state.version } },
    { op: "put", key, fields, ttl: 1 },
  ];
}

/** A result is kept with its step for undoing, as far as it is of a size for that. */
function isSmall(result: unknown): boolean {
  return result !== undefined && JSON.stringify(result).length <= 4096;
}
