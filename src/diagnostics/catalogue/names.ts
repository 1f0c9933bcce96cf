import type { CatalogueEntry } from "./entry.js";

/** W2xxx: names that are unknown, declared twice or ambiguous. A code is never used again for something else. */
export const nameCodes: readonly CatalogueEntry[] = [
  { code: "W2001", severity: "error", title: "w2001", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2002", severity: "error", title: "w2002", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2003", severity: "error", title: "w2003", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2004", severity: "error", title: "w2004", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2005", severity: "error", title: "w2005", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2006", severity: "error", title: "w2006", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2007", severity: "error", title: "w2007", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2008", severity: "error", title: "w2008", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2009", severity: "error", title: "w2009", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2010", severity: "error", title: "w2010", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2012", severity: "error", title: "w2012", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W2013", severity: "error", title: "w2013", why: "See the message.", avoid: "module a", prefer: "module a" },
];
