import type { Source } from "../source/source.js";
import type { Diagnostic, Label } from "./diagnostic.js";
import { locationOf, type Sources } from "./location.js";
import { type Mark, marksOf } from "./marks.js";
import { colours, noColours, type Paint } from "./paint.js";
import { screenLine } from "./screen-line.js";
import type { SortedDiagnostics } from "./sort.js";
import { underlineRows } from "./underlines.js";
import { visibleText } from "./visible-text.js";

/**
 * Diagnostics for people: the lines they refer to, underlined, with a blank line between two diagnostics.
 *
 * The author's text never reaches the terminal raw: control and bidi characters are escaped. The result ends in a
 * newline; it is empty if there are no diagnostics.
 */
export function renderHuman(
  sorted: SortedDiagnostics,
  sources: Sources,
  options: { readonly colour?: boolean } = {},
): string {
  const paint = options.colour === true ? colours : noColours;
  const blocks = sorted.shown.map((each) => renderOne(each, sources, paint));
  const rest = omittedLine(sorted.omitted);
  if (rest !== undefined) blocks.push(rest);
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

/** `… and 3 more errors, 1 more warning`; undefined if none was left out. */
export function omittedLine(omitted: SortedDiagnostics["omitted"]): string | undefined {
  const parts = [counted(omitted.errors, "error"), counted(omitted.warnings, "warning")].flat();
  return parts.length === 0 ? undefined : `… and ${parts.join(", ")}`;
}

function counted(count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [`${count} more ${noun}${count === 1 ? "" : "s"}`];
}

function renderOne(diagnostic: Diagnostic, sources: Sources, paint: Paint): string {
  const { severity, code, message } = diagnostic;
  const marked = markedFiles(diagnostic, sources);
  const lastLine = Math.max(1, ...marked.flatMap((file) => file.marks.map((mark) => mark.line)));
  const gutter = " ".repeat(String(lastLine).length);
  const rows = [
    `${paint(severity, `${severity}[${code}]`)}${paint("message", `: ${visibleText(message)}`)}`,
    ...marked.flatMap((file, index) => fileRows(file, index === 0 ? "-->" : ":::", gutter, severity, paint)),
    ...notes(diagnostic).map(([name, text]) => noteRows(name, text, gutter, paint)),
  ];
  return rows.map((row) => row.trimEnd()).join("\n");
}

/** One file's part of a diagnostic; without a source only its name is shown. */
interface MarkedFile {
  readonly location: string;
  readonly source: Source | undefined;
  readonly marks: readonly Mark[];
}

function markedFiles(diagnostic: Diagnostic, sources: Sources): readonly MarkedFile[] {
  const labels: readonly Label[] = [diagnostic.primary, ...diagnostic.secondary];
  const files = new Set(labels.map((label) => label.span.file));
  return [...files].map((file) => {
    const ours = labels.filter((label) => label.span.file === file);
    const source = sources.get(file);
    const first = ours[0] as Label;
    const start = locationOf(first.span, sources)?.start;
    const location = start === undefined ? file : `${file}:${start.line}:${start.column}`;
    const marks =
      source === undefined
        ? []
        : ours.flatMap((label) => marksOf(label, label === diagnostic.primary, source));
    return { location: visibleText(location), source, marks };
  });
}

function fileRows(
  file: MarkedFile,
  arrow: string,
  gutter: string,
  severity: "error" | "warning",
  paint: Paint,
): readonly string[] {
  const bar = `${gutter} ${paint("frame", "|")}`;
  const head = `${gutter} ${paint("frame", arrow)} ${file.location}`;
  const { source } = file;
  if (source === undefined) return [head];
  const lines = [...new Set(file.marks.map((mark) => mark.line))].sort((a, b) => a - b);
  const body = lines.flatMap((line, index) => {
    const marks = file.marks.filter((mark) => mark.line === line);
    const focus = Math.min(...marks.map((mark) => mark.from));
    const shown = screenLine(source.lineText(line), focus);
    return [
      ...gapRows(lines[index - 1], line, source, gutter, paint),
      sourceRow(line, shown.text, gutter, paint),
      ...underlineRows(shown, marks, severity, paint).map((row) => `${bar} ${row}`),
    ];
  });
  return [head, bar, ...body, bar];
}

/** The rows between two marked lines: none, the one line between them, or dots. */
function gapRows(
  before: number | undefined,
  line: number,
  source: Source,
  gutter: string,
  paint: Paint,
): readonly string[] {
  if (before === undefined || line === before + 1) return [];
  if (line > before + 2) return [paint("frame", "...")];
  return [sourceRow(before + 1, screenLine(source.lineText(before + 1), 0).text, gutter, paint)];
}

function sourceRow(line: number, text: string, gutter: string, paint: Paint): string {
  return `${paint("frame", `${String(line).padEnd(gutter.length)} |`)} ${text}`;
}

function notes(diagnostic: Diagnostic): readonly (readonly [string, string])[] {
  const more = ["more", `writ explain ${diagnostic.code}`] as const;
  return diagnostic.help === undefined ? [more] : [["help", diagnostic.help], more];
}

/** A note may have several lines, if the help shows a piece of policy. */
function noteRows(name: string, text: string, gutter: string, paint: Paint): string {
  const [first = "", ...others] = text.split("\n").map(visibleText);
  const indent = " ".repeat(gutter.length + `= ${name}: `.length + 1);
  const head = `${gutter} ${paint("frame", "=")} ${paint("message", `${name}:`)} ${first}`;
  return [head, ...others.map((line) => `${indent}${line}`.trimEnd())].join("\n");
}
