import type { Span } from "../source/source.js";
import type { Declaration, Name } from "../syntax/ast.js";
import type { NameSpace } from "./program.js";

/**
 * A declared name and its declaration. `id` has the module before the name; the name of a tool may itself contain dots.
 */
export interface Entry {
  readonly space: NameSpace;
  readonly id: string;
  readonly name: string;
  readonly nameSpan: Span;
  readonly declaration: Declaration;
}

/** The result of looking up a name. */
export type Lookup =
  | { readonly kind: "found"; readonly entry: Entry }
  | { readonly kind: "ambiguous"; readonly entries: readonly Entry[] }
  | { readonly kind: "unknown" };

const UNKNOWN: Lookup = { kind: "unknown" };
const NO_ENTRIES: readonly Entry[] = [];

/** The names of one space, by id and by bare name. */
class NameTable {
  readonly #byId = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry[]>();

  add(entry: Entry): void {
    this.#byId.set(entry.id, entry);
    const same = this.#byName.get(entry.name);
    if (same === undefined) this.#byName.set(entry.name, [entry]);
    else same.push(entry);
  }

  byId(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  find(text: string): Lookup {
    const named = this.#byName.get(text) ?? NO_ENTRIES;
    const qualified = this.#byId.get(text);
    const all = qualified === undefined || named.includes(qualified) ? named : [...named, qualified];
    const entry = all[0];
    if (entry === undefined) return UNKNOWN;
    return all.length === 1 ? { kind: "found", entry } : { kind: "ambiguous", entries: all };
  }

  entries(): Iterable<Entry> {
    return this.#byId.values();
  }

  /** Every name an author could have meant: bare names, then ids. */
  *candidates(): Iterable<string> {
    yield* this.#byName.keys();
    yield* this.#byId.keys();
  }
}

/**
 * Groups of spaces whose names must differ, because one clause or expression could mean either. A space that is not
 * listed shares its names with no other.
 */
export type NameGroup = "rules" | "values" | NameSpace;
const groupOf: { readonly [space in NameSpace]?: NameGroup } = {
  rule: "rules",
  limit: "rules",
  exception: "rules",
  data: "values",
  define: "values",
  label: "values",
};

/** Every name that a bundle declares. A name is found bare if only one module declares it, or in full. */
export class Names {
  readonly #tables = new Map<NameGroup, NameTable>();

  /** Adds a name. If its id is already taken in a space that shares names with this one, returns that entry instead. */
  declare(entry: Entry): Entry | undefined {
    const group = groupOf[entry.space] ?? entry.space;
    const earlier = this.#table(group).byId(entry.id);
    if (earlier !== undefined) return earlier;
    this.#table(group).add(entry);
    if (group !== entry.space) this.#table(entry.space).add(entry);
    return undefined;
  }

  find(group: NameGroup, text: string): Lookup {
    return this.#table(group).find(text);
  }

  /** The id of a name, if it has exactly one meaning. */
  resolve(space: NameSpace, text: string): string | undefined {
    const lookup = this.find(space, text);
    return lookup.kind === "found" ? lookup.entry.id : undefined;
  }

  byId(group: NameGroup, id: string): Entry | undefined {
    return this.#table(group).byId(id);
  }

  entries(group: NameGroup): Iterable<Entry> {
    return this.#table(group).entries();
  }

  candidates(group: NameGroup): Iterable<string> {
    return this.#table(group).candidates();
  }

  #table(group: NameGroup): NameTable {
    let table = this.#tables.get(group);
    if (table === undefined) {
      table = new NameTable();
      this.#tables.set(group, table);
    }
    return table;
  }
}

/**
 * The span of some segments of a dotted name, from the first to before the last; the whole name if it contains blanks.
 */
export function segmentSpan(name: Name, from: number, to: number): Span {
  if (name.span.end - name.span.start !== name.text.length) return name.span;
  const start = name.span.start + (from === 0 ? 0 : segmentEnd(name.text, from) + 1);
  return { file: name.span.file, start, end: name.span.start + segmentEnd(name.text, to) };
}

/** The offset at which this many segments of a dotted name end. */
export function segmentEnd(text: string, segments: number): number {
  let end = -1;
  for (let i = 0; i < segments; i++) {
    end = text.indexOf(".", end + 1);
    if (end === -1) return text.length;
  }
  return end;
}
