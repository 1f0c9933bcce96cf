/** Options of `writ threats`. */
export interface ThreatsOptions {
  readonly format: "table" | "json" | "markdown";
  readonly profile?: readonly string[];
  readonly tests: boolean;
}
