/** What a decision has to read before it can be made, from what is unknown without. */
import type { Need } from "../../check/program.js";
import type { TargetProgram } from "../../compile/compile.js";
import { UNKNOWN } from "../../compile/tri.js";
import type { EngineContext } from "../context.js";
import { CONFIRMATION } from "../records/approval-state.js";
import type { Call } from "../request/call.js";
import { cellKeys } from "../request/cell-keys.js";
import { type Findings, type Hit, liftingOf, nothingWanted, type Wanted, want } from "../rules/judge.js";
import { type Charge, exceptionWindow, windowsOf } from "../rules/limits.js";
import { isEmpty, nothingGiven, unmet } from "../rules/needs.js";
import type { LoadPlan } from "./load.js";

/** The common case, told without building anything: every rule is certain and none of them needs or can be lifted. */
function dependsOnNothing(
  findings: Findings,
  call: Call,
  target: TargetProgram,
  context: EngineContext,
): boolean {
  const { request } = call;
  if (
    request.transaction !== undefined ||
    (request.session !== undefined && target.target.accepts instanceof Set)
  )
    return false;
  if (findings.shadow.length > 0 || findings.denies.length > 0 || mustReadSession(call, context))
    return false;
  for (const { candidate, tri } of findings.allows)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0) return false;
  for (const { candidate, tri } of findings.requires)
    if (tri === UNKNOWN || candidate.rule.source.needs.length > 0 || candidate.rule.source.waivable)
      return false;
  for (const { candidate, tri } of findings.limits)
    if (tri === UNKNOWN || candidate.rule.source.waivable) return false;
  return true;
}

/** What to read, or nothing where no verdict depends on it. */
export function planLoad(
  findings: Findings,
  call: Call,
  context: EngineContext,
  thorough: boolean,
): LoadPlan | undefined {
  const target = call.target as TargetProgram;
  const { frame, request } = call;
  if (!thorough && dependsOnNothing(findings, call, target, context)) return undefined;
  const wanted: Wanted = nothingWanted();
  const schemes = new Set<string>();
  let mayNeed = false;
  const consider = (needs: readonly Need[]) => {
    for (const need of needs) {
      if (need.kind === "approval") schemes.add(need.scheme);
      else if (need.kind === "confirmation") schemes.add(CONFIRMATION);
      mayNeed ||= need.kind !== "step-up" || !isEmpty(unmet([[need]], frame, nothingGiven, context.bundle));
    }
  };
  let asksState = false;
  const exceptionWindows: { key: string; candidate: Hit["candidate"] }[] = [];
  const note = ({ candidate, tri }: Hit) => {
    if (tri === UNKNOWN && candidate.stateful) {
      asksState = true;
      want(wanted, candidate);
    }
  };
  for (const list of [findings.denies, findings.allows, findings.requires, findings.limits, findings.shadow])
    for (const hit of list) note(hit);
  for (const { candidate } of [...findings.allows, ...findings.requires])
    consider(candidate.rule.source.needs);
  for (const { candidate } of [...findings.denies, ...findings.requires, ...findings.limits]) {
    if (!candidate.rule.source.waivable) continue;
    const lifting = liftingOf(candidate.rule.id, target, frame);
    for (const each of [...lifting.certain, ...lifting.perhaps]) {
      consider(each.rule.source.needs);
      exceptionWindows.push({ key: each.rule.id, candidate: each });
      if (lifting.perhaps.includes(each)) {
        asksState = true;
        want(wanted, each);
      }
    }
  }
  if (request.transaction !== undefined) schemes.add(CONFIRMATION);
  const carried = target.target.accepts instanceof Set && request.session !== undefined;
  const needed =
    asksState ||
    carried ||
    mayNeed ||
    thorough ||
    exceptionWindows.length > 0 ||
    request.transaction !== undefined ||
    mustReadSession(call, context);
  if (!needed) return undefined;
  for (const { candidate } of findings.limits) {
    const { over } = candidate.rule.source;
    if (over.kind === "need") consider(over.needs);
  }
  return { wanted, carried, schemes, charges: windowsToRead(findings, call, exceptionWindows) };
}

/** A session met before by this process is checked by the reservation itself; another one has to be read. */
function mustReadSession(call: Call, context: EngineContext): boolean {
  return call.sessionKey !== undefined && context.families.get(call.sessionKey) === undefined;
}

function windowsToRead(
  findings: Findings,
  call: Call,
  exceptions: readonly { key: string; candidate: Hit["candidate"] }[],
): readonly Pick<Charge, "key" | "window">[] {
  const shadowLimits = findings.shadow.filter(
    (hit): hit is Hit<Charge["limit"]> => hit.candidate.rule.source.kind === "limit",
  );
  const charges = windowsOf([...findings.limits, ...shadowLimits], call, call.request.session !== undefined);
  const uses = exceptions.flatMap(({ candidate }) => {
    const { source } = candidate.rule;
    return source.kind === "exception" && source.uses !== undefined
      ? [{ key: cellKeys.exception(call.tenant, source.id), window: exceptionWindow(source, call.frame.now) }]
      : [];
  });
  return [...charges, ...uses];
}
