import { readFileSync } from "node:fs";

/** The version of this package, from the nearest `package.json` above, both in the sources and in the built package. */
export function packageVersion(): string {
  for (let folder = new URL(".", import.meta.url); folder.pathname !== "/"; folder = new URL("..", folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
      if (name === "writ") return version;
    } catch {
      // Not here; the next folder up.
    }
  }
  return "unknown";
}
