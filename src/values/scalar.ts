/** Readers of the types other than list, set, map and record. */
import { parseDomain } from "./domain.js";
import { parseDuration } from "./duration.js";
import { parseEmail } from "./email.js";
import { parseIp } from "./ip.js";
import { parsePath } from "./path.js";
import { expectation, type INVALID, kindOf, type Problem, report } from "./problem.js";
import { parseSpan, parseTime } from "./time.js";
import { DEFAULT_TEXT_MAX, type Type, type Value } from "./type.js";
import { parseUrl } from "./url.js";
import { codePoints, isWellFormed } from "./well-formed.js";

type Scalar = Exclude<Type, { readonly kind: "list" | "set" | "map" | "record" }>;
type Reader = (json: unknown, problems: Problem[]) => Value | typeof INVALID;

const LABEL = /^[a-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;
const MAX_JSON_DEPTH = 64;
const MAX_JSON_NODES = 100_000;

/** Returns the reader of one scalar type. */
export function compileScalar(type: Scalar): Reader {
  const expected = expectation(type);
  switch (type.kind) {
    case "bool":
      return (json, problems) => (typeof json === "boolean" ? json : wrong(problems, expected, json));
    case "int":
      return numberReader(type, Number.isSafeInteger, expected);
    case "number":
      return numberReader(type, Number.isFinite, expected);
    case "text":
      return textReader(type.min ?? 0, type.max, expected);
    case "union": {
      const options = new Set<unknown>(type.options);
      return (json, problems) => (options.has(json) ? (json as string) : wrong(problems, expected, json));
    }
    case "json":
      return (json, problems) =>
        isJson(json) ? json : report(problems, "this is too deep, too large or no JSON");
    default:
      return parsedReader(parser(type), expected);
  }
}

function parser(type: Scalar): (text: string) => Value | undefined {
  switch (type.kind) {
    case "duration":
      return parseDuration;
    case "time":
      return parseTime;
    case "span":
      return parseSpan;
    case "email":
      return parseEmail;
    case "url":
      return parseUrl;
    case "domain":
      return parseDomain;
    case "ip":
      return parseIp;
    case "path":
      return (text) => parsePath(text, type.root);
    default:
      return (text) => (text.length <= 256 && LABEL.test(text) ? text : undefined);
  }
}

function parsedReader(parse: (text: string) => Value | undefined, expected: string): Reader {
  return (json, problems) => {
    if (typeof json !== "string") return wrong(problems, expected, json);
    const value = json.length > DEFAULT_TEXT_MAX ? undefined : parse(json);
    return value === undefined ? report(problems, `expected ${expected}`) : value;
  };
}

function numberReader(
  bounds: { readonly min?: number; readonly max?: number },
  fits: (json: unknown) => boolean,
  expected: string,
): Reader {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  return (json, problems) => {
    if (typeof json !== "number") return wrong(problems, expected, json);
    if (!fits(json) || json < min || json > max) return report(problems, `expected ${expected}`);
    return json + 0;
  };
}

function textReader(min: number, max: number, expected: string): Reader {
  return (json, problems) => {
    if (typeof json !== "string") return wrong(problems, expected, json);
    const units = json.length;
    if (units > max || units < 2 * min) {
      // A code point has one or two units, so most lengths are decided without counting.
      const length = units > 2 * max ? units : codePoints(json);
      if (length > max || length < min) return report(problems, `expected ${expected}`);
    }
    return isWellFormed(json) ? json : report(problems, "this text holds half of a surrogate pair");
  };
}

function wrong(problems: Problem[], expected: string, json: unknown): typeof INVALID {
  return report(problems, `expected ${expected}, got ${kindOf(json)}`);
}

/** Limits depth and size, so that no later walk runs out of stack. Its keys are never assigned to an object. */
function isJson(json: unknown): json is Value {
  let left = MAX_JSON_NODES;
  const fits = (node: unknown, depth: number): boolean => {
    if (--left < 0 || depth > MAX_JSON_DEPTH) return false;
    if (typeof node === "string") return isWellFormed(node);
    if (typeof node === "number") return Number.isFinite(node);
    if (node === null || typeof node === "boolean") return true;
    if (typeof node !== "object") return false;
    if (Array.isArray(node)) return node.every((element) => fits(element, depth + 1));
    const prototype = Object.getPrototypeOf(node);
    if (prototype !== Object.prototype && prototype !== null) return false;
    return Object.entries(node).every(([key, value]) => isWellFormed(key) && fits(value, depth + 1));
  };
  return fits(json, 0);
}
