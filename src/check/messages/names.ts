/** Mistakes in the meaning of names: W2… */
import { diagnostic } from "../../diagnostics/catalogue.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { suggest } from "../../diagnostics/did-you-mean.js";
import { replacement } from "../../diagnostics/replacement.js";
import type { Span } from "../../source/source.js";
import type { Entry } from "../names.js";
import { didYouMean, didYouMeanOr, quoted } from "./wording.js";

/** Messages by what is wrong. */
export const nameMessages = {
  unknownName: (what: string, name: string, span: Span, candidates: Iterable<string>): Diagnostic =>
    diagnostic("W2001", span, `unknown ${what} \`${name}\``, {
      label:
        what === "name" ? "not a value that a condition can read" : `no ${what} of this bundle has this name`,
      ...didYouMean(name, candidates, span),
    }),
  unknownBuiltIn: (what: string, name: string, span: Span, candidates: readonly string[]): Diagnostic =>
    diagnostic("W2001", span, `unknown ${what} \`${name}\``, {
      label: `there is no ${what} of this name`,
      ...didYouMeanOr(name, candidates, span, `one of ${candidates.map((c) => `\`${c}\``).join(", ")}`),
    }),
  stepUpWithoutAssurance: (level: string, span: Span): Diagnostic =>
    diagnostic("W2001", span, `unknown assurance level \`${level}\``, {
      label: "this bundle declares no assurance levels, so no one can step up",
      help: `declare it: \`assurance password as "aal1" < ${level} as "aal2"\``,
    }),
  duplicate: (what: string, name: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2002", span, `${what} \`${name}\` is declared twice`, {
      label: "declared again here",
      secondary: [{ span: first, message: "first declared here" }],
      help: "give one of them another name, or remove it",
    }),
  duplicateBlock: (what: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2002", span, `duplicate \`${what}\``, {
      label: "again here",
      secondary: [{ span: first, message: "first here" }],
      help: "merge them, or remove one",
    }),
  ambiguousName: (what: string, name: string, span: Span, entries: readonly Entry[]): Diagnostic =>
    diagnostic("W2003", span, `${what} \`${name}\` is ambiguous`, {
      label: "more than one module has this name",
      secondary: entries.map((entry) => ({ span: entry.nameSpan, message: `this is \`${entry.id}\`` })),
      help: `write it out: ${entries.map((entry) => `\`${entry.id}\``).join(" or ")}`,
    }),
  cycle: (what: string, span: Span, path: readonly string[]): Diagnostic =>
    diagnostic("W2004", span, `${what} \`${path[0]}\` refers to itself`, {
      label: path.length > 2 ? `through ${quoted(path.slice(1, -1))}` : "here",
      help: "policies cannot be recursive: break the cycle",
    }),
  wireClash: (wire: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2005", span, `two tools have the wire name \`${wire}\``, {
      label: "this tool",
      secondary: [{ span: first, message: "and this one" }],
      help: 'give one of them another name with `as "…"`: a call must identify one tool',
    }),
  patternMatchesNothing: (pattern: string, span: Span, candidates: Iterable<string>): Diagnostic =>
    diagnostic("W2006", span, `the pattern \`${pattern}\` matches no tool`, {
      label: "no tool of this bundle",
      ...didYouMean(pattern, candidates, span),
    }),
  shadowsRoot: (what: string, name: string, span: Span): Diagnostic =>
    diagnostic("W2007", span, `${what} \`${name}\` hides something built in`, {
      label: "this name already has a meaning in every condition",
      help: "choose another name",
    }),
  shadowsVariable: (name: string, span: Span, first: Span): Diagnostic =>
    diagnostic("W2007", span, `variable \`${name}\` hides another one`, {
      label: "this one",
      secondary: [{ span: first, message: "hides this one" }],
      help: "choose another name",
    }),
  unknownAnnotation: (name: string, span: Span, candidates: readonly string[]): Diagnostic =>
    diagnostic("W2008", span, `unknown annotation \`@${name}\``, {
      label: "it would have no effect",
      help:
        suggest(name, candidates) === undefined
          ? `expected one of ${candidates.map((c) => `\`@${c}\``).join(", ")}`
          : `did you mean \`@${suggest(name, candidates)}\`?`,
      ...(suggest(name, candidates) === undefined
        ? {}
        : replacement(span, name, suggest(name, candidates) ?? name)),
    }),
  misplacedAnnotation: (name: string, span: Span, where: string): Diagnostic =>
    diagnostic("W2009", span, `\`@${name}\` has no meaning here`, {
      label: "it would have no effect",
      help: `write it ${where}`,
    }),
  annotationArguments: (name: string, span: Span, wanted: string): Diagnostic =>
    diagnostic("W2010", span, `\`@${name}\` takes ${wanted}`, { help: `write \`@${name}${shape(wanted)}\`` }),
  earlierName: (
    what: string,
    was: string,
    span: Span,
    other: { readonly name: string; readonly nameSpan: Span },
  ): Diagnostic =>
    diagnostic("W2010", span, `\`@was("${was}")\` names a ${what} that is here under another declaration`, {
      label: "what is kept under that name cannot belong to both",
      secondary: [{ span: other.nameSpan, message: `\`${other.name}\` has it, or had it` }],
      help: "remove `@was`, or the other declaration",
    }),
  missingClause: (what: string, name: string, clause: string, span: Span, help: string): Diagnostic =>
    diagnostic("W2012", span, `${what} \`${name}\` has no \`${clause}\``, {
      label: `this ${what}`,
      help,
    }),
  dataFile: (path: string, span: Span, problem: string): Diagnostic =>
    diagnostic("W2013", span, `data file \`${path}\` cannot be used`, {
      label: problem,
      help: "the bundle does not load without it",
    }),
  unknownThreat: (id: string, span: Span, known: Iterable<string>, help: string | undefined): Diagnostic =>
    diagnostic("W2014", span, `unknown threat \`${id}\``, {
      label: "no threat catalogue contains this id",
      help: help ?? didYouMean(id, known).help ?? 'ids look like `"LLM01:2025"`, `"ASI02"` or `"AML.T0051"`',
    }),
};

function shape(wanted: string): string {
  if (wanted === "no arguments") return "";
  if (wanted === "names of labels") return "(pii)";
  if (wanted === '"allow"') return '("allow")';
  return wanted === "texts" ? '("…", "…")' : '("…")';
}
