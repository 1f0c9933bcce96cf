import type { CatalogueEntry } from "./entry.js";

/** W5xxx: what looks like an oversight. A code is never used again for something else. */
export const lintCodes: readonly CatalogueEntry[] = [];
