import { readFileSync } from "node:fs";

/** The text of `lua/NAME.lua`, beside this file. The one-file bundle has the texts in it: see `build/bundle.ts`. */
export function luaSource(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}
