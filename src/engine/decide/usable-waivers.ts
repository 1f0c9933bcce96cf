/** Which exceptions waive a rule or limit at this call. */
import type { Limit, Rule } from "../../check/program.js";
import { cellKeys } from "../request/cell-keys.js";
import { waiversOf } from "../rules/judge.js";
import type { Waived } from "../rules/weigh.js";
import { takenOutOf } from "./earlier-call.js";
import type { Case } from "./types.js";

/** Exceptions that certainly waive it and have uses left, as far as was read; none for what is not `waivable`. */
export function usableWaivers(source: Rule | Limit, c: Case): Waived["by"] {
  if (!source.waivable) return none;
  const { call, target, state } = c;
  const earlier = takenOutOf(c);
  return waiversOf(source.id, target, call.frame).certain.filter(({ rule: { source: exception } }) => {
    // A repeated answer uses nothing further.
    if (earlier !== undefined) return earlier.exceptions.includes(exception.id);
    if (exception.uses === undefined) return true;
    const window = state?.windows.get(cellKeys.exception(call.tenant, exception));
    return window === undefined || window.used < exception.uses;
  });
}

const none: Waived["by"] = [];
