/** The language's types, after names are resolved. A type defines the values it accepts and limits their size. */

/** The maximum length of a `text` without a limit. */
export const DEFAULT_TEXT_MAX = 4096;
/** The maximum number of elements of a `list`, `set` or `map` without a limit. */
export const DEFAULT_ELEMENTS_MAX = 256;

/** A type, which decides how values are read and compared. */
export type Type =
  | {
      readonly kind:
        | "bool"
        | "duration"
        | "time"
        | "span"
        | "email"
        | "url"
        | "domain"
        | "ip"
        | "label"
        | "json";
    }
  /** Safe integers, both ends inclusive; a missing end is unbounded. */
  | { readonly kind: "int"; readonly min?: number; readonly max?: number }
  /** Finite doubles, both ends inclusive. */
  | { readonly kind: "number"; readonly min?: number; readonly max?: number }
  /** Length in Unicode code points, both ends inclusive. */
  | { readonly kind: "text"; readonly min?: number; readonly max: number }
  /** Absolute once normalised; with a root, a path that leaves the root does not parse. */
  | { readonly kind: "path"; readonly root?: string }
  | { readonly kind: "union"; readonly options: readonly string[] }
  | { readonly kind: "list"; readonly of: Type; readonly min?: number; readonly max: number }
  | { readonly kind: "set"; readonly of: Type; readonly max: number }
  | { readonly kind: "map"; readonly of: Type; readonly max: number }
  | RecordType;

const PRIMITIVE: ReadonlySet<Type["kind"]> = new Set([
  "bool",
  "int",
  "number",
  "text",
  "union",
  "domain",
  "path",
  "duration",
  "time",
]);

/** Whether values of a type are equal exactly if `===` holds. Labels do not count: implication can also put a label in a set. */
export function isPrimitive(type: Type): boolean {
  return PRIMITIVE.has(type.kind);
}

/** A record. Values with other fields are refused. */
export interface RecordType {
  readonly kind: "record";
  /** The declared name, for messages; undefined for an inline record. */
  readonly name?: string;
  readonly fields: readonly FieldType[];
}

/** A field of a record. */
export interface FieldType {
  readonly name: string;
  /** The name on the wire; equals `name` unless `as` changes it. */
  readonly wire: string;
  readonly optional: boolean;
  readonly type: Type;
  /** The parsed default: a field with one is never absent, and not `optional`. */
  readonly default?: Value;
  /** Qualified names of labels from `@label`, on this field itself. */
  readonly labels: readonly string[];
  /** `@advisory`: shown to people, but not available to conditions and not part of the digest. */
  readonly advisory: boolean;
}

/** A parsed e-mail address; `text` is the normal form (domain lower-case, punycode) and decides equality. */
export interface Email {
  readonly kind: "email";
  readonly text: string;
  readonly local: string;
  readonly domain: string;
}
/** Where an address or host leads, judged by its text alone: names are not resolved. */
export const HOST_KINDS = ["public", "private", "loopback", "link_local", "special"] as const;
export type HostKind = (typeof HOST_KINDS)[number];

/** A parsed URL; `host` is a normalised domain or IP text. */
export interface Url {
  readonly kind: "url";
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  /** Named as in the language, because fields are read by that name. */
  readonly host_kind: HostKind;
  readonly path: string;
}
/**
 * A parsed IP address; `bits` has 32 or 128 bits by `family`. An IPv4-mapped IPv6 address is the IPv4 address. Other
 * addresses that lead to an IPv4 one (NAT64, 6to4) keep their text, and `embedded` has the bits of that one.
 */
export interface Ip {
  readonly kind: "ip";
  readonly text: string;
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly embedded?: bigint;
  /** Named as in the language, because fields are read by that name. */
  readonly address_kind: HostKind;
}
/** A half-open span of time, ms since the epoch. */
export interface TimeSpan {
  readonly kind: "span";
  readonly from: number;
  readonly to: number;
}

/**
 * A value at run time, by type: bool → boolean; int, number → number; duration (ms), time (ms since the epoch) →
 * number; text, union, domain, path, label → string; list, set → array (a set without duplicates, in order of first
 * appearance); record → an object without prototype, keyed by language names, absent fields left out; map → Map; json →
 * the result of `JSON.parse`.
 */
export type Value =
  | boolean
  | number
  | string
  | Email
  | Url
  | Ip
  | TimeSpan
  | readonly Value[]
  | RecordValue
  | ReadonlyMap<string, Value>
  | JsonValue;

/** A record in its normal form. Only its own fields are readable. */
export interface RecordValue {
  readonly [field: string]: Value | undefined;
}
/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
