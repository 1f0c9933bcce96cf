/** Makes names and texts of an untrusted listing safe for a policy that people review. */
import { createHash } from "node:crypto";

const RESERVED: ReadonlySet<string> = new Set(
  "and or not in has any some all true false else like matches prior nothing".split(" "),
);
const NAME = /^[a-z_][A-Za-z0-9_]*$/;
const MAX_NAME_LENGTH = 80;
/**
 * Control and format characters (so what turns the direction of a text around, or has no width), odd line ends and
 * any other character that the language treats as hidden; not the selectors that choose how an emoji looks.
 */
const UNSEEN = String.raw`[\p{C}\p{Zl}\p{Zp}]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}`;
const HIDDEN = new RegExp(UNSEEN, "u");
const ALL_HIDDEN = new RegExp(`(?:${UNSEEN}|\\s)+`, "gu");
const ESCAPED = new RegExp(`["\\\\]|${UNSEEN}`, "gu");

/** Whether a wire name can be used exactly: it has a visible character, nothing hidden, and a limited length. */
export function isPlainName(wire: string): boolean {
  return wire.trim() !== "" && wire.length <= 200 && !HIDDEN.test(wire);
}

/** Returns a NAME for a wire name: itself if it is one, otherwise the closest one. It is not unique yet. */
export function nameFor(wire: string, fallback: string): string {
  const words = wire.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^_+(?=[A-Za-z0-9])|_+$/g, "");
  const cut = (NAME.test(wire) ? wire : words).slice(0, MAX_NAME_LENGTH);
  const lower = /^[A-Z0-9]+(?:_|$)/.test(cut)
    ? cut.toLowerCase()
    : cut.charAt(0).toLowerCase() + cut.slice(1);
  const name = /^[0-9]/.test(lower) ? `_${lower}` : lower;
  if (!NAME.test(name)) return fallback;
  return RESERVED.has(name) ? `${name}_` : name;
}

/**
 * A NAME for each of these wire names, no two alike. It does not depend on their order, because rules use it: if
 * several would have the same, an exact match keeps it, and the others get a hash of the wire name.
 */
export function distinctNames(
  wires: Iterable<string>,
  fallback: string,
  taken: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> {
  const all = [...new Set(wires)].sort();
  const plain = new Map(all.map((wire) => [wire, nameFor(wire, fallback)]));
  const holders = new Map<string, number>();
  for (const name of plain.values()) holders.set(name, (holders.get(name) ?? 0) + 1);
  const used = new Set([...taken, ...holders.keys()]);
  const isOwn = (wire: string, name: string) =>
    !taken.has(name) && (wire === name || (holders.get(name) === 1 && name !== fallback));
  return new Map(
    [...plain].map(([wire, name]) => {
      if (isOwn(wire, name)) return [wire, name];
      const hashed = withHash(name, wire, used);
      used.add(hashed);
      return [wire, hashed];
    }),
  );
}

/** Returns the name with enough of a hash of `key` appended to make it unique. */
export function withHash(name: string, key: string, taken: ReadonlySet<string>): string {
  const hash = createHash("sha256").update(key).digest("hex");
  for (const length of [6, 12, 24]) {
    const candidate = `${name}_${hash.slice(0, length)}`;
    if (!taken.has(candidate)) return candidate;
  }
  return `${name}_${hash}`;
}

/** Returns one line of visible text with at most this many characters, for a title or a comment. */
export function plainLine(text: string, max: number): string {
  const line = [
    ...text
      .slice(0, 8 * max)
      .replace(ALL_HIDDEN, " ")
      .trim(),
  ];
  return line.length > max
    ? `${line
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`
    : line.join("");
}

/** Returns a text literal; invisible characters are escaped. */
export function textLiteral(text: string): string {
  const escaped = text.replace(ESCAPED, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
  return `"${escaped}"`;
}

/** Returns a number as the language writes it, or undefined if it would need an exponent. */
export function numberLiteral(number: number): string | undefined {
  const text = String(number + 0);
  if (text.includes("e") || !Number.isFinite(number)) return undefined;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : text;
}
