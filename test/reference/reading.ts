/** JSON to values, back, and to the one text that digests are taken of: a second time, without a word of the product's. */
import type { FieldType, JsonValue, RecordType, RecordValue, Type, Value } from "../../src/values/type.js";
import {
  addressKind,
  domainForm,
  emailForm,
  embeddedBytes,
  ipBytes,
  ipForm,
  pathForm,
  urlForm,
} from "./normal-forms.js";

/** Not a value of the type. */
export const UNREADABLE = Symbol("unreadable");
type Read = Value | typeof UNREADABLE;

/** A value in its normal form; `merging` leaves out what a set holds already, which is unreadable otherwise. */
export function read(type: Type, json: unknown, merging = false): Read {
  switch (type.kind) {
    case "record":
      return readRecord(type, json, merging);
    case "list":
    case "set":
      return readElements(type, json, merging);
    case "map":
      return readMap(type, json, merging);
    case "json":
      return isJson(json, 0) ? (json as JsonValue) : UNREADABLE;
    case "bool":
      return typeof json === "boolean" ? json : UNREADABLE;
    case "int":
    case "number": {
      if (typeof json !== "number" || !Number.isFinite(json)) return UNREADABLE;
      if (type.kind === "int" && (Math.floor(json) !== json || Math.abs(json) > 2 ** 53 - 1))
        return UNREADABLE;
      if ((type.min !== undefined && json < type.min) || (type.max !== undefined && json > type.max))
        return UNREADABLE;
      return json === 0 ? 0 : json;
    }
    default:
      return typeof json === "string" && !hasHalf(json) ? (readText(type, json) ?? UNREADABLE) : UNREADABLE;
  }
}

function hasHalf(text: string): boolean {
  return [...text].some((one) => one.length === 1 && one >= "\ud800" && one <= "\udfff");
}

function readText(type: Type, text: string): Value | undefined {
  if (type.kind === "text") {
    const length = [...text].length;
    return length <= type.max && length >= (type.min ?? 0) ? text : undefined;
  }
  if (type.kind === "union") return type.options.includes(text) ? text : undefined;
  if (text.length > 4096) return undefined;
  switch (type.kind) {
    case "email": {
      const form = emailForm(text);
      return form && { kind: "email", text: `${form.local}@${form.domain}`, ...form };
    }
    case "url": {
      const form = urlForm(text);
      return form && ({ kind: "url", ...form } as Value);
    }
    case "ip":
      return readIp(text);
    case "domain":
      return domainForm(text);
    case "path":
      return pathForm(text, type.root);
    case "time":
      return readTime(text);
    case "duration":
      return readDuration(text);
    case "span":
      return readSpan(text);
    case "label":
      return text.length <= 256 && text.split(".").every(isLabelWord) && !/^[A-Z]/.test(text)
        ? text
        : undefined;
    default:
      return undefined;
  }
}
function isLabelWord(word: string): boolean {
  return word !== "" && !/^[0-9]/.test(word) && !/[^A-Za-z0-9_]/.test(word);
}

function readIp(text: string): Value | undefined {
  const form = ipForm(text);
  if (form === undefined) return undefined;
  const whole = (bytes: readonly number[]): bigint =>
    bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const bytes = ipBytes(form) as readonly number[];
  const inner = embeddedBytes(bytes);
  return {
    kind: "ip",
    text: form,
    family: bytes.length === 4 ? 4 : 6,
    bits: whole(bytes),
    address_kind: addressKind(form),
    ...(inner === undefined ? {} : { embedded: whole(inner) }),
  } as Value;
}

function readTime(text: string): number | undefined {
  const upper = text.toUpperCase();
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(upper);
  if (parts === null) return undefined;
  const [, second = "", fraction = "", offset = ""] = parts;
  const start = Date.parse(`${second}Z`);
  // The platform lets 30 February and 24:00 pass: then it writes another day.
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 19) !== second) return undefined;
  const [hours = 0, minutes = 0] = offset === "Z" ? [] : offset.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  const shift = (hours * 60 + minutes) * 60_000 * (offset.startsWith("-") ? -1 : 1);
  const time = start - shift + Number(`${fraction}000`.slice(0, 3));
  return time >= Date.parse("0001-01-01T00:00:00Z") && time <= Date.parse("9999-12-31T23:59:59.999Z")
    ? time
    : undefined;
}

const MS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
function readDuration(text: string): number | undefined {
  if (text === "" || text.length > 100) return undefined;
  let order = ["w", "d", "h", "m", "s", "ms"];
  let rest = text;
  let inTime = false;
  const iso = text.startsWith("P");
  if (iso) rest = text.slice(1);
  if (rest === "" || rest.endsWith("T")) return undefined;
  let total = 0;
  while (rest !== "") {
    if (iso && !inTime && rest.startsWith("T")) {
      inTime = true;
      rest = rest.slice(1);
      order = order.filter((unit) => !["w", "d"].includes(unit));
    }
    const part = iso
      ? /^(\d{1,15})(?:\.(\d{1,3}))?([WDHMS])/.exec(rest)
      : /^(\d{1,15})()(ms|[wdhms])/.exec(rest);
    if (part === null) return undefined;
    const [all, digits = "", fraction, unit = ""] = part;
    const at = order.indexOf(unit.toLowerCase());
    if (at < 0 || (iso && inTime === ["W", "D"].includes(unit)) || (fraction && unit !== "S"))
      return undefined;
    order = order.slice(at + 1);
    total += Number(digits) * (MS[unit.toLowerCase()] as number) + Number(`${fraction ?? ""}000`.slice(0, 3));
    rest = rest.slice(all.length);
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

function readSpan(text: string): Value | undefined {
  const at = text.indexOf("..");
  const [left = "", right = ""] = at < 0 ? [] : [text.slice(0, at), text.slice(at + 2)];
  const from = readTime(left.replace(/ $/, ""));
  const to = readTime(right.replace(/^ /, ""));
  return from !== undefined && to !== undefined && from < to ? { kind: "span", from, to } : undefined;
}

type Elements = Extract<Type, { kind: "list" | "set" }>;
function readElements(type: Elements, json: unknown, merging: boolean): Read {
  const least = type.kind === "list" ? (type.min ?? 0) : 0;
  if (!Array.isArray(json) || json.length > type.max || json.length < least) return UNREADABLE;
  const values = json.map((element) => read(type.of, element, merging));
  if (values.includes(UNREADABLE)) return UNREADABLE;
  if (type.kind === "list") return values as Value[];
  const kept: Value[] = [];
  for (const value of values as Value[]) {
    const isThere = kept.some((other) => isSame(type.of, other, value));
    if (isThere && !merging) return UNREADABLE;
    if (!isThere) kept.push(value);
  }
  return kept;
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return (
    typeof json === "object" && json !== null && Object.prototype.toString.call(json) === "[object Object]"
  );
}

function readMap(type: Extract<Type, { kind: "map" }>, json: unknown, merging: boolean): Read {
  if (!isObject(json)) return UNREADABLE;
  const members = new Map<string, Value>();
  for (const [key, member] of Object.entries(json)) {
    const value = read(type.of, member, merging);
    if (value === UNREADABLE || key.length > 4096 || hasHalf(key)) return UNREADABLE;
    members.set(key, value);
  }
  return members.size > type.max ? UNREADABLE : members;
}

function readRecord(type: RecordType, json: unknown, merging: boolean): Read {
  if (!isObject(json)) return UNREADABLE;
  if (Object.keys(json).some((key) => !type.fields.some((field) => field.wire === key))) return UNREADABLE;
  const made: Record<string, Value> = Object.create(null);
  for (const field of type.fields) {
    const value = readField(field, json, merging);
    if (value === UNREADABLE) return UNREADABLE;
    if (value !== undefined) made[field.name] = value;
  }
  return made;
}
function readField(
  field: FieldType,
  json: Readonly<Record<string, unknown>>,
  merging: boolean,
): Read | undefined {
  if (Object.hasOwn(json, field.wire)) return read(field.type, json[field.wire], merging);
  if (field.default !== undefined) return field.default;
  return field.optional ? undefined : UNREADABLE;
}

function isJson(json: unknown, depth: number): boolean {
  if (depth > 64) return false;
  if (Array.isArray(json)) return json.every((element) => isJson(element, depth + 1));
  if (isObject(json))
    return Object.entries(json).every(([key, member]) => !hasHalf(key) && isJson(member, depth + 1));
  if (typeof json === "string") return !hasHalf(json);
  return json === null || typeof json === "boolean" || (typeof json === "number" && Number.isFinite(json));
}

// --- equality and digests ---------------------------------------------------------------------------------

/** Whether two values of a type are one: part by part, sets in any order, advisory fields left out. */
export function isSame(type: Type, a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return (a as { text: string }).text === (b as { text: string }).text;
    case "span":
      return JSON.stringify(a) === JSON.stringify(b);
    case "json":
      return textOfJson(a as JsonValue) === textOfJson(b as JsonValue);
    case "list": {
      const [left, right] = [a, b] as [readonly Value[], readonly Value[]];
      return left.length === right.length && left.every((element, i) => isSame(type.of, element, right[i]));
    }
    case "set": {
      const [left, right] = [a, b] as [readonly Value[], readonly Value[]];
      const isIn = (one: Value, of: readonly Value[]): boolean =>
        of.some((other) => isSame(type.of, one, other));
      return left.length === right.length && left.every((one) => isIn(one, right));
    }
    case "map": {
      const [left, right] = [a, b] as [ReadonlyMap<string, Value>, ReadonlyMap<string, Value>];
      return (
        left.size === right.size && [...left].every(([key, value]) => isSame(type.of, value, right.get(key)))
      );
    }
    case "record": {
      const fields = type.fields.filter((field) => !field.advisory);
      return fields.every(({ name, type: of }) =>
        isSame(of, (a as RecordValue)[name], (b as RecordValue)[name]),
      );
    }
    default:
      return a === b;
  }
}

/** Equality of values whose types may differ, as those of a literal and an argument; sets are equal in any order. */
export function isAlike(types: readonly Type[], a: Value | undefined, b: Value | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const inner = types.flatMap((type) => ("of" in type ? [type.of] : []));
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    const [left, right] = [a, b] as [Value[], Value[]];
    if (!types.some((type) => type.kind === "set"))
      return left.every((one, i) => isAlike(inner, one, right[i]));
    return left.every((one) => right.some((other) => isAlike(inner, one, other)));
  }
  if (a instanceof Map || b instanceof Map) {
    if (!(a instanceof Map) || !(b instanceof Map) || a.size !== b.size) return false;
    return [...(a as Map<string, Value>)].every(([key, one]) =>
      isAlike(inner, one, b.get(key) as Value | undefined),
    );
  }
  const [left, right] = [a, b] as [RecordValue, RecordValue];
  const fieldTypes = (name: string): Type[] =>
    types
      .flatMap((type) => (type.kind === "record" ? type.fields : []).filter((field) => field.name === name))
      .map(({ type }) => type);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => isAlike(fieldTypes(name), left[name], right[name]));
}

/** What a tool gets, as the text of which digests are taken: less advisory fields, sets in one order. */
export function digestText(type: Type, value: Value): string {
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return JSON.stringify((value as { text: string }).text);
    case "time":
      return JSON.stringify(timeText(value as number));
    case "duration":
      return JSON.stringify(durationText(value as number));
    case "span": {
      const { from, to } = value as { from: number; to: number };
      return JSON.stringify(`${timeText(from)} .. ${timeText(to)}`);
    }
    case "json":
      return textOfJson(value as JsonValue);
    case "list":
      return `[${(value as readonly Value[]).map((element) => digestText(type.of, element)).join(",")}]`;
    case "set":
      return `[${[...(value as readonly Value[])]
        .map((element) => digestText(type.of, element))
        .sort()
        .join(",")}]`;
    case "map": {
      const members = [...(value as ReadonlyMap<string, Value>)];
      return objectText(members.map(([key, member]) => [key, digestText(type.of, member)]));
    }
    case "record": {
      const held = type.fields.filter(
        ({ name, advisory }) => !advisory && (value as RecordValue)[name] !== undefined,
      );
      return objectText(
        held.map(({ wire, name, type: of }) => [wire, digestText(of, (value as RecordValue)[name] as Value)]),
      );
    }
    default:
      return JSON.stringify(value);
  }
}
function objectText(members: readonly (readonly [string, string])[]): string {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}
/** JSON with its names in order, and no blank. */
export function textOfJson(json: JsonValue): string {
  if (Array.isArray(json)) return `[${json.map(textOfJson).join(",")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  return objectText(Object.entries(json).map(([key, member]) => [key, textOfJson(member as JsonValue)]));
}
function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.000Z$/, "Z");
}
function durationText(time: number): string {
  const days = Math.floor(time / 86_400_000);
  const [hours, minutes, ms] = [
    Math.floor(time / 3_600_000) % 24,
    Math.floor(time / 60_000) % 60,
    time % 60_000,
  ];
  const part = (count: number, unit: string): string => (count === 0 ? "" : `${count}${unit}`);
  const clock = part(hours, "H") + part(minutes, "M") + part(ms / 1000, "S");
  if (time === 0) return "PT0S";
  return `P${part(days, "D")}${clock === "" ? "" : `T${clock}`}`;
}
