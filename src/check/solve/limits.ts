/** Bounds on the work for one question; beyond them the answer is "not known". */

/** Parts that one question expands. */
export const MAX_PARTS = 60_000;
/** Assumptions that one question makes, over all its cases. */
export const MAX_STEPS = 3_000;
/** Assumptions that one check of a bundle makes, over all its questions, so that a hostile bundle also ends soon. */
export const MAX_BUNDLE_STEPS = 400_000;
/** Bytes of input beyond which `matches` is unknown. */
export const MAX_MATCHED_BYTES = 8192;
/** Bytes of input beyond which `finds` is unknown. */
export const MAX_SEARCHED_BYTES = 262_144;
