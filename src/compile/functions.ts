/** A table of the built-in functions over values. Each returns undefined if it cannot take its arguments. */
import type { FunctionName } from "../check/program.js";
import type { Value } from "../values/type.js";

type Function = (args: readonly Value[]) => Value | undefined;

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const shortDays: ReadonlyMap<string, string> = new Map(days.map((day) => [day, day]));

const functions: Readonly<Partial<Record<FunctionName, Function>>> = {
  size: ([of]) =>
    typeof of === "string"
      ? codePoints(of)
      : Array.isArray(of)
        ? of.length
        : of instanceof Map
          ? of.size
          : undefined,
  keys: ([of]) => (of instanceof Map ? [...of.keys()] : undefined),
  values: ([of]) => (of instanceof Map ? [...of.values()] : undefined),
  lower: ([of]) => (typeof of === "string" ? of.toLowerCase() : undefined),
  contains: ([text, part]) => textPair(text, part)?.text.includes(part as string),
  starts_with: ([text, part]) => textPair(text, part)?.text.startsWith(part as string),
  ends_with: ([text, part]) => textPair(text, part)?.text.endsWith(part as string),
  weekday: ([time, zone]) => shortDays.get(inZone(time, zone)?.weekday ?? ""),
  hour: ([time, zone]) => inZone(time, zone)?.hour,
  minute: ([time, zone]) => inZone(time, zone)?.minute,
};

/** Calls a function by name; undefined is "cannot be computed". */
export function callFunction(name: FunctionName, args: readonly Value[]): Value | undefined {
  return functions[name]?.(args);
}

/** Both, if both are strings. */
function textPair(text: Value | undefined, part: Value | undefined): { readonly text: string } | undefined {
  return typeof text === "string" && typeof part === "string" ? { text } : undefined;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Formatters are expensive to create. Zones are literals of the policy, so the bundle bounds the map. */
const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formatters.has(zone)) {
    let formatter: Intl.DateTimeFormat | undefined;
    try {
      formatter = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      });
    } catch {
      formatter = undefined;
    }
    if (formatters.size >= 1024) return formatter;
    formatters.set(zone, formatter);
  }
  return formatters.get(zone);
}

/** The furthest time from the epoch that a calendar can represent, ms (ECMAScript, "Time Values and Time Range"). */
const LAST_TIME = 8.64e15;

function inZone(
  time: Value | undefined,
  zone: Value | undefined,
): { weekday: string; hour: number; minute: number } | undefined {
  if (typeof time !== "number" || typeof zone !== "string" || !(Math.abs(time) <= LAST_TIME))
    return undefined;
  const parts = formatterOf(zone)?.formatToParts(time);
  const weekday = parts?.find((part) => part.type === "weekday")?.value.toLowerCase();
  const hour = parts?.find((part) => part.type === "hour")?.value;
  const minute = parts?.find((part) => part.type === "minute")?.value;
  if (weekday === undefined || hour === undefined || minute === undefined) return undefined;
  return { weekday, hour: Number(hour), minute: Number(minute) };
}
