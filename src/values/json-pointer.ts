/** Steps of JSON pointers (RFC 6901), in which `/` and `~` are escaped. */

const MAX_SHOWN = 100;

/** Returns one step as a pointer in a message shows it, cut if it is long: not for finding a value. */
export function escapePointer(step: string): string {
  const short = step.length > MAX_SHOWN ? `${step.slice(0, MAX_SHOWN)}…` : step;
  return short.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Returns the key that a step of a pointer names. The result of one escape is not read as another escape. */
export function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
