/** Fast objects that inherit nothing. */

/** The type of `new Blank()`; callers narrow it. */
type Blanks = new () => Record<string, never>;

/**
 * A record without inherited properties, so that a field called `constructor` or `__proto__` is only a field. It uses a
 * constructor because JavaScript engines keep `Object.create(null)` in a slow form.
 */
// biome-ignore lint/complexity/useArrowFunction: an arrow function is not a constructor
const Blank = function () {} as unknown as Blanks;
Blank.prototype = Object.create(null);

/** Returns a new empty record. */
export function blank<Value>(): Record<string, Value> {
  return new Blank();
}
