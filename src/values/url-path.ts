/** Paths of URLs in the part of the grammar that every server reads alike. */

/** A slash or backslash, a percent sign, `;`, or a control character behind an escape: decoded once or twice, it is another path. */
const HIDDEN = /%(?:2f|5c|25|3b|[01][0-9a-f]|7f)/i;
const ESCAPED = /(?:%[0-9A-F]{2})+/g;
/** What is not shown, and so stands for nothing that a reader of the policy sees. A blank is. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether servers agree on what a path names. Its escapes are in capitals and none stands for an unreserved character.
 * Refused are empty segments, dot segments, parameters (`;`), and escapes that some servers decode to one of these: they are
 * no UTF-8, are percent signs themselves, or become another character by compatibility (`%EF%BC%8F`, a wide slash).
 */
export function hasOneReading(path: string): boolean {
  if (path.includes("//") || path.includes(";") || HIDDEN.test(path)) return false;
  return path.split("/").every(isPlainSegment);
}

function isPlainSegment(segment: string): boolean {
  if (segment === "." || segment === "..") return false;
  if (!segment.includes("%")) return true;
  const decoded = decode(segment);
  if (decoded === undefined || UNSEEN.test(decoded)) return false;
  const folded = decoded.normalize("NFKC");
  return folded === decoded || !/^\.{1,2}$|[/\\;%?#]/.test(folded);
}

/** The segment without escapes; undefined where they are no UTF-8. */
function decode(segment: string): string | undefined {
  try {
    return segment.replace(ESCAPED, (escapes) => {
      const bytes = escapes.split("%").slice(1);
      return decoder.decode(Uint8Array.from(bytes, (hex) => Number.parseInt(hex, 16)));
    });
  } catch {
    return undefined;
  }
}
