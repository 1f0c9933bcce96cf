import type { Severity } from "../diagnostic.js";

/**
 * One code of the error index: what `writ explain CODE` prints.
 *
 * `avoid` and `prefer` are whole policy texts, not fragments: each is compiled, and the first must raise
 * exactly this code while the second raises nothing. A line such as `// hr.writ` begins another file.
 */
export interface CatalogueEntry {
  readonly code: string;
  readonly severity: Severity;
  /** A few lower-case words naming the mistake, without a full stop. */
  readonly title: string;
  /** Why it is a mistake, in one or two sentences. */
  readonly why: string;
  readonly avoid: string;
  readonly prefer: string;
}
