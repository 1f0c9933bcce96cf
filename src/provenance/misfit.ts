/** Whether a result says more than was declared of it. */
import { normalise } from "../values/normalise.js";
import type { Type } from "../values/type.js";

const DEPTH_MAX = 64;
/** What a tool calls a field of its own; anything else under which a value stands is a text like another. */
const FIELD_NAME = /^[\w$.-]{1,64}$/;

/**
 * Whether some text in the result stands where none is declared, or does not fit what is. Numbers and missing fields say
 * nothing to a model that could lead it; text in the place of a record is all of it such text.
 */
export function holdsUndeclaredText(type: Type, json: unknown): boolean {
  return isMisfit(type, json, 0);
}

function isMisfit(type: Type | undefined, json: unknown, depth: number): boolean {
  if (depth > DEPTH_MAX) return true;
  if (typeof json === "string") return type === undefined || !normalise(type, json).ok;
  if (typeof json !== "object" || json === null) return false;
  // Its writer may say anything in it, and was trusted to.
  if (type?.kind === "json") return false;
  if (Array.isArray(json)) {
    const list = type?.kind === "list" || type?.kind === "set" ? type : undefined;
    return json.some((element, index) =>
      isMisfit(list !== undefined && index < list.max ? list.of : undefined, element, depth + 1),
    );
  }
  if (type?.kind === "map") return Object.values(json).some((member) => isMisfit(type.of, member, depth + 1));
  const fields = type?.kind === "record" ? type.fields : [];
  return Object.entries(json).some(([key, member]) => {
    const field = fields.find((each) => each.wire === key);
    if (field === undefined && !FIELD_NAME.test(key)) return true;
    return isMisfit(field?.type, member, depth + 1);
  });
}
