/** Globs, matched against the whole text in linear time: the matcher follows all states of the pattern at once. */

/** Where `*` stops: at the separator of the type, or in text at any character except letters, digits, `_`, `-` and `.`. */
export type Separator = "/" | "." | "text";

type Piece = { readonly code: number } | { readonly star: (code: number) => boolean };

const TEXT_LETTER = /[\p{L}\p{M}\p{N}]/u;

/**
 * Returns a matcher for one pattern. `*` matches any run up to the separator, also an empty one; `**` matches anything.
 * A star cannot be escaped, and case counts: write a pattern for domains in lower-case punycode.
 */
export function compileLike(pattern: string, separator: Separator): (text: string) => boolean {
  const first = pattern.indexOf("*");
  if (first === -1) return (text) => text === pattern;
  const before = pattern.slice(0, first);
  const after = pattern.slice(pattern.lastIndexOf("*") + 1);
  const shortest = before.length + after.length;
  if (/^\*{2,}$/.test(pattern.slice(first, pattern.length - after.length))) {
    return (text) => text.length >= shortest && text.startsWith(before) && text.endsWith(after);
  }
  const machine = compileMachine(pattern.slice(first, pattern.length - after.length), separator);
  return (text) =>
    text.length >= shortest &&
    text.startsWith(before) &&
    text.endsWith(after) &&
    machine(text.slice(before.length, text.length - after.length));
}

function compileMachine(pattern: string, separator: Separator): (text: string) => boolean {
  const pieces = piecesOf(pattern, separator);
  const end = pieces.length;
  return (text) => {
    let now = new Uint8Array(end + 1);
    let next = new Uint8Array(end + 1);
    enter(pieces, now, 0);
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      if (code > 0xffff) i++;
      if (!advance(pieces, now, next, code)) return false;
      [now, next] = [next, now];
      next.fill(0);
    }
    return now[end] === 1;
  };
}

/** Advances every state by one character; returns false if no state is left. */
function advance(pieces: readonly Piece[], now: Uint8Array, next: Uint8Array, code: number): boolean {
  let alive = false;
  for (let i = 0; i < pieces.length; i++) {
    if (now[i] === 0) continue;
    const piece = pieces[i]!;
    if ("star" in piece ? !piece.star(code) : piece.code !== code) continue;
    enter(pieces, next, "star" in piece ? i : i + 1);
    alive = true;
  }
  return alive;
}

/** A star may match nothing, so the state before a star includes the state after it. */
function enter(pieces: readonly Piece[], states: Uint8Array, from: number): void {
  for (let i = from; states[i] === 0; i++) {
    states[i] = 1;
    const piece = pieces[i];
    if (piece === undefined || !("star" in piece)) return;
  }
}

function piecesOf(pattern: string, separator: Separator): readonly Piece[] {
  const star = starOf(separator);
  return (pattern.match(/\*+|[^*]/gu) ?? []).map((piece) => {
    if (piece === "*") return { star };
    return piece.startsWith("*") ? { star: () => true } : { code: piece.codePointAt(0)! };
  });
}

function starOf(separator: Separator): (code: number) => boolean {
  if (separator === "text") return isTextLetter;
  const stop = separator.charCodeAt(0);
  return (code) => code !== stop;
}

function isTextLetter(code: number): boolean {
  if (code < 128) {
    return (
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 45 && code <= 46) ||
      (code >= 48 && code <= 57) ||
      code === 95
    );
  }
  return TEXT_LETTER.test(String.fromCodePoint(code));
}
