/** What a report brings into the session: labels, and the identifiers that its result holds. */
import type { Tool } from "../../check/program.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { OutcomeRequest } from "../../model/decision.js";
import { holdsUndeclaredText } from "../../provenance/misfit.js";
import type { MapCell, Operation } from "../../state/store.js";
import { backOff, type EngineContext, MAX_ATTEMPTS } from "../context.js";
import { MAX_SEEN, resultFields } from "../records/provenance.js";
import type { Settlement } from "../records/settlement.js";
import { cellKeys } from "../request/cell-keys.js";
import { type OutcomeReport, RequestProblem } from "../request/types.js";

/**
 * Adds it in a separate commit, before any part of the report can be refused: even if the report is wrong, the model has
 * read the result by then. For an undeclared label it records only that there was one. Conditions on the session's labels
 * are then unknown, because any label may have been meant.
 */
export async function rememberResult(
  settlement: Settlement,
  request: OutcomeReport,
  before: OutcomeRequest["status"] | undefined,
  context: EngineContext,
): Promise<void> {
  if (settlement.tree === null) return;
  const treeKey = cellKeys.sessionTree(settlement.tenant, settlement.tree);
  const labels = labelsOf(settlement, request, before, context.bundle);
  const seen = identifiersOf(settlement, request, context);
  if (labels.length === 0 && seen.length === 0) return;
  const grown: readonly Operation[] =
    labels.length === 0
      ? []
      : [{ op: "grow", key: treeKey, fields: { labels }, ttl: context.options.sessionFor }];
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await backOff(attempt);
    const snapshot = await context.store.read([{ kind: "map", key: treeKey, fields: ["opened"] }]);
    const opened = (snapshot.cells[0] as MapCell).fields.get("opened");
    // The session has ended; another one that reuses its id must not receive anything from this call.
    if (opened === undefined || opened !== settlement.treeOpened) return;
    const guard: Operation = { op: "expect", key: treeKey, fields: { opened } };
    const { outcome } = await context.store.commit([guard, ...grown, ...seen], "all");
    if (outcome === "applied") return;
    if (outcome === "refused") continue;
    // Labels make no new cell; an identifier that is not remembered counts as never seen.
    if (grown.length > 0) await context.store.commit([guard, ...grown], "all");
    throw new RequestProblem(
      409,
      "state_full",
      "there is no room to remember this result; its labels are kept, and what was charged stays charged",
    );
  }
  throw new RequestProblem(409, "contended", "too many changes at once; report the outcome again");
}

function labelsOf(
  settlement: Settlement,
  request: OutcomeReport,
  before: OutcomeRequest["status"] | undefined,
  bundle: CompiledBundle,
): readonly string[] {
  const isMisfit = isMisfitOf(sourceOf(settlement, bundle), request, before);
  const misfit = isMisfit ? bundle.integrityLabels : [];
  return [...new Set([...reportedLabels(request, bundle), ...misfit])];
}

/** Represents every undeclared label, regardless of its name; no label has this name. */
const UNDECLARED = "?";

function reportedLabels({ labels = [] }: OutcomeRequest, bundle: CompiledBundle): readonly string[] {
  return labels.map((name) => bundle.label(name) ?? UNDECLARED);
}

/** The tool or channel of the call, as the bundle declares it now; undefined if it no longer does. */
function sourceOf({ tool, channel }: Settlement, bundle: CompiledBundle): Source | undefined {
  if (tool !== null) return bundle.heldTool(tool);
  return channel === null ? undefined : bundle.program.channels.get(channel);
}

/** A channel declares no result. */
type Source = Pick<Tool, "yields" | "result">;

/**
 * Whether the result is undeclared or unchecked: it then carries every integrity label, and so does the session from then
 * on. An unreadable result may contain anything, an `ok` without a result withholds it from us, and nothing is known of a
 * tool that is no longer declared.
 */
function isMisfitOf(
  source: Source | undefined,
  { status, result, unreadable }: OutcomeReport,
  before: OutcomeRequest["status"] | undefined,
): boolean {
  if (status === "not_run") return false;
  if (unreadable !== undefined) return true;
  const isMissing = result === undefined && status === "ok" && before !== "ok";
  if (source === undefined) return isMissing || result !== undefined;
  if (source.result === undefined) return false;
  return isMissing || (result !== undefined && holdsUndeclaredText(source.result, result));
}

function identifiersOf(
  settlement: Settlement,
  request: OutcomeReport,
  { bundle, keys, options }: EngineContext,
): readonly Operation[] {
  const { tenant, tree } = settlement;
  const source = sourceOf(settlement, bundle);
  if (tree === null || source === undefined || request.result === undefined) return [];
  if (request.status === "not_run") return [];
  const reported = {
    source,
    result: request.result,
    ok: request.status === "ok",
    labels: reportedLabels(request, bundle),
    tenant,
    tree,
  };
  const fields = resultFields(reported, bundle, keys.provenance);
  if (Object.keys(fields).length === 0) return [];
  return [{ op: "grow", key: cellKeys.seen(tenant, tree), fields, limit: MAX_SEEN, ttl: options.sessionFor }];
}
