import { catalogueOf, type ThreatCatalogue } from "./catalogue.js";

/** The edition after 2025. Most ids changed their meaning, so an id always includes its year. */
export const owaspLlm2026: ThreatCatalogue = catalogueOf(
  {
    profile: "owasp-llm-2026",
    name: "OWASP Top 10 for LLM Applications",
    edition: "2026",
    published: "2026-08-04",
    source: "https://genai.owasp.org/resource/owasp-genai-llm-top-10-2026/",
  },
  `
  LLM01:2026 Prompt Injection
  LLM02:2026 Sensitive Information Disclosure
  LLM03:2026 Excessive Agency
  LLM04:2026 Supply Chain
  LLM05:2026 Data and Model Poisoning
  LLM06:2026 Unbounded Consumption
  LLM07:2026 Misinformation
  LLM08:2026 Hidden Context Exposure
  LLM09:2026 Vector and Embedding Weaknesses
  LLM10:2026 Improper Output Handling
  `,
);
