import type { CatalogueEntry } from "./entry.js";

/**
 * W7xxx: mistakes in the files of a bundle, found before any is parsed as a policy.
 *
 * `avoid` and `prefer` show folders, not policies: a single text cannot be empty, unreadable or in the wrong folder.
 */
export const bundleCodes: readonly CatalogueEntry[] = [
  {
    code: "W7001",
    severity: "error",
    title: "no policy in the folder",
    why: "A bundle without a policy would deny everything, which is more likely a wrong path than intended.",
    avoid: "policies/\n  notes.md",
    prefer: "policies/\n  notes.md\n  tools.writ",
  },
  {
    code: "W7002",
    severity: "error",
    title: "unreadable file",
    why: "A file that cannot be read might contain a `deny`, so the bundle does not load without it.",
    avoid: "policies/\n  tools.writ\n  freezes.writ   (mode 000)",
    prefer: "policies/\n  tools.writ\n  freezes.writ   (mode 644)",
  },
  {
    code: "W7003",
    severity: "error",
    title: "link that leads out of the bundle",
    why: "A review of a bundle covers its folder; a file that is linked from elsewhere can change unnoticed.",
    avoid: "policies/\n  tools.writ -> /tmp/tools.writ",
    prefer: "policies/\n  tools.writ",
  },
  {
    code: "W7004",
    severity: "error",
    title: "bundle too large",
    why: "The number, size and depth of files are limited, so that loading a folder always ends.",
    avoid: "policies/\n  everything.writ   (40 MB)",
    prefer: "policies/\n  tools.writ   (12 kB)\n  refunds.writ   (3 kB)",
  },
  {
    code: "W7005",
    severity: "error",
    title: "file that is not UTF-8",
    why: "Bytes that are not valid text could look different in a reviewer's editor and in Writ.",
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
    title: "folder whose policies are not read",
    why: "Hidden folders and `node_modules` are skipped. Policies in them have no effect; name the folder that contains the policies.",
    avoid: "project/\n  node_modules/acme-policies/refunds.writ\n  policies/tools.writ",
    prefer: "project/policies/\n  tools.writ\n  refunds.writ",
  },
];
