import type { CatalogueEntry } from "./entry.js";

/** W6xxx: mistakes in tests and matrices. A code is never used again for something else. */
export const testCodes: readonly CatalogueEntry[] = [
  { code: "W6001", severity: "error", title: "w6001", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6002", severity: "error", title: "w6002", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6003", severity: "error", title: "w6003", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6004", severity: "error", title: "w6004", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6005", severity: "error", title: "w6005", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6006", severity: "error", title: "w6006", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6007", severity: "error", title: "w6007", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6008", severity: "error", title: "w6008", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6009", severity: "error", title: "w6009", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6010", severity: "error", title: "w6010", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W6011", severity: "error", title: "w6011", why: "See the message.", avoid: "module a", prefer: "module a" },
];
