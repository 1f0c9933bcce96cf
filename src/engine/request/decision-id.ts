/**
 * Decision ids. Each states what was decided under it, so a report about a decision without an outcome is refused by its
 * id alone:
 *
 * - `dec_k-…`: an `allow` with a stored record; the record proves that it was given.
 * - `dec_n-…-CODE`: an `allow` without a record. The code proves that this service issued it.
 * - `dec_d-…`: a `deny`, or a pending verdict.
 * - `dec_t-…`: a dry run.
 */
import { randomUUID, timingSafeEqual } from "node:crypto";
import { keyedHash } from "./digest.js";

/** What was decided under an id. */
export type DecisionKind = "kept" | "unkept" | "refused" | "dry";

const MARKS = { kept: "dec_k-", unkept: "dec_n-", refused: "dec_d-", dry: "dec_t-" } as const;

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const FORM = new RegExp(`^(dec_[kndt]-)(${UUID})(?:-([\\w-]{22}))?$`);

/** An unguessable id, for anything but an `allow` without a record. */
export function newDecisionId(kind: Exclude<DecisionKind, "unkept">): string {
  return MARKS[kind] + randomUUID();
}

/** The id of an `allow` without a record, with a code computed under the key. */
export function newUnkeptDecisionId(key: Uint8Array): string {
  const id = MARKS.unkept + randomUUID();
  return `${id}-${codeOf(id, key)}`;
}

/** What was decided under an id; undefined if this service cannot have issued it. */
export function decisionKind(id: string, key: Uint8Array): DecisionKind | undefined {
  const [, mark, uuid, code] = FORM.exec(id) ?? [];
  for (const kind of ["kept", "unkept", "refused", "dry"] as const) {
    if (mark !== MARKS[kind]) continue;
    if (kind !== "unkept") return code === undefined ? kind : undefined;
    return code !== undefined && isSame(code, codeOf(`${mark}${uuid}`, key)) ? kind : undefined;
  }
  return undefined;
}

/** Whether a record of the decision is kept for its outcome. */
export function isKept(id: string): boolean {
  return id.startsWith(MARKS.kept);
}

function codeOf(id: string, key: Uint8Array): string {
  return keyedHash(key, "decision", id);
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
