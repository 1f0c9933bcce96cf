import type { FieldType, RecordType, Type } from "../values/type.js";

const numeric = (type: Type) => type.kind === "int" || type.kind === "number";
const textual = (type: Type) => type.kind === "text" || type.kind === "union";

/** Whether `==` between the two types is meaningful: one kind of value, numbers with numbers, texts with unions. */
export function areComparable(left: Type, right: Type): boolean {
  if (left.kind === "json" || right.kind === "json") return false;
  if (numeric(left) && numeric(right)) return true;
  if (textual(left) && textual(right)) return true;
  if (left.kind !== right.kind) return false;
  if ((left.kind === "list" || left.kind === "set" || left.kind === "map") && left.kind === right.kind) {
    return areComparable(left.of, right.of);
  }
  if (left.kind === "record" && right.kind === "record") {
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field) => {
        const other = right.fields.find((candidate) => candidate.name === field.name);
        return other !== undefined && areComparable(field.type, other.type);
      })
    );
  }
  return true;
}

/**
 * The type that contains every value of both, or undefined: unions join, bounds widen, records keep the fields they
 * share.
 */
export function joinTypes(left: Type, right: Type): Type | undefined {
  if (left === right) return left;
  if (numeric(left) && numeric(right)) return joinNumbers(left, right);
  if (left.kind === "union" && right.kind === "union") {
    return { kind: "union", options: [...new Set([...left.options, ...right.options])] };
  }
  if (textual(left) && textual(right)) return { kind: "text", max: Math.max(longest(left), longest(right)) };
  if (left.kind === "path" && right.kind === "path") {
    return left.root !== undefined && left.root === right.root ? left : { kind: "path" };
  }
  if (
    (left.kind === "list" || left.kind === "set" || left.kind === "map") &&
    right.kind === left.kind &&
    "of" in right
  ) {
    const of = joinTypes(left.of, right.of);
    return of && { kind: left.kind, of, max: Math.max(left.max, right.max) };
  }
  if (left.kind === "record" && right.kind === "record") return joinRecords(left, right);
  return left.kind === right.kind ? left : undefined;
}

function joinNumbers(left: Type, right: Type): Type {
  const [a, b] = [left, right] as { min?: number; max?: number }[];
  return {
    kind: left.kind === "int" && right.kind === "int" ? "int" : "number",
    ...(a?.min !== undefined && b?.min !== undefined ? { min: Math.min(a.min, b.min) } : {}),
    ...(a?.max !== undefined && b?.max !== undefined ? { max: Math.max(a.max, b.max) } : {}),
  };
}

function joinRecords(left: RecordType, right: RecordType): RecordType {
  const fields: FieldType[] = [];
  for (const field of left.fields) {
    const other = right.fields.find((candidate) => candidate.name === field.name);
    const joined = other && joinFields(field, other);
    if (joined !== undefined) fields.push(joined);
  }
  return { kind: "record", fields };
}

/** A field that two records share: optional, advisory and labelled if either is. A default is dropped. */
export function joinFields(left: FieldType, right: FieldType): FieldType | undefined {
  const type = joinTypes(left.type, right.type);
  if (type === undefined) return undefined;
  return {
    name: left.name,
    wire: left.wire,
    optional: left.optional || right.optional,
    type,
    labels: [...new Set([...left.labels, ...right.labels])],
    advisory: left.advisory || right.advisory,
  };
}

/** The number of code points of the longest value of a text or union. */
export function longest(type: Type): number {
  if (type.kind === "text") return type.max;
  if (type.kind === "union") return Math.max(...type.options.map((option) => [...option].length));
  return 0;
}

/**
 * Whether a value of one type may be passed to a parameter of another. Sizes of lists, sets and maps count, because the
 * worst case of a define is computed from its parameters; lengths of texts and bounds of numbers do not.
 */
export function isAssignable(from: Type, to: Type): boolean {
  if (to.kind === "number") return numeric(from);
  if (to.kind === "text") return textual(from);
  if (from.kind === "union" && to.kind === "union") {
    return from.options.every((option) => to.options.includes(option));
  }
  if (to.kind === "path" && from.kind === "path") return to.root === undefined || to.root === from.root;
  if ((to.kind === "list" || to.kind === "set" || to.kind === "map") && from.kind === to.kind) {
    return from.max <= to.max && isAssignable(from.of, to.of);
  }
  if (from.kind === "record" && to.kind === "record") {
    return to.fields.every((field) => {
      const given = from.fields.find((candidate) => candidate.name === field.name);
      if (given === undefined) return field.optional;
      return (field.optional || !given.optional) && isAssignable(given.type, field.type);
    });
  }
  return from.kind === to.kind;
}

/** Whether a value of the type contains an `@advisory` field at any depth. */
export function holdsAdvisory(type: Type): boolean {
  if (type.kind === "record") {
    return type.fields.some((field) => field.advisory || holdsAdvisory(field.type));
  }
  return "of" in type && holdsAdvisory(type.of);
}
