/** How much text the parser takes on: whatever stands in a file, it ends in bounded time and memory. */

/** The most UTF-16 code units a file may have. */
export const MAX_FILE_LENGTH = 1_048_576;

/** How deep brackets, types in types and `not` may be nested; the parser, and every later stage, works by recursion. */
export const MAX_NESTING = 64;

/** How many diagnostics one file may raise. */
export const MAX_DIAGNOSTICS = 100;

/** How many tokens may be parsed again while mistakes are looked for, beside the file itself. */
export const MAX_REPAIR_TOKENS = 300_000;
