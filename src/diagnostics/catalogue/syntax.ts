import type { CatalogueEntry } from "./entry.js";

/** W1xxx: mistakes of syntax. A code is never used again for something else. */
export const syntaxCodes: readonly CatalogueEntry[] = [];
