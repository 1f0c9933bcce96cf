/** Paths of URLs, limited to the part of the grammar that all servers read alike. */

/** A slash or backslash, a percent sign, `;`, or a control character behind an escape: decoding it once or twice changes the path. */
const HIDDEN = /%(?:2f|5c|25|3b|[01][0-9a-f]|7f)/i;
const ESCAPED = /(?:%[0-9A-F]{2})+/g;
/** Characters that are invisible to a reader of the policy. A blank is visible. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether servers agree on what a path names. Its escapes must be upper-case and must not encode unreserved characters.
 * Empty segments, dot segments and parameters (`;`) are refused, and so are escapes that some servers decode to one of
 * these: invalid UTF-8, encoded percent signs, and characters with a compatibility mapping (`%EF%BC%8F`, a wide slash).
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

/** Returns the segment without escapes, or undefined if they are not UTF-8. */
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
