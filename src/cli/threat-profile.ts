import type { ThreatCatalogue } from "../check/threats/catalogue.js";
import { THREAT_CATALOGUES } from "../check/threats/known-threats.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { CommandFailure, EXIT } from "./exit-code.js";

/** Returns the catalogue that `--profile` names; throws CommandFailure with a suggestion for an unknown name. */
export function requireCatalogue(profile: string): ThreatCatalogue {
  const found = THREAT_CATALOGUES.find((catalogue) => catalogue.profile === profile);
  if (found !== undefined) return found;
  const known = THREAT_CATALOGUES.map((catalogue) => catalogue.profile);
  const near = suggest(profile, known);
  const help = near === undefined ? `choose from ${known.join(", ")}` : `did you mean \`${near}\`?`;
  throw new CommandFailure(`there is no profile \`${profile}\``, EXIT.usage, help);
}
