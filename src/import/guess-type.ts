/**
 * Guesses types that a schema means but does not state: a text is compared character by character, so a rule about a
 * path, a web address or an e-mail address would miss other spellings of the same value.
 */
import type { Type } from "../values/type.js";
import { wordsOf } from "./guess-risk.js";

/** A type, and the reason for it. */
export interface GuessedType {
  readonly type: Type;
  readonly remark: string;
}

const PATHS = new Set(["path", "filepath", "dirpath", "pathname", "directory", "dir", "cwd", "workdir"]);
const URLS = new Set(["url", "uri", "href", "webhook"]);
const EMAILS = new Set(["email", "mail"]);
const PATH_FORMATS = new Set([
  "path",
  "filepath",
  "filename",
  "directory",
  "absolutepath",
  "posixpath",
  "unixpath",
]);
/** Queries into documents are called paths too. */
const QUERIES = new Set(["json", "xml", "x", "object", "field", "property"]);
const SAYS_PATH =
  /^\W*(?:the |an? )?(?:(?:absolute|relative|full|local|file|directory|folder)\W+)*paths? (?:to|of|for|where)\b/i;
/** A value that may also be something else stays a text, because a type would refuse it. */
const OR_ELSE = /\bor\b|\beither\b|\bcomma[- ]separated\b/i;

/**
 * Returns the type that a format, name or description implies for a text, or undefined for a plain text. A name or
 * format `path` always implies a path: as a text, `/workspace/../etc/passwd` would pass.
 */
export function guessTextType(
  name: string,
  format: string | undefined,
  about: string,
): GuessedType | undefined {
  const words = wordsOf(name);
  const last = singular(words.at(-1) ?? "");
  if (format !== undefined && PATH_FORMATS.has(format.toLowerCase().replace(/[^a-z]/g, "")))
    return path("format");
  if (PATHS.has(last) && !QUERIES.has(words.at(-2) ?? "")) return path("name");
  if (SAYS_PATH.test(about)) return path("description");
  const isMail = EMAILS.has(last) || (last === "address" && EMAILS.has(singular(words.at(-2) ?? "")));
  const kind = URLS.has(last) ? "url" : isMail ? "email" : undefined;
  if (kind === undefined || OR_ELSE.test(about)) return undefined;
  return { type: { kind }, remark: `an e-mail address or url by its name` };
}

function path(by: string): GuessedType {
  return { type: { kind: "path" }, remark: `a path by its ${by}: name its root if it may be relative` };
}

function singular(word: string): string {
  return word.replace(/(?:(?<=ss)es|(?<![su])s)$/, "").replace(/ie$/, "y");
}
