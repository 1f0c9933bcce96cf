/** How large a bundle may be. Generous for people, small enough that a hostile folder cannot exhaust a service. */
export const BUNDLE_LIMITS = {
  files: 1_000,
  /** Bytes of one policy file or data file. */
  fileBytes: 1_048_576,
  /** Bytes of all of them together. */
  totalBytes: 16_777_216,
  /** Folders below the bundle's own. */
  depth: 8,
  /** Entries looked at, whatever they are, so that a folder of a million pictures ends soon. */
  entries: 20_000,
  /** Entries of skipped folders that are looked at for policies, and folders below each of them. */
  skippedEntries: 5_000,
  skippedDepth: 16,
  /** Files that look like policies and are left out, each read to tell whether it declares anything. */
  leftOut: 50,
  /** Levels of arrays and objects in a data file. */
  jsonDepth: 32,
} as const;
