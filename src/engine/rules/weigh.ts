/**
 * Section 5 of the language, "Combination": which allow grants with the least demanding needs, which exceptions are
 * used, and what is still unmet. Pure.
 */
import type { Exception, Limit, Need, Rule } from "../../check/program.js";
import type { Candidate, Findings } from "../../compile/candidate-index.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { Frame } from "../../compile/frame.js";
import { TRUE } from "../../compile/tri.js";
import { compareNeeds, type Evidence, isEmpty, type NeedSet, noNeeds, unmet } from "./needs.js";

/** A rule or limit that exceptions can lift. What refuses must be lifted by one of them; a bar may be met instead. */
export interface Lifted {
  readonly id: string;
  readonly by: readonly Candidate<Exception>[];
  readonly refuses: boolean;
}

export interface Question {
  /** Undefined stands for a channel, which needs no allow. */
  readonly allows: readonly (Rule | undefined)[];
  readonly requires: readonly Rule[];
  /** Limits with `over need` that were passed. */
  readonly passed: readonly Limit[];
  /** Needs of no rule. */
  readonly more: readonly Need[];
  readonly lifted: readonly Lifted[];
}

export interface Weighed {
  readonly allow: Rule | undefined;
  readonly exceptions: readonly Exception[];
  /** The requires that stand: none of the exceptions used lifts them. */
  readonly requires: readonly Rule[];
  /** The limits passed that stand. */
  readonly passed: readonly Limit[];
  readonly open: NeedSet;
  /** False where no way to grant could ever be gone. */
  readonly possible: boolean;
}

/** Combinations of exceptions that are compared; beyond, each lifted rule takes its own least demanding one. */
const COMBINATIONS_MAX = 256;

/**
 * The least demanding way to grant. `possible` tells whether a way can be gone at all (a rejected approval cannot be
 * given, nor a sign-in where there is no user); where none can, the least demanding impossible one is the answer.
 */
export function weigh(
  question: Question,
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
  possible: (way: Omit<Weighed, "possible">) => boolean,
): Weighed {
  let best: Weighed | undefined;
  for (const chosen of combinations(question.lifted, frame, evidence, bundle)) {
    const exceptions = [...new Set(chosen.values())];
    const requires =
      chosen.size === 0 ? question.requires : question.requires.filter(({ id }) => !chosen.has(id));
    const passed = chosen.size === 0 ? question.passed : question.passed.filter(({ id }) => !chosen.has(id));
    for (const allow of question.allows) {
      const open = unmet(
        needLists(allow, question.more, requires, passed, exceptions),
        frame,
        evidence,
        bundle,
      );
      const way = { allow, exceptions, requires, passed, open };
      const weighed = { ...way, possible: possible(way) };
      if (best === undefined || isBetter(weighed, best, bundle)) best = weighed;
    }
  }
  return best as Weighed;
}

function needLists(
  allow: Rule | undefined,
  more: readonly Need[],
  requires: readonly Rule[],
  passed: readonly Limit[],
  exceptions: readonly Exception[],
): readonly (readonly Need[])[] {
  const lists: (readonly Need[])[] = [more];
  if (allow !== undefined) lists.push(allow.needs);
  for (const { needs } of requires) lists.push(needs);
  for (const { over } of passed) if (over.kind === "need") lists.push(over.needs);
  for (const { needs } of exceptions) lists.push(needs);
  return lists;
}

/**
 * The answer where nobody needs anything and no limit was passed or rule lifted: the first allow by name. Undefined where
 * that is not so. `isChannel`: then no allow is needed.
 */
export function weighPlainly({ allows, requires }: Findings, isChannel: boolean): Weighed | undefined {
  let least: Rule | undefined;
  if (!isChannel) {
    for (let i = 0; i < allows.length; i++) {
      const { candidate, tri } = allows[i] as Findings["allows"][number];
      if (tri !== TRUE) continue;
      const { source } = candidate.rule;
      if (source.needs.length > 0) return undefined;
      if (least === undefined || source.id < least.id) least = source;
    }
    if (least === undefined) return undefined;
  }
  for (let i = 0; i < requires.length; i++) {
    const { source } = (requires[i] as Findings["requires"][number]).candidate.rule;
    // What it obliges to may be more than the caller can do, and what lifts it then the only way.
    if (source.needs.length > 0 || source.waivable) return undefined;
  }
  return {
    allow: least,
    exceptions: nothing,
    requires: requires.length === 0 ? nothing : requires.map(({ candidate }) => candidate.rule.source),
    passed: nothing,
    open: noNeeds,
    possible: true,
  };
}

const nothing: readonly never[] = [];

function isBetter(a: Weighed, b: Weighed, bundle: CompiledBundle): boolean {
  if (a.possible !== b.possible) return a.possible;
  const order = compareNeeds(a.open, b.open, bundle);
  if (order !== 0) return order < 0;
  return (
    compareText(a.allow?.id ?? "", b.allow?.id ?? "") < 0 ||
    (a.allow === b.allow && exceptionNames(a) < exceptionNames(b))
  );
}

function exceptionNames({ exceptions }: Weighed): string {
  return exceptions
    .map(({ id }) => id)
    .sort()
    .join(",");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What lifts what, in every way. */
function combinations(
  lifted: readonly Lifted[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
): readonly ReadonlyMap<string, Exception>[] {
  let all: readonly ReadonlyMap<string, Exception>[] = [new Map()];
  for (const { id, by, refuses } of lifted) {
    const sources = by.map(({ rule }) => rule.source);
    const isTooMany = all.length * (sources.length + 1) > COMBINATIONS_MAX;
    const offered = isTooMany ? leastDemanding(sources, frame, evidence, bundle) : sources;
    const withOne = all.flatMap((chosen) => offered.map((exception) => new Map(chosen).set(id, exception)));
    all = refuses || isTooMany ? withOne : [...all, ...withOne];
  }
  return all;
}

function leastDemanding(
  exceptions: readonly Exception[],
  frame: Frame,
  evidence: Evidence,
  bundle: CompiledBundle,
): readonly Exception[] {
  return exceptions
    .map((exception) => ({ exception, open: unmet([exception.needs], frame, evidence, bundle) }))
    .sort((a, b) => compareNeeds(a.open, b.open, bundle) || compareText(a.exception.id, b.exception.id))
    .slice(0, 1)
    .map(({ exception }) => exception);
}

/** Whether anything is left to be met. */
export function isGranted({ open }: Weighed): boolean {
  return isEmpty(open);
}
