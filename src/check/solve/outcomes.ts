/** What a condition may come out as, as sets of the three values; and what a term may be, likewise. */

/** A set of outcomes of a condition, as bits. */
export type Outcomes = number;
/** It may be true. */
export const HOLDS: Outcomes = 1;
/** It may be false. */
export const FAILS: Outcomes = 2;
/** It may be unknown. */
export const UNCLEAR: Outcomes = 4;
/** It may be any of them. */
export const ANYTHING: Outcomes = 7;

/** The outcomes of `not`. */
export function flipped(outcomes: Outcomes): Outcomes {
  return (outcomes & UNCLEAR) | (outcomes & HOLDS ? FAILS : 0) | (outcomes & FAILS ? HOLDS : 0);
}

/** The outcomes of a conjunction whose parts may come out so, each by itself. */
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

/** A set of states of a value, as bits: it is there, it is absent, or it cannot be known. */
export type Presence = number;
/** It may be there. */
export const THERE: Presence = 1;
/** It may be absent. */
export const ABSENT: Presence = 2;
/** It may be impossible to know. */
export const UNKNOWABLE: Presence = 4;
