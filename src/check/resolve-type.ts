import type { Field, NamedType as NamedTypeExpr, TypeArg, TypeExpr } from "../syntax/ast.js";
import {
  DEFAULT_ELEMENTS_MAX,
  DEFAULT_TEXT_MAX,
  type FieldType,
  type RecordType,
  type Type,
} from "../values/type.js";
import { checkFieldAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { BROKEN, foldValue } from "./fold-value.js";
import { messages } from "./messages.js";

/** Built-in types without parameters. */
export const SIMPLE_TYPES: ReadonlySet<string> = new Set([
  "bool",
  "duration",
  "time",
  "span",
  "email",
  "url",
  "domain",
  "ip",
  "label",
  "json",
]);
/** Built-in types that take a size, a range or a type. */
export const SIZED_TYPES: ReadonlySet<string> = new Set([
  "int",
  "number",
  "text",
  "path",
  "list",
  "set",
  "map",
]);
/** Upper bounds for declared maxima: a request of that size is kept in memory whole. */
const MAX_TEXT = 1_000_000;
const MAX_COLLECTION = 10_000;

/** Resolves written types. Declared types are resolved on demand, so that their order does not matter. */
export class TypeResolver {
  readonly #bundle: Bundle;
  readonly #resolving: string[] = [];

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  /** The type, or `BROKEN` after the mistake is reported. */
  resolve(written: TypeExpr, name?: string): Type {
    switch (written.kind) {
      case "record-type":
        return this.record(written, name);
      case "union-type":
        return this.#union(written);
      case "named-type":
        return this.#named(written);
    }
  }

  record(written: TypeExpr & { readonly kind: "record-type" }, name?: string): RecordType {
    const fields = new Map<string, FieldType>();
    const wires = new Map<string, Field>();
    for (const field of written.fields) {
      const earlier = fields.get(field.name.text);
      const wire = field.wire?.value ?? field.name.text;
      const sameWire = wires.get(wire);
      if (earlier !== undefined || sameWire !== undefined) {
        const first = written.fields.find((candidate) => candidate.name.text === field.name.text) ?? field;
        this.#bundle.problems.add(
          earlier !== undefined
            ? messages.duplicate("field", field.name.text, field.name.span, first.name.span)
            : messages.duplicate(
                "wire name",
                wire,
                field.wire?.span ?? field.name.span,
                (sameWire as Field).span,
              ),
        );
        continue;
      }
      wires.set(wire, field);
      fields.set(field.name.text, this.#field(field));
    }
    return { kind: "record", ...(name === undefined ? {} : { name }), fields: [...fields.values()] };
  }

  /** The type of a declaration. A type that contains itself is reported as a cycle. */
  declared(id: string): Type {
    const known = this.#bundle.types.get(id);
    if (known !== undefined) return known.type;
    const entry = this.#bundle.names.byId("type", id);
    if (entry?.declaration.kind !== "type") return BROKEN;
    this.#resolving.push(id);
    const type = this.resolve(entry.declaration.type, entry.name);
    this.#resolving.pop();
    const { doc, span } = entry.declaration;
    this.#bundle.types.set(id, {
      id,
      name: entry.name,
      span,
      nameSpan: entry.nameSpan,
      ...(doc === undefined ? {} : { doc }),
      type,
    });
    return type;
  }

  #field(field: Field): FieldType {
    const type = this.resolve(field.type);
    const { labels, advisory } = checkFieldAnnotations(this.#bundle, field.annotations);
    const fallback = field.default && foldValue(this.#bundle, field.default, type);
    const wrong = field.default !== undefined && fallback === undefined;
    const resolved: FieldType = {
      name: field.name.text,
      wire: field.wire?.value ?? field.name.text,
      optional: field.optional && field.default === undefined,
      type: wrong ? BROKEN : type,
      ...(fallback === undefined ? {} : { default: fallback }),
      labels,
      advisory,
    };
    this.#bundle.options.onField?.(resolved, field);
    return resolved;
  }

  #union(written: TypeExpr & { readonly kind: "union-type" }): Type {
    const options = new Map<string, TypeExpr["span"]>();
    for (const option of written.options) {
      const first = options.get(option.value);
      if (first === undefined) options.set(option.value, option.span);
      else this.#bundle.problems.add(messages.duplicate("option", option.value, option.span, first));
    }
    return { kind: "union", options: [...options.keys()] };
  }

  #named(written: NamedTypeExpr): Type {
    const name = written.name.text;
    if (SIMPLE_TYPES.has(name)) {
      const [extra] = written.args;
      if (extra !== undefined)
        this.#bundle.problems.add(messages.typeArguments(name, extra.span, `\`${name}\``));
      return { kind: name } as Type;
    }
    if (SIZED_TYPES.has(name)) return this.#sized(written);
    const lookup = this.#bundle.names.find("type", name);
    if (lookup.kind === "unknown") {
      if (name === "") return BROKEN;
      this.#bundle.report({
        kind: "declared",
        text: name,
        span: written.name.span,
        group: "type",
        entries: [],
      });
      const known = [...SIMPLE_TYPES, ...SIZED_TYPES, ...this.#bundle.names.candidates("type")];
      this.#bundle.problems.add(messages.unknownName("type", name, written.name.span, known));
      return BROKEN;
    }
    const entry = this.#bundle.find("type", written.name, "type");
    if (entry === undefined) return BROKEN;
    const [extra] = written.args;
    if (extra !== undefined)
      this.#bundle.problems.add(messages.typeArguments(name, extra.span, `\`${name}\``));
    const circle = this.#resolving.indexOf(entry.id);
    if (circle >= 0) {
      this.#bundle.problems.add(
        messages.cycle("type", written.name.span, [...this.#resolving.slice(circle), entry.id]),
      );
      return BROKEN;
    }
    return this.declared(entry.id);
  }

  #sized(written: NamedTypeExpr): Type {
    const name = written.name.text;
    switch (name) {
      case "int":
      case "number":
        return this.#number(written, name);
      case "text": {
        const size = this.#size(written, written.args, MAX_TEXT, "`text<200>` or `text<1..200>`");
        if (size === undefined) return BROKEN;
        return { kind: "text", ...size, max: size.max ?? DEFAULT_TEXT_MAX };
      }
      case "path":
        return this.#path(written);
      default:
        return this.#collection(written, name as "list" | "set" | "map");
    }
  }

  #number(written: NamedTypeExpr, kind: "int" | "number"): Type {
    const [range, extra] = written.args;
    if (range === undefined) return { kind };
    const wanted = `\`${kind}<0..100>\``;
    if (extra !== undefined || range.kind !== "range") {
      this.#bundle.problems.add(messages.typeArguments(kind, (extra ?? range).span, wanted));
      return BROKEN;
    }
    if (range.from > range.to || (kind === "int" && !range.integer)) {
      this.#bundle.problems.add(messages.typeArguments(kind, range.span, `${wanted}, the smaller one first`));
      return BROKEN;
    }
    return { kind, min: range.from, max: range.to };
  }

  /** A size or a range of sizes; undefined after a mistake is reported. */
  #size(
    written: NamedTypeExpr,
    args: readonly TypeArg[],
    largest: number,
    wanted: string,
  ): { readonly min?: number; readonly max?: number } | undefined {
    const [size, extra] = args;
    if (size === undefined) return {};
    const range =
      size.kind === "size"
        ? { from: 0, to: size.value, integer: size.integer }
        : size.kind === "range"
          ? size
          : undefined;
    const fits = range?.integer && range.from >= 0 && range.to >= range.from && range.to >= 1;
    if (extra !== undefined || range === undefined || !fits) {
      return this.#bundle.problems.add(
        messages.typeArguments(written.name.text, (extra ?? size).span, wanted),
      );
    }
    if (range.to > largest) {
      return this.#bundle.problems.add(
        messages.outOfRange(`the largest size of a ${written.name.text}`, size.span, `at most ${largest}`),
      );
    }
    return size.kind === "size" ? { max: range.to } : { min: range.from, max: range.to };
  }

  #path(written: NamedTypeExpr): Type {
    const [root, extra] = written.args;
    if (root === undefined) return { kind: "path" };
    const text = root.kind === "union-type" && root.options.length === 1 ? root.options[0]?.value : undefined;
    if (extra !== undefined || text === undefined || !text.startsWith("/")) {
      this.#bundle.problems.add(messages.typeArguments("path", (extra ?? root).span, '`path<"/srv/work">`'));
      return BROKEN;
    }
    const folded = foldValue(
      this.#bundle,
      { kind: "string", value: text, span: root.span },
      { kind: "path" },
    );
    return typeof folded === "string" ? { kind: "path", root: folded } : BROKEN;
  }

  #collection(written: NamedTypeExpr, kind: "list" | "set" | "map"): Type {
    const [of, ...size] = written.args;
    const wanted = `\`${kind}<text>\` or \`${kind}<text, 20>\``;
    if (of === undefined || of.kind === "range" || of.kind === "size") {
      this.#bundle.problems.add(messages.typeArguments(kind, (of ?? written).span, wanted));
      return BROKEN;
    }
    const element = this.resolve(of);
    const bounds = this.#size(written, size, MAX_COLLECTION, wanted);
    if (element === BROKEN || bounds === undefined) return BROKEN;
    if (kind === "set" && element.kind === "json") {
      this.#bundle.problems.add(
        messages.typeArguments("set", of.span, "`list<json>`: json cannot be compared"),
      );
      return BROKEN;
    }
    const max = bounds.max ?? DEFAULT_ELEMENTS_MAX;
    return kind === "list" ? { kind, of: element, ...bounds, max } : { kind, of: element, max };
  }
}
