import type { FieldType, RecordType, Type } from "../values/type.js";
import { BROKEN } from "./fold-value.js";
import type { Reach, Tool } from "./program.js";
import { joinFields } from "./relate-types.js";

/** What a name after `args.` means for all tools that a rule targets. */
export type ArgumentLookup =
  | { readonly kind: "found"; readonly field: FieldType }
  | { readonly kind: "missing"; readonly lacking: readonly string[]; readonly having: readonly string[] }
  | {
      readonly kind: "no-common-type";
      readonly first: readonly [string, Type];
      readonly second: readonly [string, Type];
    };

/** The arguments that all targeted tools share. */
export class Arguments {
  readonly tools: readonly Tool[];
  /** Targeted channels. A channel has no arguments that a rule could read. */
  readonly channels: readonly string[];
  /**
   * Whether a target named an unknown tool. A missing argument may belong to that tool, so it is not reported as well.
   */
  readonly partial: boolean;
  readonly #fields = new Map<string, ArgumentLookup>();
  #record: RecordType | undefined;

  constructor(tools: readonly Tool[], channels: readonly string[], partial = false) {
    this.tools = tools;
    this.partial = partial;
    this.channels = channels;
  }

  /** The type of `args` as a whole: a record of the shared fields. */
  get record(): RecordType {
    if (this.#record === undefined) {
      const [first] = this.tools;
      const fields: FieldType[] = [];
      for (const { name } of this.channels.length > 0 ? [] : (first?.args.fields ?? [])) {
        const lookup = this.find(name);
        if (lookup.kind === "found") fields.push(lookup.field);
      }
      this.#record = this.tools.length === 1 && first !== undefined ? first.args : { kind: "record", fields };
    }
    return this.#record;
  }

  find(name: string): ArgumentLookup {
    let lookup = this.#fields.get(name);
    if (lookup === undefined) {
      lookup = this.#find(name);
      this.#fields.set(name, lookup);
    }
    return lookup;
  }

  /** Every argument that any targeted tool has: candidates for "did you mean". */
  names(): Set<string> {
    return new Set(this.tools.flatMap((tool) => tool.args.fields.map((field) => field.name)));
  }

  #find(name: string): ArgumentLookup {
    const lacking: string[] = [...this.channels];
    const having: string[] = [];
    let joined: FieldType | undefined;
    for (const tool of this.tools) {
      const field = tool.args.fields.find((candidate) => candidate.name === name);
      if (field === undefined) {
        lacking.push(tool.name);
        continue;
      }
      having.push(tool.name);
      if (joined === undefined || joined.type === BROKEN || field.type === BROKEN) {
        joined = joined?.type === BROKEN ? joined : field;
        continue;
      }
      const both = joinFields(joined, field);
      if (both === undefined) {
        return {
          kind: "no-common-type",
          first: [having[0] ?? "", joined.type],
          second: [tool.name, field.type],
        };
      }
      joined = both;
    }
    if (joined === undefined || lacking.length > 0) return { kind: "missing", lacking, having };
    return { kind: "found", field: joined };
  }
}

/** Shared arguments, cached by reach: rules that target the same tools share the work. */
export class ArgumentsOf {
  readonly #byReach = new WeakMap<Reach, Arguments>();
  readonly #tools: ReadonlyMap<string, Tool>;

  constructor(tools: ReadonlyMap<string, Tool>) {
    this.#tools = tools;
  }

  reach(reach: Reach, partial: boolean): Arguments {
    let found = partial ? undefined : this.#byReach.get(reach);
    if (found === undefined) {
      const tools = [...reach.tools.keys()].flatMap((id) => this.#tools.get(id) ?? []);
      found = new Arguments(tools, [...reach.channels.keys()], partial);
      if (!partial) this.#byReach.set(reach, found);
    }
    return found;
  }
}
