/** Sessions: what a model has in its context. An unknown id never opens one. */
import { randomUUID } from "node:crypto";
import type { CompiledBundle } from "../../compile/compile.js";
import type { OpenSession, SessionView } from "../../model/session.js";
import type { MapCell, Operation } from "../../state/store.js";
import type { EngineContext } from "../context.js";
import { MAX_SEEN, statedFields } from "../records/provenance.js";
import { DEFAULT_TENANT, ownerOf } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { readChain } from "../request/chain.js";
import { type Caller, RequestProblem } from "../request/types.js";

const fields = ["owner", "family", "epoch", "parent", "opened", "expires", "caller"] as const;

/** Opens a session, with the user's own words as *stated*, alone or under an open one of the same owner's tenant and user. */
export async function openSession(
  request: OpenSession,
  caller: Caller,
  context: EngineContext,
): Promise<SessionView> {
  requireOwnWords(request);
  const chain = readChain(request.actors, context.bundle);
  const tenant = request.tenant ?? DEFAULT_TENANT;
  const id = request.id ?? `s_${randomUUID().replaceAll("-", "")}`;
  const owner = ownerOf(tenant, chain);
  const { options } = context;
  const key = cellKeys.session(tenant, id);
  const snapshot = await context.store.read([{ kind: "map", key, fields }]);
  const { now } = snapshot;
  const known = snapshot.cells[0] as MapCell;
  if (Number(known.fields.get("expires") ?? 0) > now)
    throw new RequestProblem(409, "session_exists", `a session \`${id}\` is already open`);
  const operations: Operation[] = [
    { op: "expect", key, fields: { opened: known.fields.get("opened") ?? null } },
  ];
  let tree = id;
  let epoch = newEpoch();
  let expires = now + options.sessionFor;
  if (request.parent === undefined) {
    const treeKey = cellKeys.sessionTree(tenant, id);
    operations.push({ op: "delete", key: cellKeys.seen(tenant, id) }, { op: "delete", key: treeKey });
    operations.push({
      op: "put",
      key: treeKey,
      fields: { opened: epoch, steps: "0" },
      ttl: options.sessionFor,
    });
  } else {
    const parent = await readSession(request.parent, tenant, context);
    if (parent === undefined)
      throw new RequestProblem(
        404,
        "session_not_open",
        `the parent session \`${request.parent}\` is not open`,
      );
    if (!sameUser(parent.owner, owner) || parent.caller !== caller.id)
      throw new RequestProblem(403, "not_yours", "the parent session was opened by someone else");
    ({ tree, epoch } = parent);
    expires = Math.min(expires, parent.expires);
    const parentKey = cellKeys.session(tenant, request.parent);
    operations.push(
      { op: "fresh", key: parentKey, field: "expires" },
      { op: "expect", key: parentKey, fields: { opened: parent.opened } },
      { op: "expect", key: cellKeys.sessionTree(tenant, tree), fields: { opened: epoch } },
    );
  }
  if (request.stated !== undefined) {
    const stated = statedFields(request.stated, tenant, tree, context.keys.provenance);
    operations.push({
      op: "grow",
      key: cellKeys.seen(tenant, tree),
      fields: stated,
      limit: MAX_SEEN,
      ttl: options.sessionFor,
    });
  }
  operations.push({
    op: "put",
    key,
    fields: {
      owner,
      family: tree,
      epoch,
      parent: request.parent ?? null,
      opened: newEpoch(),
      expires: String(expires),
      caller: caller.id,
      at: String(now),
    },
    ttl: options.sessionFor,
  });
  const result = await context.store.commit(operations, "all");
  if (result.outcome === "full") throw new RequestProblem(409, "state_full", "the state store is full");
  if (result.outcome !== "applied")
    throw new RequestProblem(409, "session_exists", `a session \`${id}\` was opened at the same moment`);
  context.sessionTrees.delete(key);
  return viewSession(id, tenant, caller, context);
}

/** A session under a parent reads the words that the parent was opened with: what a parent agent writes is not the user's. */
function requireOwnWords({ parent, stated }: OpenSession): void {
  if (parent === undefined || stated === undefined) return;
  const message = "a session with a `parent` reads the parent's words; leave `stated` out";
  throw new RequestProblem(400, "stated_beside_parent", message, [{ pointer: "/stated", message }]);
}

/** Tells one opening of an id from another, so that what relied on the former is refused. */
function newEpoch(): string {
  return randomUUID();
}

/** A child may act through another first agent, but for the same user in the same tenant. */
function sameUser(a: string, b: string): boolean {
  const [tenantA, userA] = JSON.parse(a) as [string, string | null];
  const [tenantB, userB] = JSON.parse(b) as [string, string | null];
  return tenantA === tenantB && userA === userB;
}

interface SessionRecord {
  readonly owner: string;
  readonly tree: string;
  /** Which opening of the tree it belongs to: after a session ends, another caller may use its id again. */
  readonly epoch: string;
  readonly parent: string | undefined;
  readonly opened: string;
  readonly at: number;
  readonly expires: number;
  readonly caller: string;
}

/** An open session, or undefined. */
export async function readSession(
  id: string,
  tenant: string,
  context: EngineContext,
): Promise<SessionRecord | undefined> {
  const snapshot = await context.store.read([
    { kind: "map", key: cellKeys.session(tenant, id), fields: [...fields, "at"] },
  ]);
  const cell = snapshot.cells[0] as MapCell;
  const expires = Number(cell.fields.get("expires") ?? 0);
  const owner = cell.fields.get("owner");
  const tree = cell.fields.get("family");
  const epoch = cell.fields.get("epoch");
  if (owner === undefined || tree === undefined || epoch === undefined || !(expires > snapshot.now))
    return undefined;
  const shared = await context.store.read([
    { kind: "map", key: cellKeys.sessionTree(tenant, tree), fields: ["opened"] },
  ]);
  if ((shared.cells[0] as MapCell).fields.get("opened") !== epoch) return undefined;
  const parent = cell.fields.get("parent");
  return {
    owner,
    tree,
    epoch,
    parent,
    opened: cell.fields.get("opened") ?? "",
    at: Number(cell.fields.get("at")),
    expires,
    caller: cell.fields.get("caller") ?? "",
  };
}

async function ownSession(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<SessionRecord> {
  const record = await readSession(id, tenant, context);
  if (record === undefined || record.caller !== caller.id)
    throw new RequestProblem(404, "session_not_open", `no open session \`${id}\``);
  return record;
}

/** A session as its own caller sees it. */
export async function viewSession(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<SessionView> {
  const record = await ownSession(id, tenant, caller, context);
  const snapshot = await context.store.read([
    { kind: "map", key: cellKeys.sessionTree(tenant, record.tree), fields: ["labels", "steps", "opened"] },
  ]);
  const shared = snapshot.cells[0] as MapCell;
  if (!shared.fields.has("opened"))
    throw new RequestProblem(404, "session_not_open", `no open session \`${id}\``);
  const labels = shared.fields.get("labels") ?? "";
  return {
    id,
    labels: labels === "" ? [] : labels.split(" ").map((label) => nameOf(label, context.bundle)),
    steps: Number(shared.fields.get("steps") ?? 0),
    ...(record.parent === undefined ? {} : { parent: record.parent }),
    opened_at: record.at / 1000,
    expires_at: record.expires / 1000,
  };
}

/** The name that a label has now; of one that is no longer declared the one it had. */
function nameOf(held: string, bundle: CompiledBundle): string {
  return bundle.program.labels.get(bundle.heldLabel(held) ?? "")?.name ?? held;
}

/** Ends a session. With the one that others were opened under, everything remembered for all of them is forgotten. */
export async function endSession(
  id: string,
  tenant: string,
  caller: Caller,
  context: EngineContext,
): Promise<void> {
  const record = await ownSession(id, tenant, caller, context);
  const key = cellKeys.session(tenant, id);
  const operations: Operation[] = [
    { op: "expect", key, fields: { opened: record.opened } },
    { op: "delete", key },
  ];
  if (record.tree === id)
    operations.push(
      { op: "delete", key: cellKeys.sessionTree(tenant, id) },
      { op: "delete", key: cellKeys.seen(tenant, id) },
    );
  const result = await context.store.commit(operations, "all");
  context.sessionTrees.delete(key);
  if (result.outcome !== "applied")
    throw new RequestProblem(404, "session_not_open", `no open session \`${id}\``);
}
