import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/process/free-port.js";

/** Whether the real thing can run here. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) {
  // Continuous integration sets this: a skipped test would pass unseen.
  if (process.env.WRIT_REQUIRE_REDIS === "1") throw new Error("redis-server is required and not installed");
  console.warn("redis-server is not installed: tests that need it are skipped");
}

/** A Redis of our own on a free port, whose data stays in its folder while it is stopped. */
export class RedisServer {
  readonly directory = mkdtempSync(join(tmpdir(), "writ-redis-"));
  readonly port: number;
  readonly #arguments: readonly string[];
  process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#arguments = args;
  }

  static async start(...args: string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const settings = [
      "--port",
      String(this.port),
      "--bind",
      "127.0.0.1",
      "--dir",
      this.directory,
      "--save",
      "",
    ];
    this.process = spawn("redis-server", [...settings, ...this.#arguments], { stdio: "ignore" });
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("redis-server does not start");
  }

  /** Ends it at once, as a crash would. */
  async stop(): Promise<void> {
    const { process } = this;
    if (process === undefined) return;
    this.process = undefined;
    const ended = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
