/** Sets of outcomes of a condition (true, false, unknown) and sets of states of a term. */

/** A set of outcomes of a condition, as bits. */
export type Outcomes = number;
/** It may be true. */
export const HOLDS: Outcomes = 1;
/** It may be false. */
export const FAILS: Outcomes = 2;
/** It may be unknown. */
export const UNCLEAR: Outcomes = 4;
/** It may have any outcome. */
export const ANYTHING: Outcomes = 7;

/** The outcomes of `not`. */
export function flipped(outcomes: Outcomes): Outcomes {
  return (outcomes & UNCLEAR) | (outcomes & HOLDS ? FAILS : 0) | (outcomes & FAILS ? HOLDS : 0);
}

/** The outcomes of a conjunction whose parts have these outcomes, independently of each other. */
export function conjoined(parts: readonly Outcomes[]): Outcomes {
  let holds = HOLDS;
  let fails = 0;
  let unclear = 0;
  let neverFails = true;
  for (const part of parts) {
    if ((part & HOLDS) === 0) holds = 0;
    if (part & FAILS) fails = FAILS;
    if (part & UNCLEAR) unclear = UNCLEAR;
    if ((part & (HOLDS | UNCLEAR)) === 0) neverFails = false;
  }
  return neverFails ? holds | fails | unclear : FAILS;
}

/** A set of states of a value, as bits: it is present, absent, or unknown. */
export type Presence = number;
/** It may be present. */
export const THERE: Presence = 1;
/** It may be absent. */
export const ABSENT: Presence = 2;
/** It may be unknown. */
export const UNKNOWABLE: Presence = 4;
