import type { CatalogueEntry } from "./entry.js";

/** W2xxx: names that are unknown, declared twice or ambiguous. A code is never used again for something else. */
export const nameCodes: readonly CatalogueEntry[] = [];
