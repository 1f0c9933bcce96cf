import { catalogueOf, type ThreatCatalogue } from "./catalogue.js";

export const owaspAgentic2026: ThreatCatalogue = catalogueOf(
  {
    profile: "owasp-agentic-2026",
    name: "OWASP Top 10 for Agentic Applications",
    edition: "2026",
    published: "2025-12-09",
    source: "https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/",
  },
  `
  ASI01 Agent Goal Hijack
  ASI02 Tool Misuse and Exploitation
  ASI03 Identity and Privilege Abuse
  ASI04 Agentic Supply Chain Vulnerabilities
  ASI05 Unexpected Code Execution (RCE)
  ASI06 Memory & Context Poisoning
  ASI07 Insecure Inter-Agent Communication
  ASI08 Cascading Failures
  ASI09 Human-Agent Trust Exploitation
  ASI10 Rogue Agents
  `,
);
