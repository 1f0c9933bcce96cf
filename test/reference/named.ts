/**
 * Which values a text names, as a question about one value: is there a stretch of the text, delimited as its writer would,
 * that means it? The product gathers everything that a text offers; here each stretch is tried.
 */
import parsePhone from "libphonenumber-js/min";
import { parse as parseHost } from "tldts";
import { isIdentityField } from "../../src/provenance/identity-field.js";
import type { RecordType, Type, Value } from "../../src/values/type.js";
import { domainForm, emailForm, ipForm, pathForm, urlForm } from "./normal-forms.js";
import { read, UNREADABLE } from "./reading.js";

// --- the side of the argument -----------------------------------------------------------------------------

/** The texts that an argument is known by; none for free text. */
export function knownAs(type: Type, value: Value, name: string | undefined): string[] {
  const isNamed = name !== undefined && isIdentityField(name);
  switch (type.kind) {
    case "email":
    case "url":
    case "ip":
      return [(value as { text: string }).text];
    case "domain":
    case "union":
      return [value as string];
    case "path": {
      const [path, root] = [value as string, type.root ?? "/"];
      return root !== "/" && path.startsWith(`${root}/`) ? [path, path.slice(root.length + 1)] : [path];
    }
    case "int":
    case "number":
      return isNamed ? [String(value)] : [];
    case "text":
      return kindOfText(value as string) !== undefined || (isNamed && isShortName(value as string))
        ? [value as string]
        : [];
    default:
      return [];
  }
}

type Kind = "url" | "email" | "ip" | "web" | "path" | "uuid" | "iban" | "digits" | "id";

/** What a text as a whole is; undefined for free text. */
function kindOfText(text: string): Kind | undefined {
  if (text.length < 3 || text.length > 4096) return undefined;
  if (text.includes("://")) return urlForm(text) && "url";
  if (text.includes("@")) return emailForm(text) && "email";
  if (ipForm(text) !== undefined) return "ip";
  if (isWeb(text)) return "web";
  const isDate = [...text].every((one) => "0123456789 ()./-".includes(one));
  if (text.includes("/") && !/\s/u.test(text) && !isDate) return "path";
  const lower = text.toLowerCase();
  if (
    /^[0-9a-f-]{36}$/.test(lower) &&
    lower
      .split("-")
      .map((part) => part.length)
      .join() === "8,4,4,4,12"
  )
    return "uuid";
  const bare = text.replace(/[ -]/g, "");
  const isGrouped = /^[^ -]+(?:[ -][^ -]+)*$/.test(text);
  if (isGrouped && /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/i.test(bare) && /^[A-Z]{2}[0-9]{2}/i.test(text))
    return "iban";
  if (isDigits(text)) return "digits";
  const [first = ""] = text;
  const isPlain = [...lower].every((one) => "abcdefghijklmnopqrstuvwxyz0123456789_.:#-".includes(one));
  const isWord = isPlain && /[a-z0-9]/.test(first.toLowerCase());
  if (isWord && text.length <= 128 && /\d/.test(text) && (/[a-z]/.test(lower) || text.length >= 6))
    return "id";
  return /^[a-z0-9_][a-z0-9_.-]*$/.test(lower) &&
    /^[a-z][a-z0-9]{0,7}$/.test(lower.split(".").slice(1).at(-1) ?? "")
    ? "id"
    : undefined;
}
function isWeb(text: string): boolean {
  const host = domainForm(text.split(/[/?#:]/)[0] ?? "");
  if (!host?.includes(".") || urlForm(`https://${text}`) === undefined) return false;
  const found = parseHost(host, { allowPrivateDomains: true, validateHostname: false });
  return found.domain !== null && (found.isIcann === true || found.isPrivate === true);
}
/** Digits with at most two separators between them, at least six. */
function isDigits(text: string): boolean {
  const digits = text.match(/[0-9]/g)?.length ?? 0;
  if (digits < 6 || digits > 34 || !/^[+(]{0,2}[0-9]/.test(text) || !/[0-9]$/.test(text)) return false;
  return text
    .replace(/^[+(]+/, "")
    .split(/[0-9]/)
    .every((gap) => gap.length <= 2 && /^[ ()./-]*$/.test(gap));
}
function isShortName(text: string): boolean {
  return (
    text.trim() !== "" && text.length <= 64 && !/[\r\n]/.test(text) && text.trim().split(/\s+/u).length <= 5
  );
}

/** Everything that a stretch of text may be written for. */
function meanings(written: string): string[] {
  const texts = (...forms: ({ readonly text: string } | undefined)[]): string[] =>
    forms.flatMap((form) => form?.text ?? []);
  const compact = written.replace(/[^A-Za-z0-9+]/g, "");
  const kind = kindOfText(written);
  const forms = ((): (string | undefined)[] => {
    switch (kind) {
      case "url":
        return texts(urlForm(written));
      case "email": {
        const form = emailForm(written) as { local: string; domain: string };
        return [`${form.local}@${form.domain}`, `${form.local.toLowerCase()}@${form.domain}`];
      }
      case "ip":
        return [ipForm(written)];
      case "web":
        return [...texts(urlForm(`https://${written}`), urlForm(`http://${written}`)), domainForm(written)];
      case "path":
        return [pathForm(written) ?? written.replace(/^(\.\/)+/, "").replace(/\/$/, "")];
      case "uuid":
        return [written.toLowerCase()];
      case "iban": {
        const groups = compact.toUpperCase().match(/.{1,4}/g) as string[];
        return [compact, compact.toUpperCase(), groups.join(" ")];
      }
      case "digits":
        return [compact, written.startsWith("+") ? parsePhone(written)?.number : undefined];
      default:
        return [];
    }
  })();
  return kind === undefined
    ? []
    : [written, written.normalize("NFC"), ...forms.filter((form) => form !== undefined)];
}

// --- the side of the text ---------------------------------------------------------------------------------

const MARKS = "\"'`“”‘’«»„‚,;:!?.…*()[]{}<>|\\ \n\t";
/** Marks that a writer puts around a word; `_` and `~` count in pairs. */
function bareOf(text: string): string {
  let [start, end] = [0, text.length];
  const isMark = (at: number): boolean => MARKS.includes(text[at] ?? "x");
  const count = (mark: string): number => text.slice(start, end).split(mark).length - 1;
  for (;;) {
    const [first = "", last = ""] = [text[start], text[end - 1]];
    const isPair = (open: string, close: string): boolean =>
      open !== "" && "([{<".indexOf(open) === ")]}>".indexOf(close);
    if (start >= end) return "";
    if (isMark(start) && !"([{<)]}>|\\".includes(first)) start++;
    else if (isMark(end - 1) && !"([{<)]}>|\\".includes(last)) end--;
    else if (
      "([{<".includes(first) &&
      (count(")]}>"["([{<".indexOf(first)] as string) === 0 || isPair(first, last))
    ) {
      start++;
      if (isPair(first, last)) end--;
    } else if (")]}>".includes(last) && count("([{<"[")]}>".indexOf(last)] as string) < count(last)) end--;
    else if ("_~".includes(first) && first === last && end - start > 2) {
      start++;
      end--;
    } else return text.slice(start, end);
  }
}

/** A URL in a word goes to the mark that closes one before it, and not to the end of a sentence. */
function urlOf(word: string): string {
  const at = word.indexOf("://");
  let start = at;
  while (start > 0 && /[A-Za-z0-9+.-]/.test(word[start - 1] as string)) start--;
  const open = word[start - 1] ?? "";
  let url = word.slice(start);
  for (const end of '"<>\\^`{|}') if (url.includes(end)) url = url.slice(0, url.indexOf(end));
  if (open === "(" || open === "[") {
    const close = open === "(" ? ")" : "]";
    for (let i = 0, depth = 1; i < url.length; i++) {
      depth += url[i] === open ? 1 : url[i] === close ? -1 : 0;
      if (depth === 0) url = url.slice(0, i);
    }
  } else if ("'*_~".includes(open) && open !== "") {
    const marks = open.repeat(word.slice(0, start).length - word.slice(0, start).replaceAll(open, "").length);
    let last = url.length;
    while (".,;:!?…)]".includes(url[last - 1] ?? "x")) last--;
    if (url.slice(0, last).endsWith(marks)) url = url.slice(0, last - marks.length);
  }
  while (".,;:!?'…".includes(url.at(-1) ?? "x")) url = url.slice(0, -1);
  return url;
}

/** Whether a text names a value as an identifier: for texts of plain words, addresses, numbers and the marks around them. */
export function namesIdentifier(text: string, identity: string): boolean {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= Math.min(words.length, from + 12); to++) {
      const run = words.slice(from, to).join(" ");
      const bare = bareOf(run);
      // More words than one make a number, or an account number in groups.
      const isNumber = to === from + 1 || /^[+(0-9]/.test(bare) || /^[A-Z]{2}[0-9]{2}/i.test(bare);
      const isUrl = to === from + 1 && run.includes("://");
      const stretches = isUrl
        ? [urlOf(run)]
        : to === from + 1
          ? [bare, ...valuesOfKeys(bare), ...afterAt(bare)]
          : [bare];
      if (isNumber && stretches.some((stretch) => meanings(stretch).includes(identity))) return true;
    }
  }
  return false;
}
/** What only begins with an `@` is a name, no address. */
function afterAt(word: string): string[] {
  return word.lastIndexOf("@") === 0 ? [bareOf(word.slice(1))] : [];
}
/** `to=ana@acme.com`, `id:C-1`. */
function valuesOfKeys(word: string): string[] {
  const at = word.search(/[=:]/);
  const key = word.slice(0, Math.max(0, at));
  return at > 0 && /^[A-Za-z_][\w-]*$/.test(key) && !word.includes("://") ? [bareOf(word.slice(at + 1))] : [];
}

const EVERYDAY =
  "a about above after again all also am an and any are as at be been before being below between both but by can cannot could did do does doing done down during each few for from further had has have having he her here hers him his how i if in into is it its just me more most my no nor not now of off on once only or other our ours out over own please same shall she should so some such than thank thanks that the their theirs them then there these they this those through to too under until up us very was we were what when where which while who whom whose why will with would yes you your yours".split(
    " ",
  );
/** Whether a person's own words name a value: also by a name of up to five words, in the same case. */
export function isSaid(text: string, identity: string): boolean {
  if (namesIdentifier(text, identity)) return true;
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const length = identity.split(" ").length;
  if (!isShortName(identity) || identity.split(" ").every((word) => EVERYDAY.includes(word.toLowerCase())))
    return false;
  return words.some((_, from) => {
    const run = words.slice(from, from + length).join(" ");
    const bare = bareOf(run);
    const pieces =
      length === 1 && !/.@|:\/\//.test(run)
        ? [run.split(/[,;|()[\]{}<>"]/), run.includes(".") ? [] : run.split("/")].flat()
        : [];
    const all = [
      bare,
      bare.replace(/^[#@]/, ""),
      bare.replace(/['’]s$/u, ""),
      ...pieces.map(bareOf),
      ...pieces.flatMap(valuesOfKeys),
    ];
    if (/^[_~].*[_~]$/.test(run)) all.push(run);
    return all.includes(identity);
  });
}

/** A text as a whole as a name: as it is, or as its writer would delimit it. */
function isNameOf(text: string, identity: string): boolean {
  const bare = bareOf(text);
  const isEveryday = identity.split(" ").every((word) => EVERYDAY.includes(word.toLowerCase()));
  const forms = [bare, bare.replace(/^[#@]/, ""), bare.replace(/['’]s$/u, "")];
  return isShortName(identity) && (text === identity || (!isEveryday && forms.includes(identity)));
}

// --- results ----------------------------------------------------------------------------------------------

export interface Seen {
  readonly labels: readonly string[];
  readonly declared: boolean;
  readonly whole: boolean;
}
/** Where in a result a value is seen. */
export function seenIn(type: Type | undefined, json: unknown, identity: string): Seen[] {
  const walk = (
    of: Type | undefined,
    at: unknown,
    labels: readonly string[],
    field: string | undefined,
    listed: boolean,
  ): Seen[] => {
    if (at === null || typeof at === "boolean" || at === undefined) return [];
    const below = of?.kind === "json" ? of : undefined;
    if (Array.isArray(at)) {
      const list = of?.kind === "list" || of?.kind === "set" ? of : undefined;
      return at.flatMap((element, i) =>
        walk(list !== undefined && i < list.max ? list.of : below, element, labels, field, true),
      );
    }
    if (typeof at === "object") {
      return Object.entries(at).flatMap(([key, member]) => {
        const record = of?.kind === "record" ? (of as RecordType) : undefined;
        const declared = record?.fields.find((each) => each.wire === key);
        const inner = record !== undefined ? declared?.type : of?.kind === "map" ? of.of : below;
        const more = declared === undefined ? labels : [...new Set([...labels, ...declared.labels])];
        const asText = record === undefined ? leaf(inner, key, labels, field, of?.kind === "map") : [];
        const stranger =
          record !== undefined && declared === undefined
            ? leaf(undefined, key, labels, undefined, false)
            : [];
        return [...asText, ...stranger, ...walk(inner, member, more, key, false)];
      });
    }
    return leaf(of, at as string | number, labels, field, listed);
  };
  const leaf = (
    of: Type | undefined,
    at: string | number,
    labels: readonly string[],
    field: string | undefined,
    listed: boolean,
  ): Seen[] => {
    const value = of === undefined ? UNREADABLE : read(of, at);
    const declared = value !== UNREADABLE;
    const wholes =
      of === undefined || value === UNREADABLE
        ? []
        : knownAs(of, value, field ?? (listed ? "name" : undefined));
    const whole =
      wholes.includes(identity) ||
      (of?.kind === "text" && wholes.length > 0 && meanings(at as string).includes(identity));
    const isNamed = field === undefined ? listed : isIdentityField(field);
    const byName = isNamed && (typeof at === "number" ? String(at) === identity : isNameOf(at, identity));
    const byScan =
      typeof at === "number"
        ? Math.abs(at) >= 100_000 && String(at) === identity
        : namesIdentifier(at, identity);
    return whole || byName || byScan ? [{ labels, declared, whole }] : [];
  };
  return walk(type, json, [], undefined, false);
}
