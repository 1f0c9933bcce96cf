import type { Threat, ThreatCatalogue } from "./catalogue.js";
import { mitreAtlas } from "./mitre-atlas.js";
import { owaspAgentic2026 } from "./owasp-agentic-2026.js";
import { owaspLlm2025 } from "./owasp-llm-2025.js";
import { owaspLlm2026 } from "./owasp-llm-2026.js";

/** Every catalogue whose ids `@threat` accepts, in the order of reports. */
export const THREAT_CATALOGUES: readonly ThreatCatalogue[] = [
  owaspLlm2025,
  owaspAgentic2026,
  mitreAtlas,
  owaspLlm2026,
];

const byId: ReadonlyMap<string, Threat> = new Map(
  THREAT_CATALOGUES.flatMap(({ threats }) => threats.map((threat) => [threat.id, threat] as const)),
);

/** The threat that `@threat` names by this id; case matters. */
export function findThreat(id: string): Threat | undefined {
  return byId.get(id);
}

export function threatIds(): Iterable<string> {
  return byId.keys();
}

/** The successor of an id that a later edition dropped. */
export function successorOf(id: string): string | undefined {
  for (const { retired } of THREAT_CATALOGUES) {
    const successor = retired.get(id);
    if (successor !== undefined) return successor;
  }
  return undefined;
}
