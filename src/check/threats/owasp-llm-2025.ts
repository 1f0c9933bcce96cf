import { catalogueOf, type ThreatCatalogue } from "./catalogue.js";

export const owaspLlm2025: ThreatCatalogue = catalogueOf(
  {
    profile: "owasp-llm-2025",
    name: "OWASP Top 10 for LLM Applications",
    edition: "2025",
    published: "2024-11-18",
    source: "https://genai.owasp.org/llm-top-10/",
  },
  `
  LLM01:2025 Prompt Injection
  LLM02:2025 Sensitive Information Disclosure
  LLM03:2025 Supply Chain
  LLM04:2025 Data and Model Poisoning
  LLM05:2025 Improper Output Handling
  LLM06:2025 Excessive Agency
  LLM07:2025 System Prompt Leakage
  LLM08:2025 Vector and Embedding Weaknesses
  LLM09:2025 Misinformation
  LLM10:2025 Unbounded Consumption
  `,
);
