import type { CatalogueEntry } from "./entry.js";

/** W6xxx: mistakes in tests and matrices. A code is never used again for something else. */
export const testCodes: readonly CatalogueEntry[] = [];
