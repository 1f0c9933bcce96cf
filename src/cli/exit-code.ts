/** Exit codes of the process; scripts rely on these. */
export const EXIT = {
  done: 0,
  internal: 1,
  /** The verdict is not `allow`. */
  notAllowed: 2,
  /** The bundle does not load. */
  notLoaded: 3,
  testsFailed: 4,
  notFormatted: 5,
  /** `posture --diff --fail-if-looser`: something is looser, or may be. */
  mayBeLooser: 6,
  /** The command line itself, or a path on it, is wrong (`EX_USAGE` of BSD's sysexits.h). */
  usage: 64,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for people and an exit code; any other exception is an internal error. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: ExitCode;
  /** What to do about it; printed below the message. */
  readonly help: string | undefined;

  constructor(message: string, exitCode: ExitCode = EXIT.usage, help?: string) {
    super(message);
    this.exitCode = exitCode;
    this.help = help;
  }
}
