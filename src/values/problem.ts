/** Problems of JSON that does not fit a type. */
import { escapePointer } from "./json-pointer.js";
import type { Type } from "./type.js";

/** One problem: where (RFC 6901, `""` is the whole value) and what. It never repeats a value, which may be a secret. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** Reading stops after this many problems. */
export const MAX_PROBLEMS = 50;

/** The result of a reader that has added a problem, instead of a value. */
export const INVALID: unique symbol = Symbol("invalid");

/** Adds a problem about the value being read; the enclosing reader puts its key before the pointer. */
export function report(problems: Problem[], message: string): typeof INVALID {
  if (problems.length < MAX_PROBLEMS) problems.push({ pointer: "", message });
  return INVALID;
}

/** Adds a problem about one member of the value being read. */
export function reportAt(problems: Problem[], key: string | number, message: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ pointer: step(key), message });
}

/** Prefixes the pointers of all problems from an index on with a key. */
export function prefix(problems: Problem[], from: number, key: string | number): void {
  const before = step(key);
  for (let i = from; i < problems.length; i++) {
    const problem = problems[i]!;
    problems[i] = { pointer: before + problem.pointer, message: problem.message };
  }
}

/** Returns the kind of a JSON value in words. */
export function kindOf(json: unknown): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "a list";
  if (typeof json === "object") return "an object";
  if (typeof json === "string") return "a text";
  if (typeof json === "number") return "a number";
  if (typeof json === "boolean") return "a boolean";
  return "nothing";
}

/** Returns what a type accepts, in words. */
export function expectation(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "true or false";
    case "int":
      return `a whole number${range(type.min, type.max)}`;
    case "number":
      return `a number${range(type.min, type.max)}`;
    case "text":
      return `a text of ${sizes(type.min, type.max)} characters`;
    case "duration":
      return 'a duration such as "PT1H30M" or "1h30m"';
    case "time":
      return 'a time such as "2026-12-20T00:00:00Z"';
    case "span":
      return 'a span such as "2026-12-15T00:00:00Z .. 2027-01-05T06:00:00Z"';
    case "email":
      return "a bare e-mail address";
    case "url":
      return "an absolute url without user name, dot segments or escaped slashes";
    case "domain":
      return "a domain name";
    case "ip":
      return "an ip address";
    case "path":
      return type.root === undefined ? "an absolute path" : `a path inside "${type.root}"`;
    case "label":
      return "the name of a label";
    case "union":
      return `one of ${type.options
        .slice(0, 10)
        .map((option) => JSON.stringify(option))
        .join(", ")}${type.options.length > 10 ? ", …" : ""}`;
    case "list":
      return `a list of ${sizes(type.min, type.max)} elements`;
    case "set":
      return `a list of at most ${type.max} elements`;
    case "map":
      return `an object of at most ${type.max} members`;
    case "record":
      return "an object";
    case "json":
      return "JSON";
  }
}

function step(key: string | number): string {
  if (typeof key === "number") return `/${key}`;
  return `/${escapePointer(key)}`;
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

function sizes(min: number | undefined, max: number): string {
  return min === undefined || min === 0 ? `at most ${max}` : `${min} to ${max}`;
}
