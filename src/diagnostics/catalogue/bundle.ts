import type { CatalogueEntry } from "./entry.js";

/**
 * W7xxx: what is wrong with a bundle's files, before any of them is read as a policy.
 *
 * `avoid` and `prefer` show folders, not policies: no text alone can be empty, unreadable or elsewhere.
 */
export const bundleCodes: readonly CatalogueEntry[] = [
  {
    code: "W7001",
    severity: "error",
    title: "no policy in the folder",
    why: "A bundle without a policy would deny everything, which is more likely a wrong path than a wish.",
    avoid: "policies/\n  notes.md",
    prefer: "policies/\n  notes.md\n  tools.writ",
  },
  {
    code: "W7002",
    severity: "error",
    title: "unreadable file",
    why: "A file that cannot be read might have held a `deny`, so the bundle does not load without it.",
    avoid: "policies/\n  tools.writ\n  freezes.writ   (mode 000)",
    prefer: "policies/\n  tools.writ\n  freezes.writ   (mode 644)",
  },
  {
    code: "W7003",
    severity: "error",
    title: "link that leads out of the bundle",
    why: "Whoever reviews a bundle reviews its folder; what a link brings in from elsewhere can change behind them.",
    avoid: "policies/\n  tools.writ -> /tmp/tools.writ",
    prefer: "policies/\n  tools.writ",
  },
  {
    code: "W7004",
    severity: "error",
    title: "bundle too large",
    why: "Files, their number, their size and their depth are bounded, so that loading a folder always ends.",
    avoid: "policies/\n  everything.writ   (40 MB)",
    prefer: "policies/\n  tools.writ   (12 kB)\n  refunds.writ   (3 kB)",
  },
  {
    code: "W7005",
    severity: "error",
    title: "file that is not UTF-8",
    why: "Bytes that are no text could read as one thing to a reviewer's editor and as another to Writ.",
    avoid: "policies/\n  tools.writ   (UTF-16)",
    prefer: "policies/\n  tools.writ   (UTF-8)",
  },
  {
    code: "W7006",
    severity: "error",
    title: "policy file that is not read",
    why: "A reviewer takes `deny.WRIT`, `.deny.writ` or a policy in a hidden folder for a part of the bundle. A `deny` in it would have no effect, so the bundle does not load beside it.",
    avoid: "policies/\n  tools.writ\n  .freezes.writ\n  refunds.WRIT",
    prefer: "policies/\n  tools.writ\n  freezes.writ\n  refunds.writ",
  },
  {
    code: "W7007",
    severity: "warning",
    title: "place where policies are not read",
    why: "Hidden folders and `node_modules` are skipped. Policies in there have no effect; name the folder that holds the policies themselves.",
    avoid: "project/\n  node_modules/acme-policies/refunds.writ\n  policies/tools.writ",
    prefer: "project/policies/\n  tools.writ\n  refunds.writ",
  },
];
