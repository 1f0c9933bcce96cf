/** Which exceptions waive a rule or limit at this call. */
import type { Limit, Rule } from "../../check/program.js";
import { cellKeys } from "../request/cell-keys.js";
import { waiversOf } from "../rules/judge.js";
import type { Waived } from "../rules/weigh.js";
import type { Case } from "./types.js";

/** Exceptions that certainly waive it and have uses left, as far as was read; none for what is not `waivable`. */
export function usableWaivers(source: Rule | Limit, { call, target, state }: Case): Waived["by"] {
  if (!source.waivable) return none;
  return waiversOf(source.id, target, call.frame).certain.filter(({ rule: { source: exception } }) => {
    if (exception.uses === undefined) return true;
    const window = state?.windows.get(cellKeys.exception(call.tenant, exception));
    return window === undefined || window.used < exception.uses;
  });
}

const none: Waived["by"] = [];
