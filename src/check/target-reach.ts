import type { Target } from "../syntax/ast.js";
import type { Inside, Tool } from "./program.js";

/** What one target of a `call` matches. */
export interface TargetReach {
  readonly target: Target;
  /** Written `any` or with a `*`: it may match more tools as the catalogue grows. */
  readonly open: boolean;
  /** It names something unknown, which is already reported. */
  readonly broken: boolean;
  readonly tools: readonly Tool[];
  /** The tools a wildcard of an allow or exception leaves out, because no one has reviewed them. */
  readonly unreviewed: readonly Tool[];
  readonly channels: readonly string[];
  readonly inside: Inside;
}
