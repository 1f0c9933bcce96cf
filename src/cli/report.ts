/** Prints diagnostics for every command that loads a bundle. */
import { join } from "node:path";
import { Option } from "commander";
import type { Diagnostic, Label } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import { Source } from "../source/source.js";
import { pathFromHere } from "./from-here.js";

/** Forms of diagnostics: for people, for editors and grep, for machines, for code scanning. */
export const DIAGNOSTIC_FORMATS = ["human", "plain", "json", "sarif"] as const;
/** How diagnostics are printed. */
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

/** `--format`, human by default. */
export function formatOption(formats: readonly string[] = DIAGNOSTIC_FORMATS): Option {
  return new Option("--format <format>", "how to print").choices(formats).default("human");
}

/** The findings in one bundle. */
export interface Findings {
  /** The bundle's folder as named on the command line. */
  readonly directory: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
}

/** The findings as text; paths begin at the current folder or are absolute, so that a terminal or an editor can follow them. */
export async function renderFindings(
  findings: Findings,
  format: Exclude<DiagnosticFormat, "json">,
  colour: boolean,
): Promise<string> {
  if (findings.diagnostics.length === 0 && format !== "sarif") return "";
  const { diagnostics, sources } = fromHere(findings);
  const sorted = sortDiagnostics(diagnostics);
  if (format === "human") {
    const { renderHuman } = await import("../diagnostics/render-human.js");
    return renderHuman(sorted, sources, { colour });
  }
  if (format === "plain") {
    const { renderPlain } = await import("../diagnostics/render-plain.js");
    return renderPlain(sorted, sources);
  }
  const { renderSarif } = await import("../diagnostics/render-sarif.js");
  const { packageVersion } = await import("./version.js");
  return renderSarif(sorted, sources, packageVersion());
}

/** The same findings with paths from the current folder, or absolute outside of it, instead of from the bundle's folder. */
export function fromHere(findings: Findings): Findings {
  const folder = pathFromHere(findings.directory);
  const place = (file: string) => join(folder, file);
  const label = (each: Label): Label => ({ ...each, span: { ...each.span, file: place(each.span.file) } });
  const moved = [...findings.sources.values()].map((source) => new Source(place(source.path), source.text));
  return {
    directory: findings.directory,
    diagnostics: findings.diagnostics.map((each) => ({
      ...each,
      primary: label(each.primary),
      secondary: each.secondary.map(label),
    })),
    sources: new Map(moved.map((source) => [source.path, source])),
  };
}

/** `2 errors, 1 warning`; `no problems` if there are none. */
export function tally(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((each) => each.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts = [counted(errors, "error"), counted(warnings, "warning")].filter((part) => part !== "");
  return parts.length === 0 ? "no problems" : parts.join(", ");
}

function counted(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}
