/** What conditions take from the tool that is called: of two tools that give the same, every answer is the same. */
import type { FieldType } from "../../values/type.js";
import { partsOf } from "../expressions/parts.js";
import type { Expr, Program, Tool } from "../program.js";
import { termKey, valueKey } from "./term-key.js";

/** Names of arguments, or the tool itself. */
type Taken = ReadonlySet<string> | "tool";

/** Tells conditions apart as they are asked of a tool. */
export class ToolFacts {
  readonly #program: Program;
  /** By the key of the condition. */
  readonly #taken = new Map<string, Taken>();
  readonly #texts = new WeakMap<FieldType, string>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** A text that is the same for conditions that come out alike, each asked of its tool. */
  keyOf(expr: Expr, tool: Tool): string {
    const condition = termKey(expr);
    let taken = this.#taken.get(condition);
    if (taken === undefined) {
      taken = this.#takenBy(expr);
      this.#taken.set(condition, taken);
    }
    if (taken === "tool") return `${tool.id} ${condition}`;
    let key = condition;
    for (const name of taken) {
      const field = tool.args.fields.find((each) => each.name === name);
      key += field === undefined ? "\n" : `\n${this.#textOf(field)}`;
    }
    return key;
  }

  #textOf(field: FieldType): string {
    let text = this.#texts.get(field);
    if (text === undefined) {
      text = valueKey([field.optional, field.type]);
      this.#texts.set(field, text);
    }
    return text;
  }

  #takenBy(expr: Expr): Taken {
    const names = new Set<string>();
    const defines = new Set<string>();
    const takesTool = (each: Expr): boolean => {
      if (each.kind === "root") return each.root === "tool" || each.root === "args";
      if (each.kind === "field" && each.of.kind === "root" && each.of.root === "args") {
        names.add(each.name);
        return false;
      }
      if (each.kind === "define" && !defines.has(each.define)) {
        defines.add(each.define);
        const body = this.#program.defines.get(each.define)?.body;
        if (body !== undefined && takesTool(body)) return true;
      }
      return partsOf(each).some(takesTool);
    };
    return takesTool(expr) ? "tool" : names;
  }
}
