import type { Severity } from "../diagnostic.js";

/**
 * One code of the error index: what `writ explain CODE` prints.
 *
 * `avoid` and `prefer` are whole policy texts, not fragments. Each is compiled: the first must report exactly this
 * code, and the second nothing. A line such as `// hr.writ` starts another file.
 */
export interface CatalogueEntry {
  readonly code: string;
  readonly severity: Severity;
  /** A few lower-case words that name the mistake, without a full stop. */
  readonly title: string;
  /** Why it is a mistake, in one or two sentences. */
  readonly why: string;
  readonly avoid: string;
  readonly prefer: string;
}
