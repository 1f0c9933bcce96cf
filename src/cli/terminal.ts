/** The process's streams as commands see them: what is printed where, in colour or not, and what is read. */
import type { ReadStream, WriteStream } from "node:tty";
import { CommandFailure, EXIT, type ExitCode } from "./exit-code.js";

const MAX_STDIN_BYTES = 16_777_216;

/** What commands read and print, so that tests may stand in for it. */
export interface Terminal {
  /** What the command was asked for. */
  out(text: string): void;
  /** Everything else: progress, warnings, errors. */
  err(text: string): void;
  /** Whether a person reads `out`. */
  readonly interactive: boolean;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** All of standard input as text; bounded. */
  stdin(): Promise<string>;
  /** What the process will exit with; the last one set stands. */
  exitCode: ExitCode;
}

/** The terminal of this process. A reader that goes away (`writ check | head -1`) ends the output and nothing else. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stdout.isTTY === true,
    colour: { out: hasColour(process.stdout), err: hasColour(process.stderr) },
    stdin: () => readAll(process.stdin),
    exitCode: EXIT.done,
  };
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Only a terminal gets colour, and none where `NO_COLOR` is set, whatever Node itself would think. */
function hasColour(stream: WriteStream): boolean {
  const refused = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== "";
  return stream.isTTY === true && !refused && stream.hasColors();
}

async function readAll(stream: ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_STDIN_BYTES) throw new CommandFailure("standard input is too large");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CommandFailure("standard input is not UTF-8 text");
  }
}
