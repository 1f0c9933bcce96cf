import type { Span } from "../../source/source.js";
import type { Type } from "../../values/type.js";

/** A variable of a quantifier or a define: `name` is unique within the rule, whatever the author called it. */
export interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly span: Span;
}
