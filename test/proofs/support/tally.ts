/** Verdicts counted by kind, for figures that people read. */
import type { Answer } from "./replica.js";

/** What was answered and by which rules. */
export function why({ status, json }: Answer): string {
  const rules = (json?.reasons as { rule: string }[] | undefined)?.map(({ rule }) => rule) ?? [];
  const from = status === 200 ? "" : `${status} `;
  return `${from}${json?.decision ?? json?.type} ${rules.join("+")}`.trim();
}

export function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word}: ${count}`).join(", ") || "none";
}

/** The value below which so many of a hundred lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
