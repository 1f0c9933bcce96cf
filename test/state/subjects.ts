import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { VirtualClock } from "../../src/state/clock.js";
import { FileStore } from "../../src/state/file-store.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { RedisStore } from "../../src/state/redis-store.js";
import { type Subject, start } from "./conformance.js";
import { RedisServer } from "./redis-server.js";

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "writ-state-"));
}

export async function memorySubject(): Promise<Subject> {
  const clock = new VirtualClock(start);
  const set = async (now: number) => clock.set(now);
  return { store: new MemoryStore({ clock }), set, stepBack: set, close: async () => {} };
}

export async function fileSubject(): Promise<Subject> {
  const clock = new VirtualClock(start);
  const directory = temporaryDirectory();
  const store = await FileStore.open(directory, { clock, begin: true, timeout: 10_000 });
  const set = async (now: number) => clock.set(now);
  const close = async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, set, stepBack: set, close };
}

/** The clock of Redis is behind what the store has answered already: so the store's time is what we say. */
export async function redisSubject(): Promise<Subject> {
  const server = await RedisServer.start();
  const store = await RedisStore.open(server.url, { timeout: 5_000 });
  await store.initialise();
  const client = new Redis(server.url);
  const set = async (now: number) => {
    await client.hset("{writ}:meta", "now", String(now));
  };
  const close = async () => {
    await store.close();
    client.disconnect();
    await server.remove();
  };
  return { store, set, stepBack: async () => {}, close };
}
