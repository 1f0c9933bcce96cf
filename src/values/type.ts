/** The language's types, after names are resolved. A type says what a value may be, and bounds how large it gets. */

/** Characters of a `text` that says no bound. */
export const DEFAULT_TEXT_MAX = 4096;
/** Elements of a `list`, `set` or `map` that says no bound. */
export const DEFAULT_ELEMENTS_MAX = 256;

/** A type, as values are read and compared by it. */
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
  /** Absolute once normalised; with a root, what leaves the root does not parse. */
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

/** Whether values of a type are equal exactly if `===` holds. A label is not among them: it is in a set by implication, too. */
export function isPrimitive(type: Type): boolean {
  return PRIMITIVE.has(type.kind);
}

/** A record; fields that it does not name are refused. */
export interface RecordType {
  readonly kind: "record";
  /** The declared name, for messages; undefined for a record written in place. */
  readonly name?: string;
  readonly fields: readonly FieldType[];
}

/** A field of a record. */
export interface FieldType {
  readonly name: string;
  /** The name on the wire; equals `name` unless `as` says otherwise. */
  readonly wire: string;
  readonly optional: boolean;
  readonly type: Type;
  /** The parsed default: a field with one is never absent, and not `optional`. */
  readonly default?: Value;
  /** Qualified names of labels from `@label`, on this field itself. */
  readonly labels: readonly string[];
  /** `@advisory`: shown to people, in no condition, outside the digest. */
  readonly advisory: boolean;
}

/** A parsed e-mail address; `text` is the normal form (domain lower-case, punycode) and decides equality. */
export interface Email {
  readonly kind: "email";
  readonly text: string;
  readonly local: string;
  readonly domain: string;
}
/** Where an address or host leads, as far as its text alone can say: what a name resolves to is not looked up. */
export const HOST_KINDS = ["public", "private", "loopback", "link_local", "special"] as const;
export type HostKind = (typeof HOST_KINDS)[number];

/** A parsed URL; `host` is a normalised domain or IP text. */
export interface Url {
  readonly kind: "url";
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  /** Under its name in the language, for fields are read by that. */
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
  /** Under its name in the language, for fields are read by that. */
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
 * appearance); record → an object without prototype, keyed by language names, absent fields left out; map → Map;
 * json → whatever `JSON.parse` gave.
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

/** A record in its normal form: nothing but its own fields can be read of it. */
export interface RecordValue {
  readonly [field: string]: Value | undefined;
}
/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
