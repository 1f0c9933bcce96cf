/** Texts that can be told apart once they are bytes. */

interface WellFormed {
  isWellFormed(): boolean;
}

/**
 * Whether a text holds no half of a surrogate pair. All such halves become one and the same replacement character in
 * UTF-8, so two texts with different ones would share a digest.
 */
export function isWellFormed(text: string): boolean {
  return (text as unknown as WellFormed).isWellFormed();
}

/** Unicode code points, which is how the language counts the length of a text. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}
