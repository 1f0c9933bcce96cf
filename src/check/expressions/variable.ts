import type { Span } from "../../source/source.js";
import type { Type } from "../../values/type.js";

/** A variable of a quantifier or a define. `name` is unique within the rule, even if the author used it twice. */
export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly span: Span;
}
