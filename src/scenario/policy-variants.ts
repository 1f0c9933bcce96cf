/** One policy, compiled once, and once more for each set of data with which tests replace its own. */
import type { Program } from "../check/program.js";
import type { CompiledBundle } from "../compile/compile.js";
import type { Value as Written } from "../syntax/ast.js";
import { canonicalJson } from "../values/canonical.js";
import { normaliseMerging } from "../values/normalise.js";
import type { JsonValue, Type, Value } from "../values/type.js";
import { wireJson } from "./wire-json.js";

/** Data that replace those of the bundle, by id, as JSON. */
export type DataInPlace = ReadonlyMap<string, JsonValue>;

/** One policy with different data, compiled once for each set. */
export class PolicyVariants {
  readonly program: Program;
  readonly #compile: (program: Program) => CompiledBundle;
  readonly #compiled = new Map<string, CompiledBundle>();

  constructor(program: Program, compile: (program: Program) => CompiledBundle) {
    this.program = program;
    this.#compile = compile;
  }

  /** Returns the policy with its own data. */
  get plain(): CompiledBundle {
    return this.with(new Map());
  }

  /** Returns the policy with some of its data replaced; equal data return the same compiled policy. */
  with(data: DataInPlace): CompiledBundle {
    const key = [...data]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, json]) => `${id} ${canonicalJson(json)}`)
      .join("\n");
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      compiled = this.#compile(data.size === 0 ? this.program : this.#replaced(data));
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }

  /** Returns a value written in `given data` as JSON for `with`. */
  dataJson(id: string, written: Written): JsonValue {
    return wireJson(written, this.program.data.get(id)?.type, this.program.resolve);
  }

  #replaced(replaced: DataInPlace): Program {
    const data = new Map(this.program.data);
    for (const [id, json] of replaced) {
      const declared = data.get(id);
      if (declared !== undefined) data.set(id, { ...declared, value: dataValue(declared.type, json) });
    }
    return { ...this.program, data };
  }
}

/** The checker has already accepted the value, so it fits its type. */
function dataValue(type: Type, json: JsonValue): Value {
  const normalised = normaliseMerging(type, json);
  if (!normalised.ok) throw new TypeError(`data does not fit its type: ${normalised.problems[0]?.message}`);
  return normalised.value;
}
