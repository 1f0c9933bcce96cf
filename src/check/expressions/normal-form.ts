/**
 * The normal forms of values. A constant that is compared with them and written differently (`"HTTPS"` for a scheme,
 * `"Evil.com"` for a domain) is converted if its normal form is certain, and reported if it has none.
 */
import { domainToASCII } from "node:url";
import { parseDomain } from "../../values/domain.js";
import { parseUrlPath, urlPathPattern } from "../../values/url.js";
import type { Expr } from "../program.js";

/** The form that every value of an expression has. */
export interface NormalForm {
  /** What messages call such a value. */
  readonly what: string;
  /** How it differs from other texts, for messages. */
  readonly rule: string;
  /** The constant in this form; undefined if no value can equal it. */
  readonly of: (text: string) => string | undefined;
  /** The same for a glob, as far as it is certain; a glob that cannot match is reported later. */
  readonly ofPattern: (pattern: string) => string;
  /** Whether a value can contain this character. */
  readonly admits: (character: string) => boolean;
}

const same = (text: string) => text;
const lower = (text: string) => text.toLowerCase();

const SCHEME: NormalForm = {
  what: "URL scheme",
  rule: "schemes are lower-case and leave out the `:`",
  of: (text) => {
    const scheme = lower(text).replace(/:(?:\/\/)?$/, "");
    return /^[a-z][a-z0-9+.-]{0,31}$/.test(scheme) ? scheme : undefined;
  },
  ofPattern: lower,
  admits: (character) => /[a-z0-9+.-]/.test(character),
};

const LOWERED: NormalForm = {
  what: "lower-case text",
  rule: "`lower` gives lower-case letters only",
  of: lower,
  ofPattern: lower,
  admits: (character) => lower(character) === character,
};

const DOMAIN: NormalForm = {
  what: "domain",
  rule: "domains are lower-case letters, digits, `-`, `_` and `.`",
  of: parseDomain,
  ofPattern: domainPattern,
  admits: (character) => /[a-z0-9_.-]/.test(character),
};

/** A host may also be an IP address. */
const HOST: NormalForm = {
  ...DOMAIN,
  what: "host",
  rule: "hosts are lower-case letters, digits, `-`, `_`, `.` and, in an IPv6 address, `:`",
  admits: (character) => /[a-z0-9_.:-]/.test(character),
};

const PATH: NormalForm = {
  what: "path",
  rule: "paths have no empty, `.` or `..` segment, no `/` at the end and no `\\`",
  of: same,
  ofPattern: same,
  admits: (character) => !/[\p{C}\p{Zl}\p{Zp}\\]/u.test(character),
};

const OF_URL: NormalForm = {
  what: "path of a URL",
  rule: "these paths are written in ASCII, with escapes in capitals",
  of: parseUrlPath,
  ofPattern: urlPathPattern,
  admits: (character) => /[\x21-\x7e]/.test(character) && !/["<>\\^`{|}?#;]/.test(character),
};

/** The normal form of an expression's values; undefined if the text is used as sent, or its type lists the options. */
export function normalFormOf(expr: Expr): NormalForm | undefined {
  if (expr.kind === "function" && expr.name === "lower") return LOWERED;
  if (expr.kind === "else") return withFallback(normalFormOf(expr.of), expr.fallback);
  if (expr.kind === "field" && expr.of.type.kind === "url") {
    if (expr.name === "scheme") return SCHEME;
    if (expr.name === "host") return HOST;
    if (expr.name === "path") return OF_URL;
  }
  if (expr.type.kind === "domain") return DOMAIN;
  return expr.type.kind === "path" ? PATH : undefined;
}

/** The fallback of an `else` is compared as it is written. */
function withFallback(form: NormalForm | undefined, fallback: Expr): NormalForm | undefined {
  if (form === undefined || fallback.kind !== "const" || typeof fallback.value !== "string") return undefined;
  const { value } = fallback;
  return {
    ...form,
    of: (text) => (text === value ? text : form.of(text)),
    admits: (character) => form.admits(character) || value.includes(character),
  };
}

/** The pattern with labels beyond ASCII as punycode, and without the dot of the root. */
function domainPattern(pattern: string): string {
  const labels = lower(pattern)
    .replace(/(?<=[^.*])\.$/, "")
    .split(".");
  return labels
    .map((label) =>
      /[^\0-\x7f]/.test(label) && !label.includes("*") ? domainToASCII(label) || label : label,
    )
    .join(".");
}
