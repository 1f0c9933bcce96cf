/**
 * Section 5 of the language, "Combination": which allow grants with the least demanding needs, which exceptions are
 * used, and what is still unmet. Pure.
 */
import type { Exception, Limit, Need, Rule } from "../check/program.js";
import type { Candidate } from "../compile/candidate-index.js";
import type { CompiledBundle } from "../compile/compile.js";
import type { Frame } from "../compile/frame.js";
import type { Hit } from "./judge.js";
import { compareNeeds, type Evidence, isEmpty, type NeedSet, noNeeds, unmet } from "./needs.js";

/** A rule or limit that refuses unless one of these exceptions is used. */
export interface Lifted {
  readonly id: string;
  readonly by: readonly Candidate<Exception>[];
}

export interface Weighed {
  /** Undefined for a channel, which needs no allow. */
  readonly allow: Rule | undefined;
  readonly exceptions: readonly Exception[];
  readonly open: NeedSet;
}

/** Combinations of exceptions that are compared; beyond, each lifted rule takes its own least demanding one. */
const COMBINATIONS_MAX = 256;

/**
 * The least demanding way to grant. `possible` tells whether a set of needs can be met at all (a rejected approval
 * cannot, nor a sign-in where there is no user); where none can, the least demanding impossible one is the answer.
 */
export function weigh(
  allows: readonly Hit<Rule>[],
  isChannel: boolean,
  requires: readonly Hit<Rule>[],
  passed: readonly Limit[],
  more: readonly Need[],
  lifted: readonly Lifted[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
  possible: (needs: NeedSet) => boolean,
): Weighed & { readonly possible: boolean } {
  const free =
    more.length === 0 &&
    passed.length === 0 &&
    lifted.length === 0 &&
    requires.every(({ candidate }) => candidate.rule.source.needs.length === 0);
  const plain = free ? leastNamed(allows) : undefined;
  if (plain !== undefined || (free && isChannel))
    return { allow: plain, exceptions: [], open: noNeeds, possible: true };
  const always = [
    more,
    ...requires.map(({ candidate }) => candidate.rule.source.needs),
    ...passed.map((limit) => (limit.over.kind === "need" ? limit.over.needs : [])),
  ];
  let best: (Weighed & { readonly possible: boolean }) | undefined;
  const choices: readonly (Rule | undefined)[] = isChannel
    ? [undefined]
    : allows.map(({ candidate }) => candidate.rule.source);
  for (const exceptions of combinations(lifted, frame, evidence, bundle)) {
    for (const allow of choices) {
      const lists = [
        ...always,
        ...exceptions.map((exception) => exception.needs),
        ...(allow === undefined ? [] : [allow.needs]),
      ];
      const open = lists.every((list) => list.length === 0) ? noNeeds : unmet(lists, frame, evidence, bundle);
      const candidate = { allow, exceptions, open, possible: isEmpty(open) || possible(open) };
      if (best === undefined || isBetter(candidate, best, bundle)) best = candidate;
    }
  }
  return best as Weighed & { readonly possible: boolean };
}

/** The allow that needs nothing, the first by name. */
function leastNamed(allows: readonly Hit<Rule>[]): Rule | undefined {
  let least: Rule | undefined;
  for (const { candidate } of allows) {
    const { source } = candidate.rule;
    if (source.needs.length === 0 && (least === undefined || source.id < least.id)) least = source;
  }
  return least;
}

function isBetter(
  a: Weighed & { possible: boolean },
  b: Weighed & { possible: boolean },
  bundle: CompiledBundle,
): boolean {
  if (a.possible !== b.possible) return a.possible;
  const order = compareNeeds(a.open, b.open, bundle);
  if (order !== 0) return order < 0;
  return nameOf(a) < nameOf(b);
}

function nameOf({ allow, exceptions }: Weighed): string {
  return [allow?.id ?? "", ...exceptions.map(({ id }) => id).sort()].join(" ");
}

/** One exception for each lifted rule, in every way; an exception that lifts several counts once. */
function combinations(
  lifted: readonly Lifted[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
): readonly (readonly Exception[])[] {
  let all: readonly (readonly Exception[])[] = [[]];
  for (const { by } of lifted) {
    const sources = by.map(({ rule }) => rule.source);
    const offered =
      all.length * sources.length > COMBINATIONS_MAX
        ? [leastDemanding(sources, frame, evidence, bundle)]
        : sources;
    all = all.flatMap((chosen) =>
      offered.map((exception) => (chosen.includes(exception) ? chosen : [...chosen, exception])),
    );
  }
  return all;
}

function leastDemanding(
  exceptions: readonly Exception[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
): Exception {
  const sorted = exceptions
    .map((exception) => ({ exception, open: unmet([exception.needs], frame, evidence, bundle) }))
    .sort((a, b) => compareNeeds(a.open, b.open, bundle) || (a.exception.id < b.exception.id ? -1 : 1));
  return (sorted[0] as { exception: Exception }).exception;
}
