/** The rules evaluated for a request, each ready to be judged again, to measure the cost of judging. */
import { ask, tightens, type Verb } from "../../compile/candidate.js";
import { candidatesOf } from "../../compile/compile.js";
import { concerns } from "../../compile/compiled-rule.js";
import type { Tri } from "../../compile/tri.js";
import type { DecideRequest } from "../../model/request.js";
import type { EngineContext } from "../context.js";
import { readCall } from "../request/call.js";
import type { Caller } from "../request/types.js";
import { checkCall } from "./check-call.js";
import { deliberate } from "./decide.js";
import { callOf } from "./open-case.js";

/** One rule beside one request. */
export interface PutRule {
  readonly rule: string;
  readonly effect: Verb;
  /** `file:line:column`. */
  readonly at: string;
  /** Judges the rule's condition on this request, with the state as it was read once. */
  judge(): Tri;
}

/**
 * Rules that match the tool or channel and the actors; the others are never evaluated. Empty if the request is refused
 * before any rule. Does not change the state.
 */
export async function putToRules(
  request: DecideRequest,
  caller: Caller,
  context: EngineContext,
): Promise<readonly PutRule[]> {
  const dry = { ...request, dry_run: true };
  const opened = checkCall(readCall(dry, caller, context.bundle, context.clock.now()), context);
  if (opened.kind === "refusal") return [];
  const { frame } = callOf(await deliberate(opened, true));
  return candidatesOf(opened.target)
    .filter((candidate) => concerns(candidate.rule.source.who, frame, tightens(candidate)))
    .map((candidate) => ({
      rule: candidate.rule.source.id,
      effect: candidate.verb,
      at: context.bundle.locate(candidate.rule.source.span),
      judge: () => ask(candidate, frame),
    }));
}
