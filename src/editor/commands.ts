/** Commands that an editor may ask the server to carry out. */

/** Runs one test or matrix; arguments: the document's URI, and the title. */
export const RUN_TEST = "writ.runTest";
/** Answers with the explanation of a code of the error index, as text; argument: the code. */
export const EXPLAIN = "writ.explain";
