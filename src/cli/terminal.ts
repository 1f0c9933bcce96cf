/** The process's streams as commands use them: output, colour and input. */
import type { ReadStream, WriteStream } from "node:tty";
import { CommandFailure, EXIT, type ExitCode } from "./exit-code.js";

const MAX_STDIN_BYTES = 16_777_216;

/** Input and output of commands, which tests can replace. */
export interface Terminal {
  /** The result of the command. */
  out(text: string): void;
  /** Everything else: progress, warnings, errors. */
  err(text: string): void;
  /** Whether a person reads `out`. */
  readonly interactive: boolean;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** All of standard input as text, up to a limit. */
  stdin(): Promise<string>;
  /** The exit code of the process; the last one set counts. */
  exitCode: ExitCode;
}

/** The terminal of this process. A reader that disconnects (`writ check | head -1`) ends only the output. */
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

/** Only a terminal gets colour, unless `NO_COLOR` is set, regardless of Node's own detection. */
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
