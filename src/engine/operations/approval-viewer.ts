/** Which approvals a viewer may see: the arguments are only for those who can answer and those who asked. */
import type { CompiledBundle } from "../../compile/compile.js";
import { type ApprovalRequest, type ApprovalState, CONFIRMATION } from "../records/approval-state.js";
import { shortName } from "../records/scheme-terms.js";
import type { ApprovalViewer, ApproverIdentity } from "../request/types.js";

/** Whether a viewer may see an approval. Whether it is still open makes no difference. */
export function maySee(viewer: ApprovalViewer, { request }: ApprovalState, bundle: CompiledBundle): boolean {
  const { all, person, caller } = viewer;
  if (all === true || (caller !== undefined && caller === request.caller)) return true;
  return person !== undefined && isOfPerson(person, request, bundle);
}

/** What a person could answer, with a stronger sign-in perhaps, and what they asked for. */
function isOfPerson(person: ApproverIdentity, request: ApprovalRequest, bundle: CompiledBundle): boolean {
  if (person.tenant !== undefined && person.tenant !== request.tenant) return false;
  if (person.clients?.some((client) => bundle.agent(client) !== undefined) === true) return false;
  const isOwn = requesterOf(request) === person.id;
  if (request.scheme === CONFIRMATION || person.confirmsOnly === true)
    return isOwn && request.scheme === CONFIRMATION;
  if (isOwn) return true;
  const scheme = bundle.scheme(request.scheme);
  if (scheme === undefined || isInChain(request, person.id)) return false;
  return bundle.roles(person.roles).some(({ id }) => scheme.roles.includes(id));
}

function requesterOf({ actors }: ApprovalRequest): string | undefined {
  return actors.find(([type]) => type === "user")?.[1];
}

/** Whether a person is in the chain. An agent is listed by its declared name, and may sign in with only the last part of it. */
export function isInChain({ actors }: ApprovalRequest, person: string): boolean {
  return actors.some(
    ([type, id]) => isSame(id, person) || (type === "agent" && isSame(shortName(id), person)),
  );
}

/** Compares people without case, compatibility forms and invisible characters: one person must not count as two by spelling. */
export function isSame(a: string, b: string): boolean {
  return a === b || folded(a) === folded(b);
}

/** Capitals first, for `\u00df` and `ss` are one, as are both small sigmas. */
function folded(id: string): string {
  const shown = id
    .normalize("NFKC")
    .replace(/[\p{C}\p{DI}]/gu, "")
    .trim()
    .replace(/\s+/gu, " ");
  return shown.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}
