import type { CatalogueEntry } from "./entry.js";

/** W4xxx: policies that are well formed and unsafe. A code is never used again for something else. */
export const safetyCodes: readonly CatalogueEntry[] = [];
