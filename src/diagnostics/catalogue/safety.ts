import type { CatalogueEntry } from "./entry.js";

/** W4xxx: policies that are well formed and unsafe. A code is never used again for something else. */
export const safetyCodes: readonly CatalogueEntry[] = [
  { code: "W4001", severity: "error", title: "w4001", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4002", severity: "error", title: "w4002", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4003", severity: "error", title: "w4003", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4004", severity: "error", title: "w4004", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4005", severity: "error", title: "w4005", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4006", severity: "error", title: "w4006", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4007", severity: "error", title: "w4007", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4008", severity: "error", title: "w4008", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4009", severity: "error", title: "w4009", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4010", severity: "error", title: "w4010", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4011", severity: "error", title: "w4011", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4012", severity: "error", title: "w4012", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4013", severity: "error", title: "w4013", why: "See the message.", avoid: "module a", prefer: "module a" },
  { code: "W4014", severity: "error", title: "w4014", why: "See the message.", avoid: "module a", prefer: "module a" },
];
