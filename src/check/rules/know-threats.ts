import type { Annotation, File } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import { messages } from "../messages.js";
import type { Program } from "../program.js";
import { findThreat, successorOf, threatIds } from "../threats/known-threats.js";

/** Reports a `@threat` that no catalogue contains: a mistyped id would leave a gap that the report does not show. */
export function knowThreats(bundle: Bundle, _program: Program, files: readonly File[]): void {
  for (const annotation of files.flatMap((file) => file.items.flatMap(annotationsOf))) {
    if (annotation.name.text !== "threat") continue;
    for (const value of annotation.values) {
      if (value.kind !== "string" || findThreat(value.value) !== undefined) continue;
      bundle.problems.add(messages.unknownThreat(value.value, value.span, threatIds(), helpFor(value.value)));
    }
  }
}

function annotationsOf(item: File["items"][number]): readonly Annotation[] {
  return "annotations" in item ? item.annotations : [];
}

function helpFor(id: string): string | undefined {
  const successor = successorOf(id);
  return successor === undefined ? undefined : `it is \`${successor}\` now`;
}
