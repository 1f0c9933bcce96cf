/** Limits of the parser: every file is parsed in bounded time and memory. */

/** The maximum size of a file in UTF-16 code units. */
export const MAX_FILE_LENGTH = 1_048_576;

/** The maximum nesting of brackets, types in types and `not`; the parser, and every later stage, works by recursion. */
export const MAX_NESTING = 64;

/** The maximum number of diagnostics per file. */
export const MAX_DIAGNOSTICS = 100;

/** The maximum number of tokens that are parsed again to find more mistakes. */
export const MAX_REPAIR_TOKENS = 300_000;
