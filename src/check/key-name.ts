/** Names the key of a limit or a `prior` as an author writes it. */
import type { LimitKey } from "./program.js";

/** `args.a.b`, `args`, `user`, … */
export function keyName(key: LimitKey): string {
  return key.kind === "argument" ? `args.${key.path.join(".")}` : key.kind;
}
