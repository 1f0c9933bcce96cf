/** Bounds on how long a question may be thought about; beyond them the answer is that nothing is known. */

/** Parts that one question writes out. */
export const MOST_PARTS = 60_000;
/** Assumptions that one question makes, over all its cases. */
export const MOST_STEPS = 3_000;
/** Assumptions that one check of a bundle makes, over all its questions: a hostile bundle ends soon as well. */
export const MOST_STEPS_OF_A_BUNDLE = 400_000;
/** Bytes of input beyond which `matches` is unknown. */
export const MATCHED_BYTES = 8192;
/** Bytes of input beyond which `finds` is unknown. */
export const SEARCHED_BYTES = 262_144;
