import type { CatalogueEntry } from "./entry.js";

/** W3xxx: types that do not fit. A code is never used again for something else. */
export const typeCodes: readonly CatalogueEntry[] = [];
