import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder, from the sources as from the built files. */
export const ROOT: string = fileURLToPath(rootFrom(new URL(".", import.meta.url)));

function rootFrom(folder: URL): URL {
  if (existsSync(new URL("package.json", folder))) return folder;
  const above = new URL("..", folder);
  if (above.pathname === folder.pathname) throw new Error("there is no package.json above the benches");
  return rootFrom(above);
}
