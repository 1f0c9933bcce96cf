/** Steps of JSON pointers (RFC 6901), in which `/` and `~` are escaped. */

const SHOWN_MAX = 100;

/** One step as it is shown in a pointer, cut short where a sender made it long: for messages, not for finding a value. */
export function escapePointer(step: string): string {
  const short = step.length > SHOWN_MAX ? `${step.slice(0, SHOWN_MAX)}…` : step;
  return short.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The key that a step of a pointer names; what an escape gives is not read as another. */
export function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
