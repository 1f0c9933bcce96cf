/** Lengths of time: `1h30m` as the language writes them, or ISO 8601 without years and months, whose length varies. */

const LANGUAGE =
  /^(?:([0-9]{1,15})w)?(?:([0-9]{1,15})d)?(?:([0-9]{1,15})h)?(?:([0-9]{1,15})m)?(?:([0-9]{1,15})s)?(?:([0-9]{1,15})ms)?$/;
const ISO =
  /^P(?:([0-9]{1,15})W)?(?:([0-9]{1,15})D)?(?:T(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,15})(?:\.([0-9]{1,3}))?S)?)?$/;
const UNITS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1] as const;

/** Reads a duration in milliseconds; undefined if it is malformed, negative, or too large to count exactly. */
export function parseDuration(text: string): number | undefined {
  if (text.length === 0 || text.length > 100) return undefined;
  const iso = text.startsWith("P");
  if (iso && /[PT]$/.test(text)) return undefined;
  const match = (iso ? ISO : LANGUAGE).exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [index, unit] of UNITS.entries()) {
    const digits = match[index + 1];
    if (digits !== undefined) total += unit * Number(iso && index === 5 ? digits.padEnd(3, "0") : digits);
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** Returns the normal form, ISO 8601 in days, hours, minutes and seconds: `PT1H30M`, `PT0.25S`, `PT0S`. */
export function formatDuration(duration: number): string {
  const day = Math.floor(duration / 86_400_000);
  const hour = Math.floor(duration / 3_600_000) % 24;
  const minute = Math.floor(duration / 60_000) % 60;
  const milliseconds = duration % 60_000;
  const second = milliseconds === 0 ? "" : `${milliseconds / 1000}S`;
  const time = `${hour > 0 ? `${hour}H` : ""}${minute > 0 ? `${minute}M` : ""}${second}`;
  if (day === 0 && time === "") return "PT0S";
  return `P${day > 0 ? `${day}D` : ""}${time === "" ? "" : `T${time}`}`;
}

/** Returns a duration as the language writes it, for people: `1h30m`, `250ms`, `0ms`. */
export function writeDuration(duration: number): string {
  const parts: string[] = [];
  let left = duration;
  for (const [name, unit] of WRITTEN) {
    const count = Math.floor(left / unit);
    if (count > 0) parts.push(`${count}${name}`);
    left -= count * unit;
  }
  return parts.length === 0 ? "0ms" : parts.join("");
}

const WRITTEN = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;
