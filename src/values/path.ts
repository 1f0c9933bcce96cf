/** File paths, normalised by their text alone. */
import { DEFAULT_TEXT_MAX } from "./type.js";

/**
 * Matches what some tools expand or decode before they open a file: control and format characters, a backslash, a
 * variable (`$HOME`, `%TEMP%`), and a dot, slash, backslash, percent sign or NUL behind an escape.
 */
const FORBIDDEN = /[\p{C}\p{Zl}\p{Zp}\\$]|%(?:2[ef]|5c|25|00|[a-z_][a-z0-9_()]*%)/iu;
/** A scheme or drive at the beginning, the name of a network host, and at the start of any segment a home or a drive. */
const ELSEWHERE = /^[A-Za-z][A-Za-z0-9+.-]*:|^\/\/|(?:^|\/)(?:~|[A-Za-z]:(?:\/|$))/;
/**
 * Blanks at an end of a segment, which some tools take away before they open a file: ` /etc/passwd` is absolute then,
 * and Windows reads `.. ` as `..`.
 */
const TRIMMED = /(?:^|\/)\s|\s(?:\/|$)/u;
/** What a character may become by compatibility that would make it another path: `．．／`, `～`, `file：`. */
const STRUCTURE = /[./\\:~$%]/;

/**
 * The normal form of a path: absolute, no `.`, `..`, empty segment or slash at the end; undefined if it has none. With
 * a root, a relative path starts there, and a path that leaves the root does not parse; the root itself is inside.
 * Without a root, a relative path does not parse. Nor does a path that a tool may read as another location:
 * `file:///etc/passwd`, `C:/Windows`, `//host/share`, `~/x`, `$HOME/x`, ` /etc/passwd`. Links are not followed: the
 * tool must not follow them out either.
 */
export function parsePath(text: string, root?: string): string | undefined {
  if (text.length === 0 || text.length > DEFAULT_TEXT_MAX || !hasOneReading(text)) return undefined;
  const absolute = text.startsWith("/");
  if (!absolute && root === undefined) return undefined;
  const normal = collapse(absolute ? text : `${root}/${text}`);
  if (normal === undefined || normal.length > DEFAULT_TEXT_MAX) return undefined;
  return root === undefined || under(normal, root) ? normal : undefined;
}

/** Whether every tool takes the text for the same path, as far as the text alone can say. */
function hasOneReading(text: string): boolean {
  if (FORBIDDEN.test(text) || ELSEWHERE.test(text) || TRIMMED.test(text)) return false;
  return isAscii(text) || ![...text].some(becomesStructure);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function becomesStructure(character: string): boolean {
  return character > "\x7f" && STRUCTURE.test(character.normalize("NFKC"));
}

/** Whether a normalised path is the root or below it: `/srv/workshop` is not under `/srv/work`. */
export function under(path: string, root: string): boolean {
  if (root === "/") return path.startsWith("/");
  return path === root || (path.startsWith(root) && path.charCodeAt(root.length) === 47);
}

function collapse(text: string): string | undefined {
  if (!/\/(?:\.{0,2}(?:\/|$))/.test(text)) return text;
  const kept: string[] = [];
  for (const segment of text.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.pop() === undefined) return undefined;
  }
  return `/${kept.join("/")}`;
}
