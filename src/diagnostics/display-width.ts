import stringWidth from "string-width";

const NARROW = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes: wide characters two, combining ones none. */
export function displayWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
