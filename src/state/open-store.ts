import type { FileStoreOptions } from "./file-store.js";
import { MemoryStore, type MemoryStoreOptions } from "./memory-store.js";
import type { RedisStoreOptions } from "./redis-store.js";
import type { StateStore } from "./store.js";

/** Options by kind of store; only those for the kind in the address are used. */
export interface OpenStoreOptions extends MemoryStoreOptions, FileStoreOptions, RedisStoreOptions {}

/**
 * Opens the store at `memory:`, `file:DIR`, `redis://…` or `rediss://…`. A rejection states what is wrong and never
 * shows a password.
 */
export async function openStore(url: string, options: OpenStoreOptions = {}): Promise<StateStore> {
  if (url === "memory:") return new MemoryStore(options);
  // The other stores are loaded only if they are used: each takes a tenth of a second.
  const directory = directoryOf(url);
  if (directory !== undefined) {
    const { FileStore } = await import("./file-store.js");
    return FileStore.open(directory, options);
  }
  if (/^rediss?:\/\//.test(url)) {
    if (!URL.canParse(url)) throw new Error("the address of the state store is no valid URL");
    const { RedisStore } = await import("./redis-store.js");
    return RedisStore.open(url, options);
  }
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0];
  throw new Error(
    `the address of the state store ${scheme === undefined ? "has no scheme" : `begins with \`${scheme}:\``}; ` +
      "it is `memory:`, `file:DIR`, `redis://HOST:PORT` or `rediss://HOST:PORT`",
  );
}

/** Returns the folder of `file:DIR`, relative or absolute, or of the URL `file:///DIR`; undefined for any other address. */
export function directoryOf(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = url.startsWith("file://")
    ? decodeURIComponent(new URL(url).pathname)
    : url.slice("file:".length);
  if (path === "" || path === "/") throw new Error("`file:` needs a directory: `file:DIR`");
  return path;
}
