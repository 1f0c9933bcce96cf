/** What a tenant's approvers find waiting for them, page by page. */
import type { ApprovalPage, ApprovalView } from "../../model/session.js";
import type { MapCell } from "../../state/store.js";
import type { EngineContext } from "../context.js";
import { approvalView } from "../records/approval-view.js";
import { cellKeys } from "../request/cell-keys.js";
import { type ApprovalFilter, RequestProblem } from "../request/types.js";
import { type Found, findApproval } from "./approval.js";
import { maySee } from "./approval-viewer.js";

/** One page of a tenant's approvals, newest first. */
export async function listApprovals(filter: ApprovalFilter, context: EngineContext): Promise<ApprovalPage> {
  const { tenant } = filter;
  const snapshot = await context.store.read([{ kind: "map", key: cellKeys.inbox(tenant), fields: "all" }]);
  const { fields } = snapshot.cells[0] as MapCell;
  const inbox = [...fields]
    .filter(([id]) => id !== "overflow")
    .map(([id, words]) => ({ id, asked: Number(words.split("@")[1] ?? 0) }))
    .sort(newestFirst);
  const start = filter.after === undefined ? 0 : startAfter(filter.after, inbox);
  const approvals: ApprovalView[] = [];
  const gone: string[] = [];
  let next: string | undefined;
  let last: InboxEntry | undefined;
  for (let i = start; i < inbox.length; i++) {
    const entry = inbox[i] as InboxEntry;
    if (approvals.length === filter.limit) {
      next = last === undefined ? undefined : `${last.asked}-${last.id}`;
      break;
    }
    const found = await findOrGone(entry.id, tenant, context);
    if (found === undefined) gone.push(entry.id);
    else if (isListed(found, filter, context)) {
      approvals.push(approvalView(found.state, found.now));
      last = entry;
    }
  }
  if (gone.length > 0)
    await context.store.commit(
      gone.map((id) => ({ op: "put", key: cellKeys.inbox(tenant), fields: { [id]: null }, ttl: 1 })),
      "all",
    );
  return {
    approvals,
    ...(next === undefined ? {} : { next }),
    ...(fields.has("overflow") ? { incomplete: true } : {}),
  };
}

interface InboxEntry {
  readonly id: string;
  readonly asked: number;
}

function newestFirst(a: InboxEntry, b: InboxEntry): number {
  return b.asked - a.asked || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** By position, not by name: the last entry of the previous page may be gone. */
function startAfter(after: string, inbox: readonly InboxEntry[]): number {
  const [, asked, id] = /^(\d+(?:\.\d+)?)-(.+)$/.exec(after) ?? [];
  if (asked === undefined || id === undefined) {
    const message = "is not the `next` of a page";
    throw new RequestProblem(400, "malformed", `\`after\` ${message}`, [{ pointer: "/after", message }]);
  }
  const end: InboxEntry = { id, asked: Number(asked) };
  const start = inbox.findIndex((entry) => newestFirst(end, entry) < 0);
  return start === -1 ? inbox.length : start;
}

async function findOrGone(id: string, tenant: string, context: EngineContext): Promise<Found | undefined> {
  try {
    return await findApproval(id, tenant, context);
  } catch (error) {
    if (error instanceof RequestProblem) return undefined;
    throw error;
  }
}

function isListed({ state, now }: Found, filter: ApprovalFilter, { bundle }: EngineContext): boolean {
  return maySee(filter.viewer ?? { all: true }, state, bundle) && matches(approvalView(state, now), filter);
}

function matches(view: ApprovalView, filter: ApprovalFilter): boolean {
  if (filter.status !== undefined && view.status !== filter.status) return false;
  if (
    filter.scheme !== undefined &&
    view.scheme !== filter.scheme &&
    !view.scheme.endsWith(`.${filter.scheme}`)
  )
    return false;
  if (filter.session !== undefined && view.session !== filter.session) return false;
  return (
    filter.user === undefined || view.actors.some(({ type, id }) => type === "user" && id === filter.user)
  );
}
