/** Points and spans of time: RFC 3339 text on the wire, milliseconds since the epoch here. */
import type { TimeSpan } from "./type.js";

const SHAPE =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;
/** 0001-01-01 to the end of 9999, in UTC: times that are written with a four-digit year. */
const EARLIEST = -62_135_596_800_000;
const LATEST = 253_402_300_799_999;

/**
 * Reads an RFC 3339 time with its offset; undefined if it is malformed, which includes a date alone, a day that the
 * month does not have, and a leap second. Fractions of a millisecond are cut off.
 */
export function parseTime(text: string): number | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = match[8] === undefined ? 0 : minutes(match[8], Number(match[9]), Number(match[10]));
  if (offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const fraction = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const time = date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction;
  return time >= EARLIEST && time <= LATEST ? time : undefined;
}

/** Returns the normal form: UTC, with milliseconds only if they are not zero. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

/** Reads `FROM .. TO`, two RFC 3339 times; half-open, so an empty or reversed one does not parse. */
export function parseSpan(text: string): TimeSpan | undefined {
  const match = /^([^ .]{20,25}|[^ .]{19}\.[^ .]{2,15}) ?\.\. ?([^ ]{20,35})$/.exec(text);
  if (match === null) return undefined;
  const from = parseTime(match[1]!);
  const to = parseTime(match[2]!);
  return from !== undefined && to !== undefined && from < to ? { kind: "span", from, to } : undefined;
}

/** Returns the normal form of a span, as the language writes it. */
export function formatSpan(span: TimeSpan): string {
  return `${formatTime(span.from)} .. ${formatTime(span.to)}`;
}

function minutes(sign: string, hours: number, rest: number): number | undefined {
  if (hours > 23 || rest > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 60 + rest);
}
