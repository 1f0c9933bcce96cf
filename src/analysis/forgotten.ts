/** Which recorded state a bundle no longer uses if it replaces another. */
import type { Program } from "../check/program.js";
import type { CompiledBundle } from "../compile/compile.js";
import { writeDuration } from "../values/duration.js";
import { limitChangeText, restartedLimits } from "./limit-changes.js";

type Bundle = Pick<CompiledBundle, "program" | "tools">;

/** Returns recorded state that is lost or not yet available, one line each: limits, labels, history, uses of exceptions. */
export function forgottenBy(before: Bundle, after: Bundle): readonly string[] {
  return [
    ...restartedLimits(before.program, after.program).map(limitChangeText),
    ...forgottenBeside(before, after),
  ];
}

/** Returns the same without limits. */
export function forgottenBeside(before: Bundle, after: Bundle): readonly string[] {
  return [
    ...labelsGone(before.program, after.program),
    ...restartedExceptions(before.program, after.program),
    ...restartedHistories(before, after),
  ];
}

function labelsGone(before: Program, after: Program): readonly string[] {
  const known = new Set([...after.labels.values()].flatMap(({ id, was }) => [id, was]));
  return [...before.labels.values()]
    .filter(({ id, was }) => !known.has(id) && (was === undefined || !known.has(was)))
    .map(
      ({ id }) =>
        `label ${id} is declared no more: in a session that holds it questions about labels are unknown; \`@was("${id}")\` on another label carries it over`,
    );
}

function restartedExceptions(before: Program, after: Program): readonly string[] {
  const nameOf = ({ id, annotations }: { id: string; annotations: { was?: string } }) =>
    annotations.was ?? id;
  const kept = new Set([...after.exceptions.values()].map(nameOf));
  return [...before.exceptions.values()]
    .filter((exception) => exception.uses !== undefined && !kept.has(nameOf(exception)))
    .map(
      ({ id }) =>
        `the uses of exception ${id} are forgotten; \`@was("${id}")\` on another exception carries them over`,
    );
}

function restartedHistories(before: Bundle, after: Bundle): readonly string[] {
  const earlier = pastsOf(before);
  const later = pastsOf(after);
  const lines: string[] = [];
  for (const [name, within] of later) {
    const was = earlier.get(name);
    if (was !== undefined && was >= within) continue;
    const why = was === undefined ? "was not kept before" : `was kept for ${writeDuration(was)}`;
    lines.push(`prior ${name} ${why}: it is unknown until it has been kept for ${writeDuration(within)}`);
  }
  for (const name of earlier.keys()) if (!later.has(name)) lines.push(`prior ${name} is kept no more`);
  return lines;
}

/** For how long each past is kept, by its name. */
function pastsOf({ tools }: Bundle): ReadonlyMap<string, number> {
  const pasts = new Map<string, number>();
  for (const { priorCells } of tools.values()) {
    for (const { name, within, denials } of priorCells) {
      pasts.set(shown(name), within);
      if (denials) pasts.set(`${shown(name)} denied`, within);
    }
  }
  return new Map([...pasts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the digests of what is compared of a record. */
function shown(name: string): string {
  return name.replace(/#[\w-]+/g, "");
}
