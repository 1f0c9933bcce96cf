import type { Annotation } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import { messages } from "./messages.js";
import type { Annotations } from "./program.js";

const ON_DECLARATIONS = [
  "id",
  "title",
  "owner",
  "threat",
  "ticket",
  "since",
  "review",
  "ungated",
  "outage",
  "qualified",
  "was",
];
const ON_FIELDS = ["label", "advisory"];

/**
 * The kind of declaration an annotation is on. `@ungated`, `@outage`, `@qualified` and `@was` are valid on some kinds
 * only; the other annotations only inform people and reports.
 */
export type Annotated = "allow" | "limit" | "rule" | "exception" | "role" | "label" | "tool" | "other";

/** Kinds whose state is stored under the name of the declaration. */
const CARRIED_OVER: readonly Annotated[] = ["label", "tool", "exception"];
/** A full name, as `module.name`. */
const FULL_NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

const NONE: Annotations = Object.freeze({ threats: [], tickets: [] });

/** Checks the names, positions and arguments of a declaration's annotations. */
export function checkAnnotations(
  bundle: Bundle,
  annotations: readonly Annotation[],
  on: Annotated,
): Annotations {
  if (annotations.length === 0) return NONE;
  const once: { -readonly [name in keyof Annotations]?: string } = {};
  const threats: string[] = [];
  const tickets: string[] = [];
  const seen = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const name = annotation.name.text;
    const texts = declarationTexts(bundle, annotation, on);
    if (texts === undefined) continue;
    const first = seen.get(name);
    if (name === "threat") threats.push(...texts);
    else if (name === "ticket") tickets.push(...texts);
    else if (first !== undefined) {
      bundle.problems.add(messages.duplicateBlock(`@${name}`, annotation.name.span, first.name.span));
    } else {
      seen.set(name, annotation);
      once[name === "id" ? "ref" : (name as keyof Annotations)] = texts[0] ?? "";
    }
  }
  return { ...once, threats, tickets } as Annotations;
}

/** The texts of one annotation, or undefined after the mistake is reported. */
function declarationTexts(bundle: Bundle, annotation: Annotation, on: Annotated): string[] | undefined {
  const name = annotation.name.text;
  const problem = (found: ReturnType<typeof messages.unknownAnnotation>) => bundle.problems.add(found);
  const { span } = annotation.name;
  bundle.report({ kind: "choice", text: name, span, of: "annotation", options: ON_DECLARATIONS });
  if (ON_FIELDS.includes(name))
    return problem(messages.misplacedAnnotation(name, annotation.name.span, "on a field"));
  if (!ON_DECLARATIONS.includes(name)) {
    return problem(messages.unknownAnnotation(name, annotation.name.span, ON_DECLARATIONS));
  }
  if (name === "ungated" && on !== "allow") {
    return problem(messages.misplacedAnnotation(name, annotation.name.span, "on an allow"));
  }
  if (name === "outage" && on !== "limit") {
    return problem(messages.misplacedAnnotation(name, annotation.name.span, "on a limit"));
  }
  if (name === "qualified" && on !== "role") {
    return problem(messages.misplacedAnnotation(name, annotation.name.span, "on a role"));
  }
  if (name === "was" && !CARRIED_OVER.includes(on)) {
    return problem(
      messages.misplacedAnnotation(name, annotation.name.span, "on a label, a tool or an exception"),
    );
  }
  const texts: string[] = [];
  for (const value of annotation.values)
    if (value.kind === "string" && value.value !== "") texts.push(value.value);
  const several = name === "threat" || name === "ticket";
  const fits = texts.length === annotation.values.length;
  const counted = several
    ? texts.length > 0
    : texts.length === 1 || (name === "review" && texts.length === 0);
  const bare = name === "qualified";
  if (
    bare
      ? annotation.values.length > 0
      : !fits ||
        !counted ||
        (name === "outage" && texts[0] !== "allow") ||
        (name === "was" && !FULL_NAME.test(texts[0] ?? ""))
  ) {
    const wanted = bare
      ? "no arguments"
      : several
        ? "texts"
        : name === "outage"
          ? '"allow"'
          : name === "was"
            ? "one full name, as a text"
            : name === "review"
              ? "one text or nothing"
              : "one text";
    return problem(messages.annotationArguments(name, annotation.span, wanted));
  }
  return texts;
}

/** Reads the labels and the advisory mark of a field. */
export function checkFieldAnnotations(
  bundle: Bundle,
  annotations: readonly Annotation[],
): { readonly labels: readonly string[]; readonly advisory: boolean } {
  const labels = new Set<string>();
  let advisory = false;
  for (const annotation of annotations) {
    const name = annotation.name.text;
    const { span } = annotation.name;
    bundle.report({ kind: "choice", text: name, span, of: "annotation", options: ON_FIELDS });
    if (name === "advisory") {
      if (annotation.values.length > 0) {
        bundle.problems.add(messages.annotationArguments(name, annotation.span, "no arguments"));
      }
      advisory = true;
    } else if (name === "label") {
      const names = annotation.values.filter((value) => value.kind === "name");
      if (names.length === 0 || names.length < annotation.values.length) {
        bundle.problems.add(messages.annotationArguments(name, annotation.span, "names of labels"));
      }
      for (const id of bundle.findAll("label", names, "label")) labels.add(id);
    } else if (ON_DECLARATIONS.includes(name)) {
      bundle.problems.add(messages.misplacedAnnotation(name, annotation.name.span, "on a declaration"));
    } else {
      bundle.problems.add(messages.unknownAnnotation(name, annotation.name.span, ON_FIELDS));
    }
  }
  return { labels: [...labels], advisory };
}
