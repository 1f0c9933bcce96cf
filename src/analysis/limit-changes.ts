/** Returns the limits that restart at zero if one bundle replaces another, because they count in other cells. */

import { expressionText } from "../check/expression-text.js";
import { keyName } from "../check/key-name.js";
import type { Limit, Program } from "../check/program.js";
import { limitDefinition } from "../compile/compile.js";
import type { Span } from "../source/source.js";
import { writeDuration } from "../values/duration.js";

/** A limit that existed before, under this name or another. Its recorded usage no longer counts. */
export interface LimitChange {
  /** Its qualified name now. */
  readonly limit: string;
  /** Its former qualified name, if that differs. */
  readonly was?: string;
  /** The differences in the words of the language: `per user → user, tool`. Empty if only the name differs. */
  readonly changes: readonly string[];
  readonly span: Span;
}

/** Returns the change as one line, for the log of a service. */
export function limitChangeText({ limit, was, changes }: LimitChange): string {
  const why = [...(was === undefined ? [] : [`it was called ${was}`]), ...changes].join("; ");
  return `limit ${limit} starts again from zero: ${why}`;
}

/**
 * Returns every such limit, by name. Changed caps and conditions do not restart a limit. A limit without a predecessor
 * starts at zero anyway and is not included.
 */
export function restartedLimits(before: Program, after: Program): readonly LimitChange[] {
  const gone = [...before.limits.values()].filter((limit) => !after.limits.has(limit.id));
  const changes: LimitChange[] = [];
  for (const limit of after.limits.values()) {
    const same = before.limits.get(limit.id);
    const earlier = same ?? gone.find((each) => isRenamed(each, limit));
    if (earlier === undefined || limitDefinition(earlier) === limitDefinition(limit)) continue;
    changes.push({
      limit: limit.id,
      ...(earlier.id === limit.id ? {} : { was: earlier.id }),
      changes: same === undefined ? [] : differences(same, before, limit, after),
      span: limit.nameSpan,
    });
  }
  return changes.sort((a, b) => (a.limit < b.limit ? -1 : 1));
}

/** Reports whether two limits count alike and differ only in name. */
function isRenamed(before: Limit, after: Limit): boolean {
  return limitDefinition({ ...before, id: after.id }) === limitDefinition(after);
}

function differences(before: Limit, old: Program, after: Limit, now: Program): readonly string[] {
  const clauses = [
    ["per", perText(before), perText(after)],
    ["counts", meterText(before, old), meterText(after, now)],
    ["in", windowText(before), windowText(after)],
  ] as const;
  const told = clauses
    .filter(([, was, is]) => was !== is)
    .map(([clause, was, is]) => `${clause} ${was} → ${is}`);
  return told.length === 0 ? ["its definition is another"] : told;
}

function perText({ keys }: Limit): string {
  return keys.length === 0 ? "nothing" : keys.map(keyName).join(", ");
}

function meterText({ meter }: Limit, program: Program): string {
  return meter.kind === "of" ? `of ${expressionText(meter.amount, program)}` : meter.kind;
}

function windowText({ window }: Limit): string {
  if (window.kind === "rolling") return writeDuration(window.length);
  return window.kind === "calendar" ? window.period : window.kind;
}
