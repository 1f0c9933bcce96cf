/**
 * What the tests of a bundle cover: which rules determined a decision, and which conditions were both true and false.
 */

import { expressionText } from "../check/expression-text.js";
import { conjuncts } from "../check/expressions/parts.js";
import type { Exception, Limit, Program, Rule } from "../check/program.js";
import { leavesOf } from "../engine/explain/explain-condition.js";
import type { Pdp } from "../engine/pdp.js";
import type { Explanation } from "../engine/request/types.js";
import type { VerdictName } from "../model/common.js";
import type { Decision } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import type { Source } from "../source/source.js";
import { StateUnavailable } from "../state/store.js";
import { type Location, locationOf } from "./location.js";
import type { TestedBundle } from "./run-tests.js";
import type { ScenarioHooks } from "./scenario.js";
import { TEST_CALLER } from "./test-gateway.js";

/** The coverage of every rule. */
export interface Coverage {
  /** In the order of files and lines. */
  readonly rules: readonly RuleCoverage[];
  readonly totals: CoverageTotals;
}

/** Totals. Shadow rules do not decide, so they are counted separately. */
export interface CoverageTotals {
  readonly rules: Share;
  /** Each condition counts twice: as true and as false. */
  readonly conditions: Share;
  /** `shadow` rules, and how many of them would have decided. */
  readonly shadow: Share;
}
/** A number of covered items and the total. */
export interface Share {
  readonly seen: number;
  readonly all: number;
  /** 100 if there is nothing to cover. */
  readonly percent: number;
}

/** The coverage of one rule, limit or exception. */
export interface RuleCoverage {
  readonly id: string;
  readonly name: string;
  readonly effect: "allow" | "deny" | "require" | "limit" | "exception";
  readonly shadow: boolean;
  readonly at: Location;
  /** The last line of the rule. */
  readonly endLine: number;
  /** Calls that match its tools, actors and transaction. */
  readonly asked: number;
  /**
   * Decisions that it determined. For a `shadow` rule: that it would have determined. For obligations: that included
   * them.
   */
  readonly determined: number;
  readonly verdicts: Readonly<Record<VerdictName, number>>;
  readonly conditions: readonly ConditionCoverage[];
}
/** One part of a condition, and how often it had each result. */
export interface ConditionCoverage {
  readonly text: string;
  readonly at: Location;
  readonly true: number;
  readonly false: number;
  readonly unknown: number;
}

type AnyRule = Rule | Limit | Exception;
type Counts = { -readonly [K in "true" | "false" | "unknown"]: number };
interface Tally {
  readonly source: AnyRule;
  asked: number;
  determined: number;
  readonly verdicts: Record<VerdictName, number>;
  /** By conjunct and leaf, as in explanations. */
  readonly leaves: readonly (readonly Counts[])[];
}

/** Records a run of tests. Pass `hooks` to each test, and call `report` after all have run. */
export class CoverageRecorder {
  readonly #program: Program;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #tallies = new Map<string, Tally>();

  constructor({ program, sources }: TestedBundle) {
    this.#program = program;
    this.#sources = sources;
    for (const source of [
      ...program.rules.values(),
      ...program.limits.values(),
      ...program.exceptions.values(),
    ]) {
      const parts = source.condition === undefined ? [] : conjuncts(source.condition);
      this.#tallies.set(source.id, {
        source,
        asked: 0,
        determined: 0,
        verdicts: { allow: 0, deny: 0, "step-up": 0, "require-approval": 0 },
        leaves: parts.map((part) => leavesOf(part).map(() => ({ true: 0, false: 0, unknown: 0 }))),
      });
    }
  }

  /** Returns hooks for one test; each test needs separate ones. */
  hooks(): ScenarioHooks {
    let explained: Explanation | undefined;
    return {
      beforeDecision: async (_number, request, pdp) => {
        explained = await this.#explain(request, pdp);
      },
      afterDecision: ({ decision }) => this.#note(decision, explained),
    };
  }

  report(): Coverage {
    const rules = [...this.#tallies.values()]
      .map((tally) => this.#ruleCoverage(tally))
      .sort((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line : a.at.file < b.at.file ? -1 : 1));
    const enforced = rules.filter(({ shadow }) => !shadow);
    const watched = rules.filter(({ shadow }) => shadow);
    const conditions = enforced.flatMap((rule) => rule.conditions);
    const deciding = (of: readonly RuleCoverage[]) =>
      share(of.filter(({ determined }) => determined > 0).length, of.length);
    return {
      rules,
      totals: {
        rules: deciding(enforced),
        shadow: deciding(watched),
        conditions: share(
          conditions.filter((each) => each.true > 0).length +
            conditions.filter((each) => each.false > 0).length,
          conditions.length * 2,
        ),
      },
    };
  }

  async #explain(request: DecideRequest, pdp: Pdp): Promise<Explanation | undefined> {
    try {
      return await pdp.explain(request, TEST_CALLER);
    } catch (error) {
      // The store is unavailable, so no rule has a result.
      if (error instanceof StateUnavailable) return undefined;
      throw error;
    }
  }

  #note(decision: Decision, explained: Explanation | undefined): void {
    const determining = new Set([
      ...decision.reasons.map(({ rule }) => rule),
      ...(decision.alerts ?? []),
      ...(decision.shadow ?? []).map(({ rule }) => rule),
    ]);
    const rules = explained?.asked === true ? explained.rules : [];
    for (const { rule, clauses, result } of rules) {
      const tally = this.#tallies.get(rule);
      if (tally === undefined) continue;
      const conditions = clauses.filter(({ because }) => because !== undefined);
      const concerned = clauses.every((clause) => clause.because !== undefined || clause.result !== "false");
      if (!concerned) continue;
      tally.asked++;
      conditions.forEach(({ because = [] }, part) => {
        because.forEach((leaf, index) => {
          const counts = tally.leaves[part]?.[index];
          if (counts !== undefined) counts[leaf.result]++;
        });
      });
      // A `require` without needs adds only obligations, which no reason names.
      const obliges =
        tally.source.kind === "rule" && tally.source.effect === "require" && tally.source.needs.length === 0;
      if (obliges && result === "true" && decision.decision !== "deny") determining.add(rule);
    }
    for (const rule of determining) {
      const tally = this.#tallies.get(rule);
      if (tally === undefined) continue;
      tally.determined++;
      tally.verdicts[decision.decision]++;
    }
  }

  #ruleCoverage({ source, asked, determined, verdicts, leaves }: Tally): RuleCoverage {
    const parts = source.condition === undefined ? [] : conjuncts(source.condition);
    return {
      id: source.id,
      name: source.name,
      effect: source.kind === "rule" ? source.effect : source.kind,
      shadow: source.kind !== "exception" && source.shadow,
      at: locationOf(source.nameSpan, this.#sources),
      endLine: locationOf(
        { ...source.span, start: Math.max(source.span.start, source.span.end - 1) },
        this.#sources,
      ).line,
      asked,
      determined,
      verdicts,
      conditions: parts.flatMap((part, i) =>
        leavesOf(part).map((leaf, j) => ({
          text: expressionText(leaf, this.#program),
          at: locationOf(leaf.span, this.#sources),
          ...(leaves[i]?.[j] ?? { true: 0, false: 0, unknown: 0 }),
        })),
      ),
    };
  }
}

function share(seen: number, all: number): Share {
  return { seen, all, percent: all === 0 ? 100 : Math.floor((seen / all) * 1000) / 10 };
}
