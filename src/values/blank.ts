/** Objects that inherit nothing and are still fast. */

/** What `new Blank()` makes; typed where it is used. */
type Blanks = new () => Record<string, never>;

/**
 * A record without inherited properties, so that a field called `constructor` or `__proto__` is only a field. Made by a
 * constructor, because engines keep `Object.create(null)` in their slow form.
 */
// biome-ignore lint/complexity/useArrowFunction: an arrow function is no constructor
const Blank = function () {} as unknown as Blanks;
Blank.prototype = Object.create(null);

/** A new empty record. */
export function blank<Value>(): Record<string, Value> {
  return new Blank();
}
