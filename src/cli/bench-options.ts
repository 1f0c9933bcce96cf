/** Options of `writ bench`. */
export interface BenchOptions {
  readonly seconds: number;
  readonly format: "human" | "json";
}
