/** Outcomes: what an allowed call turned out to be settles what was reserved for it, once. */
import type { Tool } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { OutcomeAnswer, OutcomeRequest } from "../../model/decision.js";
import { holdsUndeclaredText } from "../../provenance/misfit.js";
import type { MapCell, Operation, StateStore } from "../../state/store.js";
import { escapePointer } from "../../values/json-pointer.js";
import type { JsonValue } from "../../values/type.js";
import { backOff, type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { pendingKey, pendingWindow, priorFields } from "../records/prior-cells.js";
import { MAX_SEEN, resultFields } from "../records/provenance.js";
import { shortName } from "../records/scheme-terms.js";
import {
  comesBack,
  KeptSettlement,
  readSettlement,
  type Settlement,
  settled,
} from "../records/settlement.js";
import { nextVersion, readTransaction, stepField } from "../records/transaction-state.js";
import { cellKeys } from "../request/cell-keys.js";
import { decisionKind } from "../request/decision-id.js";
import { toMicros } from "../request/micro.js";
import { type Caller, RequestProblem } from "../request/types.js";

type Status = OutcomeRequest["status"];

/** Idempotent: the first status wins, the same again is heard, another is 409. Labels and results of every report add. */
export async function settleOutcome(
  request: OutcomeRequest,
  caller: Caller,
  context: EngineContext,
): Promise<OutcomeAnswer> {
  const kind = decisionKind(request.decision_id, context.keys.provenance);
  if (kind === "unkept") return { decision_id: request.decision_id, status: request.status, repeated: false };
  if (kind !== "kept") throw unknownDecision();
  const key = cellKeys.decision(request.decision_id);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await backOff(attempt);
    const record = await readRecord(key, context.store);
    const settlement = parseSettlement(record);
    if (settlement === undefined) throw unknownDecision();
    if (settlement.caller !== caller.id)
      throw new RequestProblem(
        403,
        "not_yours",
        "only the caller that received the decision can report its outcome",
      );
    const before = record.fields.get("status") as Status | undefined;
    if (before !== undefined && before !== request.status) {
      throw new RequestProblem(
        409,
        "settled_otherwise",
        `the outcome of this decision was reported as \`${before}\``,
      );
    }
    const at = Number(record.fields.get("at"));
    const operations: Operation[] = [{ op: "expect", key, fields: { status: before ?? null } }];
    if (before === undefined) {
      operations.push({
        op: "put",
        key,
        fields: { status: request.status, settlement: new KeptSettlement(settled(settlement)) },
        ttl: context.options.outcomeWithin,
      });
      operations.push(...settleCharges(settlement, request, at));
      operations.push(...(await settlePriors(settlement, request.status, at, context)));
      operations.push(...(await settleStep(settlement, request, context)));
      operations.push(...(await settleKey(settlement, request, context)));
    }
    operations.push(...(await remember(settlement, request, context)));
    const result = await context.store.commit(operations, "all");
    if (result.outcome === "full")
      throw new RequestProblem(409, "state_full", "the state store is full; the charges of this call remain");
    if (result.outcome === "applied")
      return { decision_id: request.decision_id, status: request.status, repeated: before !== undefined };
  }
  throw new RequestProblem(409, "contended", "too many changes at once; report the outcome again");
}

function unknownDecision(): RequestProblem {
  return new RequestProblem(
    404,
    "unknown_decision",
    "no `allow` with this id awaits an outcome: it was never given, or has expired and its charges remain",
  );
}

async function readRecord(key: string, store: StateStore): Promise<MapCell> {
  const snapshot = await store.read([{ kind: "map", key, fields: "all" }]);
  return snapshot.cells[0] as MapCell;
}

function parseSettlement(record: MapCell): Settlement | undefined {
  const text = record.fields.get("settlement");
  return text === undefined ? undefined : readSettlement(text);
}

/** Gives back what the outcome says, and settles what was metered by an estimate. */
function settleCharges(settlement: Settlement, request: OutcomeRequest, at: number): Operation[] {
  const { status } = request;
  const operations: Operation[] = [];
  for (const [name] of Object.entries(request.reported ?? {})) {
    if (!settlement.charges.some(({ of }) => of.reported && isNamed(of.limit, name))) {
      const message = `no limit \`${name}\` of this decision meters what is reported`;
      throw new RequestProblem(422, "not_metered", message, [
        { pointer: `/reported/${escapePointer(name)}`, message },
      ]);
    }
  }
  for (const charge of settlement.charges) {
    const { of } = charge;
    const reported = of.reported
      ? Object.entries(request.reported ?? {}).find(([name]) => isNamed(of.limit, name))?.[1]
      : undefined;
    if (reported !== undefined && status !== "not_run") {
      if (charge.settle === undefined) continue;
      const [base, per] = charge.settle;
      const micros = toMicros(base + per * reported);
      if (micros === undefined) continue;
      if (micros !== charge.amount)
        operations.push({
          op: "adjust",
          key: charge.key,
          window: of.window,
          at,
          by: micros - charge.amount,
        });
    } else if (comesBack(of.meter, status, settlement.irreversible) && charge.amount > 0) {
      operations.push({ op: "adjust", key: charge.key, window: of.window, at, by: -charge.amount });
    }
  }
  // The failure has happened, so it is counted whatever the limit says.
  for (const { of, key, amount } of settlement.charges) {
    if (status === "failed" && of.meter === "failures")
      operations.push({ op: "charge", key, window: of.window, amount, cap: null });
  }
  if (status === "not_run" && !settlement.irreversible) {
    for (const { key, window } of settlement.exceptions)
      operations.push({ op: "adjust", key, window, at, by: -1 });
  }
  return operations;
}

function isNamed(limit: string, name: string): boolean {
  return limit === name || shortName(limit) === name;
}

/** `ok`, `failed` and `unknown` are remembered at the time of the call; `not_run` is as if it was never made. */
async function settlePriors(
  settlement: Settlement,
  status: Status,
  at: number,
  context: EngineContext,
): Promise<Operation[]> {
  if (settlement.priors.length === 0) return [];
  const snapshot = await context.store.read(
    settlement.priors.map(({ key }) => ({ kind: "map", key, fields: priorFields }) as const),
  );
  return settlement.priors.flatMap(({ key, within }, i): Operation[] => {
    const { fields } = snapshot.cells[i] as MapCell;
    const settle: Operation = {
      op: "adjust",
      key: pendingKey(key),
      window: pendingWindow(within),
      at,
      by: -1,
    };
    if (status === "not_run") return [settle];
    const last = fields.get(status);
    return [
      settle,
      { op: "expect", key, fields: { [status]: last ?? null } },
      { op: "put", key, fields: { [status]: String(Math.max(at, Number(last ?? 0))) }, ttl: 2 * within },
    ];
  });
}

/**
 * What the key of a request knows of the call. Once a call under it was made there is no other, whatever becomes of those
 * that were allowed besides; and the outcome of an earlier `allow` says nothing of the one that is good now.
 */
async function settleKey(
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
async function settleStep(
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

/** What the result brings into the session: labels, and the identifiers that stood in it. */
async function remember(
  settlement: Settlement,
  request: OutcomeRequest,
  context: EngineContext,
): Promise<Operation[]> {
  const { bundle, keys } = context;
  if (settlement.tree === null) return [];
  const labels = (request.labels ?? []).map((name) => {
    const label = bundle.label(name);
    if (label === undefined)
      throw new RequestProblem(422, "unknown_label", `no label \`${name}\` is declared`, [
        { pointer: "/labels", message: `no label \`${name}\` is declared` },
      ]);
    return label;
  });
  const treeKey = cellKeys.sessionTree(settlement.tenant, settlement.tree);
  const snapshot = await context.store.read([{ kind: "map", key: treeKey, fields: ["opened"] }]);
  const opened = (snapshot.cells[0] as MapCell).fields.get("opened");
  // The session has ended; another one that was given its id since has nothing to learn from this call.
  if (opened === undefined || opened !== settlement.treeOpened) return [];
  const operations: Operation[] = [{ op: "expect", key: treeKey, fields: { opened } }];
  const ttl = context.options.sessionFor;
  const tool = settlement.tool === null ? undefined : bundle.program.tools.get(settlement.tool);
  const entered = [...labels, ...undeclaredLabels(tool, request, bundle)];
  if (entered.length > 0) operations.push({ op: "grow", key: treeKey, fields: { labels: entered }, ttl });
  const channel = settlement.channel === null ? undefined : bundle.program.channels.get(settlement.channel);
  const source = tool ?? channel;
  if (source !== undefined && request.result !== undefined && request.status !== "not_run") {
    const reported = {
      source,
      result: request.result,
      ok: request.status === "ok",
      labels,
      tenant: settlement.tenant,
      tree: settlement.tree,
    };
    const fields = resultFields(reported, bundle, keys.provenance);
    operations.push({
      op: "grow",
      key: cellKeys.seen(settlement.tenant, settlement.tree),
      fields,
      limit: MAX_SEEN,
      ttl,
    });
  }
  return operations;
}

/**
 * A result that says more than is declared of it brings text into the session that nobody has judged: what does not fit
 * carries each integrity label, and so does the session from then on.
 */
function undeclaredLabels(
  tool: Tool | undefined,
  { status, result }: OutcomeRequest,
  bundle: CompiledBundle,
): readonly string[] {
  if (tool?.result === undefined || result === undefined || status === "not_run") return [];
  return holdsUndeclaredText(tool.result, result) ? [...bundle.integrityLabels] : [];
}
