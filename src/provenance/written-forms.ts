/** Maps what people write to the values they mean: they may vary case, blanks in account numbers and the scheme of web addresses. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { parseDomain } from "../values/domain.js";
import { parseEmail } from "../values/email.js";
import { parseIp } from "../values/ip.js";
import { parsePath } from "../values/path.js";
import { DEFAULT_TEXT_MAX } from "../values/type.js";
import { parseUrl } from "../values/url.js";
import { DIGITS, IBAN, isIdentifier, isPathLike, isWebAddress, UUID } from "./identity.js";

/**
 * Returns the identities that a piece of text names, if it is one identifier as a whole: as written, and in the normal
 * form of each type that it may mean. Empty for any other text. Nothing is derived: a URL does not name its host, nor
 * an address its domain.
 */
export function writtenForms(written: string): readonly string[] {
  if (written.length > DEFAULT_TEXT_MAX || !isIdentifier(written)) return [];
  return [...new Set([written, written.normalize("NFC"), ...normalForms(written)])];
}

function normalForms(written: string): readonly string[] {
  if (written.includes("://")) return textsOf(parseUrl(written));
  if (written.includes("@")) {
    // The case of a mailbox is hardly ever intended.
    return textsOf(parseEmail(written)).flatMap((text) => [text, text.toLowerCase()]);
  }
  const ip = parseIp(written);
  if (ip !== undefined) return [ip.text];
  if (isWebAddress(written)) return webForms(written);
  if (isPathLike(written)) return pathForms(written);
  if (UUID.test(written)) return [written.toLowerCase()];
  if (IBAN.test(written)) return ibanForms(written);
  return DIGITS.test(written) ? digitForms(written) : [];
}

function textsOf(value: { readonly text: string } | undefined): readonly string[] {
  return value === undefined ? [] : [value.text];
}

/** Without a scheme, both schemes are possible; without a path, also the host itself. */
function webForms(written: string): readonly string[] {
  const domain = parseDomain(written);
  return [
    ...textsOf(parseUrl(`https://${written}`)),
    ...textsOf(parseUrl(`http://${written}`)),
    ...(domain === undefined ? [] : [domain]),
  ];
}

function pathForms(written: string): readonly string[] {
  const absolute = parsePath(written);
  if (absolute !== undefined) return [absolute];
  return [written.replace(/^(?:\.\/)+/, "").replace(/\/$/, "")];
}

function ibanForms(written: string): readonly string[] {
  const compact = written.replace(/[ -]/g, "");
  const upper = compact.toUpperCase();
  return [compact, upper, upper.replace(/.{4}(?=.)/g, "$& ")];
}

function digitForms(written: string): readonly string[] {
  const compact = written.replace(/[^0-9+]/g, "");
  const phone = written.startsWith("+") ? parsePhoneNumberFromString(written)?.number : undefined;
  return phone === undefined ? [compact] : [compact, phone];
}
