/** What `writ bench` is asked for on the command line. */
export interface BenchOptions {
  readonly seconds: number;
  readonly format: "human" | "json";
}
