/** Options of `writ posture`. */
export interface PostureOptions {
  readonly format: "table" | "json" | "markdown" | "html";
  readonly conditions?: boolean;
  readonly roles?: boolean;
  readonly agent?: string;
  readonly tier?: number;
  readonly diff?: string;
  readonly failIfLooser?: boolean;
}
