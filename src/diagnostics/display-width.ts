import stringWidth from "string-width";

const NARROW = /^[\x20-\x7e]*$/;

/** The number of terminal columns of a text: wide characters take two, combining ones none. */
export function displayWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
