/** How much is proven: seconds by default, minutes where `WRIT_PROOF_ROUNDS` asks for it. */

const asked = process.env.WRIT_PROOF_ROUNDS;

/** How often a race is run: a few times, or as often as `WRIT_PROOF_ROUNDS` says. */
export function rounds(few: number): number {
  return asked === undefined ? few : Number(asked);
}

/** A size of the short form or, where `WRIT_PROOF_ROUNDS` is set, of the long one. */
export function sized(short: number, long: number): number {
  return asked === undefined ? short : long;
}

/** Long enough for the long form on a busy machine. */
export const PROOF_TIMEOUT = asked === undefined ? 120_000 : 1_800_000;

/** A figure that the proof found, for whoever reads the log. */
export function report(line: string): void {
  console.info(`  ${line}`);
}
