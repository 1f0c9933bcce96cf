/** JSON to values of the language: strict, in one pass, with every problem listed. Nothing is ever coerced. */
import { compileKey } from "./equal.js";
import { INVALID, kindOf, PROBLEMS_MAX, type Problem, prefix, report, reportAt } from "./problem.js";
import { compileScalar } from "./scalar.js";
import { DEFAULT_TEXT_MAX, type RecordType, type Type, type Value } from "./type.js";
import { isWellFormed } from "./well-formed.js";

export type { Problem } from "./problem.js";

export type Normalised =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a value or reports what is wrong with it; pointers are relative to the value. */
type Reader = (json: unknown, problems: Problem[]) => Value | typeof INVALID;

interface ReadOptions {
  /** An element that a set holds already is left out, not refused. */
  readonly mergeRepeats: boolean;
}

const STRICT: ReadOptions = { mergeRepeats: false };

const compiled = new WeakMap<Type, (json: unknown) => Normalised>();
const compiledMerging = new WeakMap<Type, (json: unknown) => Normalised>();

/**
 * Parsed JSON as a value of the type: defaults filled in, texts in the normal form of their type. `null` is no absent
 * field but a value of the wrong type, and an element that a set holds twice is a problem: the tool would get it twice.
 * At most fifty problems are listed.
 */
export function normalise(type: Type, json: unknown): Normalised {
  let normaliser = compiled.get(type);
  if (normaliser === undefined) {
    normaliser = compileNormaliser(type);
    compiled.set(type, normaliser);
  }
  return normaliser(json);
}

/** The same for what no tool gets, such as a data file of a bundle: a set keeps the first of equal elements. */
export function normaliseMerging(type: Type, json: unknown): Normalised {
  let normaliser = compiledMerging.get(type);
  if (normaliser === undefined) {
    normaliser = normaliserOf(compileReader(type, { mergeRepeats: true }));
    compiledMerging.set(type, normaliser);
  }
  return normaliser(json);
}

/** `normalise` for one type, prepared once: for every request of a tool. */
export function compileNormaliser(type: Type): (json: unknown) => Normalised {
  return normaliserOf(compileReader(type, STRICT));
}

/** The same for a record among whose members may be others, which are passed over. */
export function compileOpenNormaliser(type: RecordType): (json: unknown) => Normalised {
  return normaliserOf(recordReader(type, STRICT, true));
}

function normaliserOf(read: Reader): (json: unknown) => Normalised {
  return (json) => {
    const problems: Problem[] = [];
    const value = read(json, problems);
    return value === INVALID ? { ok: false, problems } : { ok: true, value };
  };
}

function compileReader(type: Type, options: ReadOptions): Reader {
  switch (type.kind) {
    case "list":
      return listReader(type, options);
    case "set":
      return setReader(type, options);
    case "map":
      return mapReader(type, options);
    case "record":
      return recordReader(type, options);
    default:
      return compileScalar(type);
  }
}

function listReader(
  type: { readonly of: Type; readonly min?: number; readonly max: number },
  options: ReadOptions,
): Reader {
  const element = compileReader(type.of, options);
  const { min = 0, max } = type;
  return (json, problems) => {
    if (!Array.isArray(json)) return report(problems, `expected a list, got ${kindOf(json)}`);
    if (json.length > max) return report(problems, `expected at most ${max} elements, got ${json.length}`);
    if (json.length < min) return report(problems, `expected at least ${min} elements, got ${json.length}`);
    const before = problems.length;
    const values: Value[] = [];
    for (let i = 0; i < json.length && problems.length < PROBLEMS_MAX; i++) {
      const from = problems.length;
      const value = element(json[i], problems);
      if (value === INVALID) prefix(problems, from, i);
      else values.push(value);
    }
    return problems.length === before ? values : INVALID;
  };
}

/** Two elements that differ in nothing that a condition reads, so in `@advisory` fields alone, are one. */
function setReader(type: { readonly of: Type; readonly max: number }, options: ReadOptions): Reader {
  const list = listReader(type, options);
  const key = compileKey(type.of);
  return (json, problems) => {
    const values = list(json, problems);
    if (values === INVALID) return INVALID;
    const before = problems.length;
    const seen = new Map<string | number | boolean, Value>();
    for (const [index, value] of (values as readonly Value[]).entries()) {
      const at = key(value);
      if (!seen.has(at)) seen.set(at, value);
      else if (!options.mergeRepeats) reportAt(problems, index, "the set holds this element already");
    }
    return problems.length === before ? [...seen.values()] : INVALID;
  };
}

function mapReader(type: { readonly of: Type; readonly max: number }, options: ReadOptions): Reader {
  const element = compileReader(type.of, options);
  return (json, problems) => {
    if (!isPlainObject(json)) return report(problems, `expected an object, got ${kindOf(json)}`);
    const keys = Object.keys(json);
    if (keys.length > type.max) {
      return report(problems, `expected at most ${type.max} members, got ${keys.length}`);
    }
    const before = problems.length;
    const values = new Map<string, Value>();
    for (const key of keys) {
      if (problems.length >= PROBLEMS_MAX) break;
      if (key.length > DEFAULT_TEXT_MAX || !isWellFormed(key)) {
        reportAt(problems, key, "this name is too long or no Unicode text");
        continue;
      }
      const from = problems.length;
      const value = element(json[key], problems);
      if (value === INVALID) prefix(problems, from, key);
      else values.set(key, value);
    }
    return problems.length === before ? values : INVALID;
  };
}

/** Names on the wire are looked up among an object's own, so `constructor` is as unknown as any other stranger. */
function recordReader(type: RecordType, options: ReadOptions, isOpen = false): Reader {
  const fields = type.fields.map(({ name, wire, optional, type: of, default: instead }) => ({
    name,
    wire,
    optional,
    default: instead,
    read: compileReader(of, options),
  }));
  const wires = new Set(type.fields.map((field) => field.wire));
  const create = recordMaker();
  return (json, problems) => {
    if (!isPlainObject(json)) return report(problems, `expected an object, got ${kindOf(json)}`);
    const before = problems.length;
    const record = create();
    let found = 0;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      if (!Object.hasOwn(json, field.wire)) {
        if (field.default !== undefined) record[field.name] = field.default;
        else if (!field.optional) reportAt(problems, field.wire, "this field is missing");
        continue;
      }
      found++;
      const from = problems.length;
      const value = field.read(json[field.wire], problems);
      if (value === INVALID) prefix(problems, from, field.wire);
      else record[field.name] = value;
    }
    if (isOpen) return problems.length === before ? record : INVALID;
    const keys = Object.keys(json);
    if (keys.length !== found) reportUnknown(keys, wires, problems);
    return problems.length === before ? record : INVALID;
  };
}

function reportUnknown(keys: readonly string[], wires: ReadonlySet<string>, problems: Problem[]): void {
  for (const key of keys) {
    if (problems.length >= PROBLEMS_MAX) return;
    if (!wires.has(key)) reportAt(problems, key, "there is no such field");
  }
}

/**
 * Makes objects that inherit nothing. Made by a function of their own, those of one type share a layout, which an object
 * without any prototype would not, and reading their fields stays cheap.
 */
function recordMaker(): () => Record<string, Value> {
  function WritRecord(this: object): void {}
  WritRecord.prototype = Object.freeze(Object.create(null));
  const Made = WritRecord as unknown as new () => Record<string, Value>;
  return () => new Made();
}

function isPlainObject(json: unknown): json is Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const prototype = Object.getPrototypeOf(json);
  return prototype === Object.prototype || prototype === null;
}
