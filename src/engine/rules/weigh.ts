/**
 * Section 5 of the language, "Combination": which allow grants with the least demanding needs, which exceptions are
 * used, and what is still unmet. Pure.
 */
import type { Exception, Limit, Need, Rule } from "../../check/program.js";
import type { Candidate } from "../../compile/candidate.js";
import type { CompiledBundle } from "../../compile/compile.js";
import type { Frame } from "../../compile/frame.js";
import { TRUE } from "../../compile/tri.js";
import type { Findings } from "./judge.js";
import { compareNeeds, type Evidence, type NeedSet, noNeeds, unmet } from "./needs.js";

/** A rule or limit that exceptions can waive. What refuses must be waived by one of them; a requirement may be met instead. */
export interface Waived {
  readonly id: string;
  readonly by: readonly Candidate<Exception>[];
  readonly refuses: boolean;
}

/** What is weighed: the allows that grant, and everything that adds a requirement. */
export interface Question {
  /** Undefined for a channel, which needs no allow. */
  readonly allows: readonly (Rule | undefined)[];
  readonly requires: readonly Rule[];
  /** Limits with `over need` that were passed. */
  readonly passed: readonly Limit[];
  /** Needs of no rule. */
  readonly more: readonly Need[];
  readonly waived: readonly Waived[];
}

/** What needs are checked against: who asks and when, the evidence for this call, and the bundle that ranks both. */
export interface Circumstances {
  readonly frame: Frame;
  readonly evidence: Evidence;
  readonly bundle: CompiledBundle;
}

/** One alternative that grants a call. */
export interface Alternative {
  readonly allow: Rule | undefined;
  readonly exceptions: readonly Exception[];
  /** The requires that apply: none of the exceptions used waives them. */
  readonly requires: readonly Rule[];
  /** The limits passed that apply. */
  readonly passed: readonly Limit[];
  readonly open: NeedSet;
}

/** The alternative that was chosen. */
export interface Weighed extends Alternative {
  /** False if no alternative can ever be taken. */
  readonly possible: boolean;
}

/** Combinations of exceptions that are compared; beyond, each waived rule takes its own least demanding one. */
const MAX_COMBINATIONS = 256;

/**
 * The least demanding alternative. `possible` states whether an alternative can be taken at all (a rejected approval cannot
 * be given, nor a sign-in without a user). If none can, the result is the least demanding impossible one.
 */
export function weigh(
  question: Question,
  circumstances: Circumstances,
  possible: (alternative: Alternative) => boolean,
): Weighed {
  let best: Weighed | undefined;
  for (const chosen of combinations(question.waived, circumstances)) {
    for (const allow of question.allows) {
      const alternative = alternativeOf(allow, chosen, question, circumstances);
      const weighed = { ...alternative, possible: possible(alternative) };
      if (best === undefined || isBetter(weighed, best, circumstances.bundle)) best = weighed;
    }
  }
  return best as Weighed;
}

/** Which exception waives which rule or limit. */
type Chosen = ReadonlyMap<string, Exception>;

function alternativeOf(
  allow: Rule | undefined,
  chosen: Chosen,
  { requires, passed, more }: Question,
  { frame, evidence, bundle }: Circumstances,
): Alternative {
  const applying = {
    allow,
    exceptions: [...new Set(chosen.values())],
    requires: chosen.size === 0 ? requires : requires.filter(({ id }) => !chosen.has(id)),
    passed: chosen.size === 0 ? passed : passed.filter(({ id }) => !chosen.has(id)),
  };
  return { ...applying, open: unmet([more, ...needListsOf(applying)], frame, evidence, bundle) };
}

/** The needs of everything that applies in an alternative, a list for each rule, limit or exception. */
export function needListsOf({
  allow,
  exceptions,
  requires,
  passed,
}: Omit<Alternative, "open">): readonly (readonly Need[])[] {
  const lists: (readonly Need[])[] = allow === undefined ? [] : [allow.needs];
  for (const { needs } of requires) lists.push(needs);
  for (const { over } of passed) if (over.kind === "need") lists.push(over.needs);
  for (const { needs } of exceptions) lists.push(needs);
  return lists;
}

/**
 * The first allow by name, if nothing is needed, no limit was passed and no rule is waived; otherwise undefined.
 * With `isChannel`, no allow is needed.
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
    // The caller may be unable to carry out its obligations; waiving it is then the only alternative.
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

/** Every choice of exceptions: what refuses is waived in each of them, a requirement in some. */
function combinations(waived: readonly Waived[], circumstances: Circumstances): readonly Chosen[] {
  let all: readonly Chosen[] = [new Map()];
  for (const { id, by, refuses } of waived) {
    const sources = by.map(({ rule }) => rule.source);
    const isTooMany = all.length * (sources.length + 1) > MAX_COMBINATIONS;
    const offered = isTooMany ? leastDemanding(sources, circumstances) : sources;
    const withOne = all.flatMap((chosen) => offered.map((exception) => new Map(chosen).set(id, exception)));
    all = refuses || isTooMany ? withOne : [...all, ...withOne];
  }
  return all;
}

function leastDemanding(
  exceptions: readonly Exception[],
  { frame, evidence, bundle }: Circumstances,
): readonly Exception[] {
  return exceptions
    .map((exception) => ({ exception, open: unmet([exception.needs], frame, evidence, bundle) }))
    .sort((a, b) => compareNeeds(a.open, b.open, bundle) || compareText(a.exception.id, b.exception.id))
    .slice(0, 1)
    .map(({ exception }) => exception);
}
