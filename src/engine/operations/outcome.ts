/** Outcomes: the reported result of an allowed call settles its reservation, once. */
import type { OutcomeAnswer, OutcomeRequest } from "../../model/decision.js";
import type { LateText, MapCell, Operation, StateStore } from "../../state/store.js";
import { escapePointer } from "../../values/json-pointer.js";
import { backOff, type EngineContext, MAX_ATTEMPTS } from "../context.js";
import {
  type Charged,
  chargeAfter,
  isNews,
  readCharged,
  unmeteredNames,
  writeCharged,
} from "../records/charged.js";
import {
  isRaisable,
  KeptSettlement,
  readSettlement,
  type SettledCharge,
  type Settlement,
  settled,
} from "../records/settlement.js";
import { cellKeys } from "../request/cell-keys.js";
import { decisionKind } from "../request/decision-id.js";
import { type Caller, type OutcomeReport, RequestProblem } from "../request/types.js";
import { rememberResult } from "./remember-result.js";
import { countFailures, giveBackExceptions, settleKey, settlePriors, settleStep } from "./settle.js";

type Status = OutcomeRequest["status"];

/** The stored record of a decision, and one report about it. */
interface Report {
  readonly key: string;
  readonly record: MapCell;
  readonly settlement: Settlement;
  readonly before: Status | undefined;
  readonly request: OutcomeReport;
}

/**
 * Idempotent: the first status holds, the same status again is accepted, another one is 409; but a final status may follow
 * `unknown`. The labels and identifiers that a report adds to the session are kept even if the report is otherwise wrong.
 */
export async function settleOutcome(
  request: OutcomeReport,
  caller: Caller,
  context: EngineContext,
): Promise<OutcomeAnswer> {
  const kind = decisionKind(request.decision_id, context.keys.provenance);
  if (kind === "unkept") return answerUnkept(request);
  if (kind !== "kept") throw unknownDecision();
  const key = cellKeys.decision(request.decision_id);
  const first = await readReport(key, request, caller, context.store);
  await rememberResult(first.settlement, request, first.before, context);
  const before = await settle(first, caller, context);
  const problem = problemOf(first, context);
  if (problem !== undefined) throw problem;
  return answer(request, before === request.status);
}

/** Of an allow of which nothing was kept, for it had no session and nothing that an outcome could settle. */
function answerUnkept(request: OutcomeReport): OutcomeAnswer {
  if ((request.labels ?? []).length > 0) throw noSession();
  return answer(request, false);
}

function answer({ decision_id, status, unreadable }: OutcomeReport, repeated: boolean): OutcomeAnswer {
  const notice = unreadable === undefined ? {} : { notice: unreadable };
  return { decision_id, status, repeated, ...notice };
}

function unknownDecision(): RequestProblem {
  return new RequestProblem(
    404,
    "unknown_decision",
    "no `allow` with this id awaits an outcome: it was never given, or has expired and its charges remain",
  );
}

function noSession(): RequestProblem {
  const message = "the call was made without a session, so nothing can keep these labels";
  return new RequestProblem(409, "no_session", `${message}; open a session before the call`, [
    { pointer: "/labels", message },
  ]);
}

async function readReport(
  key: string,
  request: OutcomeReport,
  caller: Caller,
  store: StateStore,
): Promise<Report> {
  const snapshot = await store.read([{ kind: "map", key, fields: "all" }]);
  const record = snapshot.cells[0] as MapCell;
  const text = record.fields.get("settlement");
  if (text === undefined) throw unknownDecision();
  const settlement = readSettlement(text);
  if (settlement.caller !== caller.id)
    throw new RequestProblem(
      403,
      "not_yours",
      "only the caller that received the decision can report its outcome",
    );
  const before = record.fields.get("status") as Status | undefined;
  return { key, record, settlement, before, request };
}

/** What is wrong with a report, apart from its status. Reported after everything else in it is settled. */
function problemOf({ settlement, request }: Report, { bundle }: EngineContext): RequestProblem | undefined {
  const labels = request.labels ?? [];
  if (settlement.tree === null && labels.length > 0) return noSession();
  const unknown = labels.flatMap((name, i) => {
    const message = `no label \`${name}\` is declared`;
    return bundle.label(name) === undefined ? [{ pointer: `/labels/${i}`, message }] : [];
  });
  if (unknown[0] !== undefined) return new RequestProblem(422, "unknown_label", unknown[0].message, unknown);
  const unmetered = unmeteredNames(settlement, request.reported).map((name) => ({
    pointer: `/reported/${escapePointer(name)}`,
    message: `no limit \`${name}\` of this decision meters what is reported`,
  }));
  if (unmetered[0] === undefined) return undefined;
  return new RequestProblem(422, "not_metered", unmetered[0].message, unmetered);
}

/** Settles a report and returns the previously recorded status. */
async function settle(first: Report, caller: Caller, context: EngineContext): Promise<Status | undefined> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await backOff(attempt);
    const report = attempt === 0 ? first : await readReport(first.key, first.request, caller, context.store);
    const operations = await settling(report, context);
    if (operations.length === 0) return report.before;
    const { outcome } = await context.store.commit(operations, "all");
    if (outcome === "full")
      throw new RequestProblem(409, "state_full", "the state store is full; the charges of this call remain");
    if (outcome === "applied") return report.before;
  }
  throw new RequestProblem(409, "contended", "too many changes at once; report the outcome again");
}

/** What a report changes; nothing if it only says again what is known. */
async function settling(report: Report, context: EngineContext): Promise<readonly Operation[]> {
  const { key, record, settlement, before, request } = report;
  const { status } = request;
  const isNew = isNews(before, status);
  if (!isNew && before !== status)
    throw new RequestProblem(
      409,
      "settled_otherwise",
      `the outcome of this decision was reported as \`${before}\``,
    );
  const at = Number(record.fields.get("at"));
  const { charges, fields } = settleCharges(report, isNew, at);
  if (!isNew && fields.charged === undefined) return [];
  const known = { status: before ?? null, charged: record.fields.get("charged") ?? null };
  return [
    { op: "expect", key, fields: known },
    // A raised charge alone does not extend the record.
    {
      op: "put",
      key,
      fields: { ...(isNew ? { status } : {}), ...fields },
      ttl: isNew ? context.options.outcomeWithin : 1,
    },
    ...charges,
    ...(isNew ? countFailures(settlement, status) : []),
    ...(isNew ? giveBackExceptions(settlement, status, at) : []),
    ...(isNew ? await settlePriors(settlement, { before, status, at }, context) : []),
    ...(isNew ? await settleStep(settlement, request, context) : []),
    ...(isNew ? await settleKey(settlement, request, context) : []),
  ];
}

/** Gives back what the outcome says, and settles what was metered by an estimate. */
function settleCharges(
  { record, settlement, request }: Report,
  isNew: boolean,
  at: number,
): { readonly charges: readonly Operation[]; readonly fields: ChargeFields } {
  const before = readCharged(record.fields.get("charged"), settlement);
  const settles = isNew && request.status !== "unknown";
  const usage = { status: request.status, reported: request.reported, settles };
  const after = settlement.charges.map((charge, i) =>
    chargeAfter(charge, before[i] ?? { amount: charge.amount, reported: 0 }, usage, settlement.irreversible),
  );
  const charges = settlement.charges.flatMap(({ of, key }, i): Operation[] => {
    const by = (after[i]?.amount ?? 0) - (before[i]?.amount ?? 0);
    return by === 0 ? [] : [{ op: "adjust", key, window: of.window, at, by }];
  });
  if (settles) return { charges, fields: settledFields(settlement, after) };
  const isSame = after.every(
    (each, i) => each.amount === before[i]?.amount && each.reported === before[i]?.reported,
  );
  return { charges, fields: isSame ? {} : { charged: writeCharged(after) } };
}

interface ChargeFields {
  readonly charged?: string | null;
  readonly settlement?: LateText;
}

/** A record of what is settled holds what a later report needs alone: there are as many as there were calls in a day. */
function settledFields(settlement: Settlement, charged: readonly Charged[]): ChargeFields {
  const left = charged.filter((_, i) => isRaisable(settlement.charges[i] as SettledCharge));
  return {
    settlement: new KeptSettlement(settled(settlement)),
    charged: left.length === 0 ? null : writeCharged(left),
  };
}
