/** What conditions take from the tool that is called: of two tools that give the same, every answer is the same. */
import type { FieldType } from "../../values/type.js";
import { somePart } from "../expressions/parts.js";
import type { Expr, Program, Tool } from "../program.js";
import { termKey, valueKey } from "./term-key.js";

/** A condition, whichever rules have it. */
interface Condition {
  /** The arguments that it reads, by name; `"tool"` where it reads more of the tool. */
  readonly takes: readonly string[] | "tool";
  /** A number for each tool, or for what the tool gives. */
  readonly numbers: Map<string, number>;
}

/** Tells conditions apart as they are asked of a tool. */
export class ToolFacts {
  readonly #program: Program;
  readonly #conditions = new Map<string, Condition>();
  readonly #together = new Map<string, number>();
  readonly #types = new Map<string, number>();
  readonly #fields = new Map<FieldType, number>();
  #last = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** A number that is the same for conditions that come out alike, each asked of its tool. */
  numberOf(expr: Expr, tool: Tool): number {
    const key = termKey(expr);
    let condition = this.#conditions.get(key);
    if (condition === undefined) {
      condition = { takes: this.#takenBy(expr), numbers: new Map() };
      this.#conditions.set(key, condition);
    }
    const given = condition.takes === "tool" ? tool.id : this.#given(condition.takes, tool);
    let number = condition.numbers.get(given);
    if (number === undefined) {
      number = ++this.#last;
      condition.numbers.set(given, number);
    }
    return number;
  }

  /** The same for all of several conditions at once, by their numbers. */
  numberOfAll(numbers: readonly number[]): number {
    const [only] = numbers;
    if (only !== undefined && numbers.length === 1) return only;
    const key = numbers.join();
    let number = this.#together.get(key);
    if (number === undefined) {
      number = ++this.#last;
      this.#together.set(key, number);
    }
    return number;
  }

  /** The same for tools of which these arguments have the same types. */
  #given(names: readonly string[], tool: Tool): string {
    let given = "";
    for (let i = 0; i < names.length; i++) {
      const field = tool.args.fields.find((each) => each.name === names[i]);
      given += field === undefined ? "," : `${this.#fieldNumber(field)},`;
    }
    return given;
  }

  #fieldNumber(field: FieldType): number {
    let number = this.#fields.get(field);
    if (number === undefined) {
      const text = valueKey([field.optional, field.type]);
      number = this.#types.get(text) ?? this.#types.size;
      this.#types.set(text, number);
      this.#fields.set(field, number);
    }
    return number;
  }

  #takenBy(expr: Expr): Condition["takes"] {
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
      return somePart(each, takesTool);
    };
    return takesTool(expr) ? "tool" : [...names];
  }
}
