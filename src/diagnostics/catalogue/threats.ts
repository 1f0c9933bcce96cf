import type { CatalogueEntry } from "./entry.js";
import { LOOKUP } from "./samples.js";

/** W8xxx: a bundle checked against threat catalogues; reported only if a profile is chosen. */
export const threatCodes: readonly CatalogueEntry[] = [
  {
    code: "W8001",
    severity: "warning",
    title: "threat of the chosen profile that no rule names",
    why: "Reported with `--profile`. If no rule names a threat, a reviewer cannot see that it was considered.",
    avoid: `${LOOKUP}
deny odd { call crm.lookup  when args.customer == "" }`,
    prefer: `${LOOKUP}
@threat("ASI01", "ASI02", "ASI03", "ASI04", "ASI05", "ASI06", "ASI07", "ASI08", "ASI09", "ASI10")
deny odd { call crm.lookup  when args.customer == "" }`,
  },
];
