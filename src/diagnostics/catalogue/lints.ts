import type { CatalogueEntry } from "./entry.js";

/** W5xxx: what looks like an oversight. A code is never used again for something else. */
export const lintCodes: readonly CatalogueEntry[] = [
  { code: "W5001", severity: "warning", title: "w5001", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5002", severity: "warning", title: "w5002", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5003", severity: "warning", title: "w5003", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5004", severity: "warning", title: "w5004", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5005", severity: "warning", title: "w5005", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5006", severity: "warning", title: "w5006", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5007", severity: "warning", title: "w5007", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5008", severity: "warning", title: "w5008", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5009", severity: "warning", title: "w5009", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5010", severity: "warning", title: "w5010", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5011", severity: "warning", title: "w5011", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5012", severity: "warning", title: "w5012", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5013", severity: "warning", title: "w5013", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5014", severity: "warning", title: "w5014", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5015", severity: "warning", title: "w5015", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5016", severity: "warning", title: "w5016", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5017", severity: "warning", title: "w5017", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5018", severity: "warning", title: "w5018", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W5019", severity: "warning", title: "w5019", why: "See the message.", avoid: "module a", prefer: "module a" },
];
