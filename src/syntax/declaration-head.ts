import type { Annotation, Declaration } from "./ast.js";

/** What every declaration has: its span from the first annotation on, its annotations and its `///` text. */
export interface DeclarationHead {
  readonly span: Declaration["span"];
  readonly annotations: readonly Annotation[];
  readonly doc: string | undefined;
}
