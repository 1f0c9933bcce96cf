/** Describes mistakes in the shape of a body, for the caller. */
import type { ErrorObject } from "ajv/dist/2020.js";
import { suggest } from "../diagnostics/did-you-mean.js";
import { IDENTITY_PATTERN } from "../model/common.js";
import { escapePointer } from "../values/json-pointer.js";

/** One mistake, described for the caller. */
export interface ShapeProblem {
  /** A JSON pointer into the body. */
  readonly pointer: string;
  readonly message: string;
}

/** One problem per mistake, at the location that has to change. Never repeats a value. */
export function shapeProblems(errors: readonly ErrorObject[]): readonly ShapeProblem[] {
  // The keyword `propertyNames` reports a mistake in a key a second time.
  return errors.filter((error) => error.propertyName === undefined).map(problemOf);
}

const NO_CONTROLS = "^[^\\p{Cc}\\p{Cs}]*$";

function problemOf(error: ErrorObject): ShapeProblem {
  const { instancePath, params } = error;
  const below = (name: unknown) => `${instancePath}/${escapePointer(String(name))}`;
  switch (error.keyword) {
    case "additionalProperties":
      return { pointer: below(params.additionalProperty), message: unknownField(error) };
    case "required":
      return { pointer: below(params.missingProperty), message: "is missing" };
    case "discriminator":
      return { pointer: below(params.tag), message: unknownTag(error) };
    default:
      return { pointer: instancePath, message: message(error) };
  }
}

function message({ keyword, params, message: fallback }: ErrorObject): string {
  const limit = params.limit;
  switch (keyword) {
    case "type":
      return `must be ${article(String(params.type))}`;
    case "const":
      return `must be \`${String(params.allowedValue)}\``;
    case "enum":
      return `must be one of ${list(params.allowedValues)}`;
    case "minLength":
    case "minItems":
      return limit === 1 ? "must not be empty" : `must have at least ${limit} elements`;
    case "maxLength":
      return `must have at most ${limit} characters`;
    case "maxItems":
      return `must have at most ${limit} elements`;
    case "minimum":
      return `must be at least ${limit}`;
    case "maximum":
      return `must be at most ${limit}`;
    case "pattern":
      if (params.pattern === NO_CONTROLS)
        return "must not contain control characters or halves of a surrogate pair";
      return params.pattern === IDENTITY_PATTERN
        ? "must not begin or end with a blank, be `.` or `..`, or hold control characters, invisible ones or variants of others (NFKC)"
        : `must match ${params.pattern}`;
    case "propertyNames":
      return "has a key that is too long";
    default:
      return fallback ?? "does not fit";
  }
}

function unknownField({ params, parentSchema }: ErrorObject): string {
  const near = suggest(String(params.additionalProperty), Object.keys(parentSchema?.properties ?? {}));
  return near === undefined
    ? "is not a field of this message"
    : `is not a field of this message; did you mean \`${near}\`?`;
}

function unknownTag({ parentSchema }: ErrorObject): string {
  const tag = parentSchema?.discriminator?.propertyName;
  const branches: readonly { properties?: Record<string, { const?: unknown }> }[] = parentSchema?.oneOf ?? [];
  return `must be one of ${list(branches.map((branch) => branch.properties?.[tag]?.const))}`;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((each) => `\`${String(each)}\``).join(", ") : String(values);
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}
