/** What `writ threats` is asked for on the command line. */
export interface ThreatsOptions {
  readonly format: "table" | "json" | "markdown";
  readonly profile?: readonly string[];
  readonly tests: boolean;
}
