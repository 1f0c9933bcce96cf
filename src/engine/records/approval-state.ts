/** The stored state of one approval, for one digest under one scheme. Pure; does not access the store. */
import type { ApprovalScheme } from "../../check/program.js";
import type { MapCell } from "../../state/store.js";
import type { JsonValue } from "../../values/type.js";

/** The scheme of `need confirmation`. */
export const CONFIRMATION = "confirmation";
/** How long a confirmation may be given, and then used. */
export const CONFIRMATION_EXPIRES = 15 * 60_000;
/** How long the record of an approval outlives its expiry: a rejection must be remembered, an answer looked up. */
export const APPROVAL_KEPT = 24 * 3_600_000;

/** What is asked for, fixed when it is asked. */
export interface ApprovalRequest {
  readonly id: string;
  readonly scheme: string;
  readonly digest: string;
  readonly tenant: string;
  readonly caller: string;
  readonly actors: readonly (readonly [string, string])[];
  readonly tool?: string;
  readonly args?: JsonValue;
  readonly plan?: readonly { readonly tool: string; readonly args: JsonValue }[];
  readonly session?: string;
  readonly transaction?: string;
  readonly because?: string;
  readonly quorum: number;
  readonly from: readonly string[];
  readonly at?: string;
  /** The roles and the level as they are declared: two modules may give one name to different ones. */
  readonly roles?: readonly string[];
  readonly level?: string;
  readonly uses: number;
  readonly expires: number;
  readonly revision: string;
}
/** What a scheme asks for. */
export interface ApprovalTerms
  extends Pick<ApprovalRequest, "quorum" | "from" | "at" | "level" | "uses" | "expires"> {
  readonly roles: readonly string[];
}
/** One yes. */
export interface Signature {
  readonly by: string;
  readonly at: number;
  readonly comment?: string;
}
/** An approval as it was last kept; `effectiveStatus` states whether it still counts. */
export interface ApprovalState {
  readonly request: ApprovalRequest;
  readonly asked: number;
  readonly expires: number;
  readonly status: "pending" | "granted" | "rejected" | "withdrawn";
  readonly left: number;
  readonly version: string;
  readonly approvals: readonly Signature[];
  readonly rejected: Signature | undefined;
  readonly grant: string | undefined;
}

/** From its cell; undefined if nothing was asked for. */
export function readApproval(cell: MapCell): ApprovalState | undefined {
  const request = cell.fields.get("request");
  const status = cell.fields.get("status");
  if (request === undefined || status === undefined) return undefined;
  const parsed = JSON.parse(request) as ApprovalRequest;
  const asked = Number(cell.fields.get("asked"));
  const rejected = cell.fields.get("rejected");
  return {
    request: parsed,
    asked,
    expires: asked + parsed.expires,
    status: status as ApprovalState["status"],
    left: Number(cell.fields.get("left") ?? 0),
    version: cell.fields.get("version") ?? "",
    approvals: JSON.parse(cell.fields.get("approvals") ?? "[]") as Signature[],
    rejected: rejected === undefined ? undefined : (JSON.parse(rejected) as Signature),
    grant: cell.fields.get("grant"),
  };
}

/** What the record means for a call at `now`. */
export function effectiveStatus(
  state: ApprovalState | undefined,
  now: number,
): "none" | "pending" | "granted" | "rejected" {
  if (state === undefined || now >= state.expires) return "none";
  if (state.status === "withdrawn") return "none";
  if (state.status === "granted") return state.left > 0 ? "granted" : "none";
  return state.status;
}

/**
 * Whether a record was opened for no less than its scheme requires now. An approval survives a change of the policy, unless
 * the policy now requires more people, other roles, a stronger sign-in or a fresher answer, or allows no further use.
 */
export function meetsTerms(
  { request, asked, left }: ApprovalState,
  now: number,
  terms: ApprovalTerms,
  rank: (level: string) => number,
): boolean {
  if (request.quorum < terms.quorum || now >= asked + terms.expires) return false;
  // A used-up approval has already ended; a policy change does not affect it.
  if (left > 0 && request.uses - left >= terms.uses) return false;
  if (!request.roles?.every((role) => terms.roles.includes(role))) return false;
  return (
    terms.level === undefined || (request.level !== undefined && rank(request.level) >= rank(terms.level))
  );
}

/** A record as it is, for another cell. */
export function approvalFields(state: ApprovalState): Record<string, string | null> {
  return {
    request: JSON.stringify(state.request),
    asked: String(state.asked),
    status: state.status,
    left: String(state.left),
    version: state.version,
    approvals: JSON.stringify(state.approvals),
    rejected: state.rejected === undefined ? null : JSON.stringify(state.rejected),
    grant: state.grant ?? null,
  };
}

/** The fields of a new approval record. `asked` is stamped by the store. */
export function newApproval(request: ApprovalRequest): Record<string, string | null> {
  return {
    request: JSON.stringify(request),
    status: "pending",
    left: String(request.uses),
    version: `${request.id}:0`,
    approvals: "[]",
    rejected: null,
    grant: null,
  };
}

/** A scheme as a request says it; names as on the wire. */
export function schemeTerms(
  scheme: ApprovalScheme,
  names: { role(id: string): string; level(id: string): string },
): ApprovalTerms {
  return {
    quorum: scheme.quorum,
    from: scheme.roles.map(names.role),
    roles: scheme.roles,
    ...(scheme.at === undefined ? {} : { at: names.level(scheme.at), level: scheme.at }),
    uses: scheme.uses,
    expires: scheme.expires,
  };
}
