import type { Target } from "../syntax/ast.js";
import type { Inside, Tool } from "./program.js";

/** What one target of a `call` reaches. */
export interface TargetReach {
  readonly target: Target;
  /** By `any` or with a `*`: more tools may come under it as the catalogue grows. */
  readonly open: boolean;
  /** It names something that is not there; reported already. */
  readonly broken: boolean;
  readonly tools: readonly Tool[];
  /** What a wildcard of an allow or exception leaves out: tools that nobody has reviewed. */
  readonly unreviewed: readonly Tool[];
  readonly channels: readonly string[];
  readonly inside: Inside;
}
