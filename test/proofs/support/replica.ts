/** Services in processes of their own, and what is said to them over HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Decision } from "../../../src/model/decision.js";
import { WRIT } from "./command.js";

/** The bundle of these proofs. */
export const TILL = fileURLToPath(new URL("../till", import.meta.url));

export interface ReplicaOptions {
  readonly state: string;
  readonly keys?: string;
  readonly config?: string;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answers, looked into by tests
  readonly json: any;
  /** From the first byte sent to the last one heard, ms. */
  readonly ms: number;
}

/** A verdict, whatever the status was: a problem document that decides says `deny`. */
export function verdictOf({ json }: Answer): Decision["decision"] | undefined {
  return json?.decision;
}

/** One `writ serve`. */
export class Replica {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start({ state, keys, config }: ReplicaOptions): Promise<Replica> {
    const args = [...WRIT, "serve", TILL, "--dev", "--port", "0", "--state", state];
    if (keys !== undefined) args.push("--keys", keys);
    if (config !== undefined) args.push("--config", config);
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stderr?.on("data", (text: Buffer) => {
      said = (said + text.toString()).slice(-4_000);
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the service ended with ${code}: ${said}`)));
      // Read to the end, for a full pipe would hold the service up.
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
        if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { url: string }).url);
      });
    });
    return new Replica(child, url);
  }

  /** Posts JSON; rejects where the connection breaks off before an answer. */
  post(path: string, body: unknown): Promise<Answer> {
    return this.#send("POST", path, body);
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path, undefined);
  }

  decide(call: object): Promise<Answer> {
    return this.post("/decide", call);
  }

  /** Ends it at once, with whatever it has under way. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#agent.destroy();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill(signal);
    await ended;
  }

  #send(method: string, path: string, body: unknown): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const headers =
        text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
      const sent = request(this.url + path, { method, headers, agent: this.#agent }, (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          answer += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          if (!response.complete) return reject(new Error("the answer broke off"));
          const json = answer === "" ? undefined : (JSON.parse(answer) as unknown);
          resolve({ status: response.statusCode ?? 0, json, ms: performance.now() - begun });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }
}
