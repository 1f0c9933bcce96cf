import type { CatalogueEntry } from "./entry.js";

/** W3xxx: types that do not fit. A code is never used again for something else. */
export const typeCodes: readonly CatalogueEntry[] = [
  { code: "W3001", severity: "error", title: "w3001", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3002", severity: "error", title: "w3002", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3003", severity: "error", title: "w3003", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3004", severity: "error", title: "w3004", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3005", severity: "error", title: "w3005", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3006", severity: "error", title: "w3006", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3007", severity: "error", title: "w3007", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3008", severity: "error", title: "w3008", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3009", severity: "error", title: "w3009", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3010", severity: "error", title: "w3010", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3011", severity: "error", title: "w3011", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3012", severity: "error", title: "w3012", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3013", severity: "error", title: "w3013", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3014", severity: "error", title: "w3014", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3015", severity: "error", title: "w3015", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W3016", severity: "error", title: "w3016", why: "See the message.", avoid: "module a", prefer: "module a" },
];
