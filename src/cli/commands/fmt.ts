import { realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { reasonOf } from "../../bundle/folder.js";
import { visibleText } from "../../diagnostics/visible-text.js";
import type { Formatted } from "../../format/format-source.js";
import { nearName } from "../bundle-folder.js";
import { CommandFailure, EXIT, type ExitCode } from "../exit-code.js";
import { pathFromHere } from "../from-here.js";
import { renderFindings } from "../report.js";
import type { Terminal } from "../terminal.js";

/** A policy text to format, and where the result is written. */
interface Job {
  /** As shown; `-` is standard input. */
  readonly path: string;
  readonly text: string;
  readonly write: (text: string) => void;
}

interface Options {
  readonly check?: boolean;
  readonly diff?: boolean;
}

/** `writ fmt`: rewrites policies in canonical form; `--check` and `--diff` only report differences. */
export function fmtCommand(terminal: Terminal): Command {
  return new Command("fmt")
    .description("rewrite policies in canonical form")
    .argument("[path...]", "files, folders, or - for standard input; the current folder by default")
    .option("--check", "change nothing; list unformatted files and exit with 5")
    .option("--diff", "change nothing; print the differences and exit with 5")
    .action(async (paths: readonly string[], options: Options) => {
      const onlyCheck = options.check === true || options.diff === true;
      for (const path of paths.length === 0 ? ["."] : paths) {
        const jobs = path === "-" ? [await fromStdin(terminal, onlyCheck)] : await fromPath(path, terminal);
        for (const job of jobs) await run(job, options, terminal);
      }
    });
}

async function run(job: Job, options: Options, terminal: Terminal): Promise<void> {
  const { formatSource } = await import("../../format/format-source.js");
  const { parse } = await import("../../syntax/parse.js");
  const { Source } = await import("../../source/source.js");
  const source = new Source(job.path, job.text);
  const formatted = formatSource(source, parse);
  if (formatted.kind === "invalid") {
    const findings = {
      directory: ".",
      diagnostics: formatted.diagnostics,
      sources: new Map([[job.path, source]]),
    };
    terminal.err(await renderFindings(findings, "human", terminal.colour.err));
  }
  if (formatted.kind === "refused")
    terminal.err(`internal error: ${visibleText(job.path)}: ${formatted.reason}; not changed\n`);
  const onlyCheck = options.check === true || options.diff === true;
  if (formatted.kind === "formatted") {
    if (!onlyCheck) job.write(formatted.text);
    if (options.diff === true) await printDiff(job, formatted, terminal);
    else if (formatted.changed && job.path !== "-") terminal.out(`${visibleText(job.path)}\n`);
  }
  terminal.exitCode = worse(terminal.exitCode, exitOf(formatted, onlyCheck));
}

async function printDiff(
  job: Job,
  { text, changed }: Formatted & { readonly kind: "formatted" },
  terminal: Terminal,
): Promise<void> {
  if (!changed) return;
  const { renderDiff } = await import("../render-diff.js");
  const forEyes = terminal.interactive ? { colour: terminal.colour.out } : undefined;
  terminal.out(renderDiff(job.path, job.text, text, forEyes));
}

function exitOf(formatted: Formatted, onlyCheck: boolean): ExitCode {
  if (formatted.kind === "invalid") return EXIT.notLoaded;
  if (formatted.kind === "refused") return EXIT.internal;
  return formatted.changed && onlyCheck ? EXIT.notFormatted : EXIT.done;
}

/** Keeps the most severe exit code of several files, regardless of their order. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  const gravity: readonly ExitCode[] = [EXIT.done, EXIT.notFormatted, EXIT.notLoaded, EXIT.internal];
  return gravity.indexOf(a) >= gravity.indexOf(b) ? a : b;
}

async function fromStdin(terminal: Terminal, onlyCheck: boolean): Promise<Job> {
  const text = await terminal.stdin();
  return { path: "-", text, write: (formatted) => (onlyCheck ? undefined : terminal.out(formatted)) };
}

async function fromPath(path: string, terminal: Terminal): Promise<readonly Job[]> {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new CommandFailure(`there is no file or folder \`${path}\``, EXIT.usage, nearName(path));
  }
  if (!status.isDirectory()) return [await fromFile(pathFromHere(path), realpathSync(path))];
  const { listPolicyFiles } = await import("../../bundle/folder.js");
  const { files, problems } = listPolicyFiles(realpathSync(path));
  const folder = pathFromHere(path);
  for (const problem of problems) {
    terminal.err(`${visibleText(join(folder, problem.path))}: not changed: ${problem.message}\n`);
    terminal.exitCode = worse(terminal.exitCode, EXIT.notLoaded);
  }
  return Promise.all(files.map((file) => fromFile(join(folder, file.path), file.real)));
}

async function fromFile(path: string, real: string): Promise<Job> {
  const { readTextFile } = await import("../../bundle/read-file.js");
  const file = readTextFile(real);
  if (!("text" in file)) throw new CommandFailure(`cannot read \`${path}\`: ${file.message}`);
  const write = (text: string) => {
    if (text === file.text) return;
    try {
      writeFileSync(real, text);
    } catch (error) {
      throw new CommandFailure(`cannot write \`${path}\`: ${reasonOf(error)}`);
    }
  };
  return { path, text: file.text, write };
}
