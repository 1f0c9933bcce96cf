/** Turns JSON into values of the language, strictly and in one pass, and lists every problem. Nothing is coerced. */
import { compileKey } from "./equal.js";
import { INVALID, kindOf, MAX_PROBLEMS, type Problem, prefix, report, reportAt } from "./problem.js";
import { compileScalar } from "./scalar.js";
import { DEFAULT_TEXT_MAX, type RecordType, type Type, type Value } from "./type.js";
import { isWellFormed } from "./well-formed.js";

export type { Problem } from "./problem.js";

export type Normalised =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a value or adds problems; pointers are relative to the value. */
type Reader = (json: unknown, problems: Problem[]) => Value | typeof INVALID;

interface ReadOptions {
  /** Drops duplicate elements of a set instead of refusing them. */
  readonly mergeRepeats: boolean;
}

const STRICT: ReadOptions = { mergeRepeats: false };

const compiled = new WeakMap<Type, (json: unknown) => Normalised>();
const compiledMerging = new WeakMap<Type, (json: unknown) => Normalised>();

/**
 * Returns parsed JSON as a value of the type: defaults filled in, texts in the normal form of their type. `null` is a
 * value of the wrong type, not an absent field. A duplicate in a set is a problem, because the tool would receive it
 * twice. At most fifty problems are listed.
 */
export function normalise(type: Type, json: unknown): Normalised {
  let normaliser = compiled.get(type);
  if (normaliser === undefined) {
    normaliser = compileNormaliser(type);
    compiled.set(type, normaliser);
  }
  return normaliser(json);
}

/** Like `normalise`, for values that no tool receives, such as a data file of a bundle: a set keeps the first of equal elements. */
export function normaliseMerging(type: Type, json: unknown): Normalised {
  let normaliser = compiledMerging.get(type);
  if (normaliser === undefined) {
    normaliser = normaliserOf(compileReader(type, { mergeRepeats: true }));
    compiledMerging.set(type, normaliser);
  }
  return normaliser(json);
}

/** Returns `normalise` for one type, prepared once for all requests of a tool. */
export function compileNormaliser(type: Type): (json: unknown) => Normalised {
  return normaliserOf(compileReader(type, STRICT));
}

/** Like `compileNormaliser`, for a record whose JSON may have other members, which are ignored. */
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
    for (let i = 0; i < json.length && problems.length < MAX_PROBLEMS; i++) {
      const from = problems.length;
      const value = element(json[i], problems);
      if (value === INVALID) prefix(problems, from, i);
      else values.push(value);
    }
    return problems.length === before ? values : INVALID;
  };
}

/** Elements that differ only in `@advisory` fields are duplicates, because no condition can tell them apart. */
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
      if (problems.length >= MAX_PROBLEMS) break;
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

/** Only own properties count as names on the wire, so `constructor` is an unknown field like any other. */
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
    if (problems.length >= MAX_PROBLEMS) return;
    if (!wires.has(key)) reportAt(problems, key, "there is no such field");
  }
}

/**
 * Returns a constructor of objects that inherit nothing. Objects of one constructor share a layout, which makes reading
 * their fields cheap; objects from `Object.create(null)` do not.
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
