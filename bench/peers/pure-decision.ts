/** What an index and a combination of verdicts cost, without validation, state, identifiers or an answer's other fields. */
import type { Rule } from "../../src/check/program.js";
import type { CompiledBundle } from "../../src/compile/compile.js";
import type { Frame } from "../../src/compile/frame.js";
import { TRUE } from "../../src/compile/tri.js";
import { judge } from "../../src/engine/rules/judge.js";
import { type Evidence, isEmpty } from "../../src/engine/rules/needs.js";
import { weigh, weighPlainly } from "../../src/engine/rules/weigh.js";

export interface PureDecision {
  readonly decision: "allow" | "deny" | "needs";
  /** Undefined where nothing grants. */
  readonly rule: Rule | undefined;
}

const noEvidence: Evidence = { hasApproval: () => false, confirmed: false };
const anything = () => true;
const nothingGrants: PureDecision = { decision: "deny", rule: undefined };

/**
 * The verdict of the rules of one tool on one frame, by the engine's own `judge` and `weigh`. Exceptions, limits and
 * whatever reads state have no part in it, so it is the engine's verdict only for bundles without them.
 */
export function decidePure(bundle: CompiledBundle, tool: string, frame: Frame): PureDecision {
  const target = bundle.target("tool", tool);
  if (target === undefined) return nothingGrants;
  const findings = judge(target, frame);
  const { denies, allows, requires } = findings;
  if (denies.length > 0) return { decision: "deny", rule: leastByName(denies) };
  const plain = weighPlainly(findings, false);
  if (plain !== undefined) return { decision: "allow", rule: plain.allow };
  const granting = allows.flatMap(({ candidate, tri }) => (tri === TRUE ? [candidate.rule.source] : []));
  if (granting.length === 0) return nothingGrants;
  const demanding = requires.map(({ candidate }) => candidate.rule.source);
  const question = { allows: granting, requires: demanding, passed: [], more: [], waived: [] };
  const weighed = weigh(question, { frame, evidence: noEvidence, bundle }, anything);
  return { decision: isEmpty(weighed.open) ? "allow" : "needs", rule: weighed.allow };
}

type Found = ReturnType<typeof judge>["denies"][number];

function leastByName(hits: readonly Found[]): Rule {
  let least = (hits[0] as Found).candidate.rule.source;
  for (let i = 1; i < hits.length; i++) {
    const { source } = (hits[i] as Found).candidate.rule;
    if (source.id < least.id) least = source;
  }
  return least;
}
