/** Limits on the size of a bundle: generous for people, small enough that a hostile folder cannot exhaust a service. */
export const BUNDLE_LIMITS = {
  files: 1_000,
  /** Bytes of one policy file or data file. */
  fileBytes: 1_048_576,
  /** Bytes of all files together. */
  totalBytes: 16_777_216,
  /** Levels of folders below the bundle's folder. */
  depth: 8,
  /** Entries visited, of any kind, so that a folder of a million pictures does not take long. */
  entries: 20_000,
  /** Entries of skipped folders that are searched for policies, and levels of folders below each. */
  skippedEntries: 5_000,
  skippedDepth: 16,
  /** Files left out that look like policies; each is read to find out whether it declares anything. */
  leftOut: 50,
  /** Levels of arrays and objects in a data file. */
  jsonDepth: 32,
} as const;
