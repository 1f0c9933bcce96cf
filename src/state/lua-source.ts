import { readFileSync } from "node:fs";

/** Returns the text of `lua/NAME.lua`. The one-file build contains these texts: see `build/bundle.ts`. */
export function luaSource(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}
