/** Commands that an editor may send to the server. */

/** Runs one test or matrix; arguments: the document's URI, and the title. */
export const RUN_TEST = "writ.runTest";
/** Returns the explanation of a code of the error index as text; argument: the code. */
export const EXPLAIN = "writ.explain";
