/** Checks and counts the code points of texts. */

interface WellFormed {
  isWellFormed(): boolean;
}

/**
 * Whether a text has no unpaired surrogate. In UTF-8 every unpaired surrogate becomes the same replacement character,
 * so two different texts would share a digest.
 */
export function isWellFormed(text: string): boolean {
  return (text as unknown as WellFormed).isWellFormed();
}

/** Returns the number of Unicode code points, which is the length of a text in the language. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}
