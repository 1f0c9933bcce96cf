/** The servers that take part, each in a separate process. */
import { strictEqual } from "node:assert/strict";
import { REFUND_USERS, refundRequest } from "../cases/refund-policy.js";
import { scriptAt, startServant } from "../process/script.js";
import type { BareKind } from "./bare-route.js";
import type { Load } from "./load.js";

/** A server that listens, and what it is to be asked. */
export interface HttpContender {
  readonly name: string;
  readonly load: Pick<Load, "url" | "path" | "bodies" | "holds">;
  /** Microseconds of processor time since it started; undefined if the system does not report it. */
  spent(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** The baseline of all ratios. */
export const BARE = "bare route";
/** What the target speaks of. */
export const IN_MEMORY = "writ, memory";
const SERVER = scriptAt("./server-process.js", import.meta.url);

/** The requests that every server gets: one of each user, alike in size. */
export function decideBodies(now: number): readonly string[] {
  return Array.from({ length: REFUND_USERS }, (_, user) => JSON.stringify(refundRequest(user, now)));
}

/** What every one of our services is started with. */
export interface Served {
  readonly bundle: string;
  readonly keysFile: string;
  readonly configFile: string;
}

/** Writ with its state there. One answer is asserted, all others by their verdict. */
export function writServer(
  name: string,
  { bundle, keysFile, configFile }: Served,
  state: string,
  bodies: readonly string[],
): Promise<HttpContender> {
  return started(name, ["writ", bundle, state, keysFile, configFile], bodies);
}

/** A route that always gives this answer. */
export function bareServer(
  name: string,
  kind: BareKind,
  answer: object,
  bodies: readonly string[],
): Promise<HttpContender> {
  return started(name, [kind, JSON.stringify(answer)], bodies);
}

async function started(
  name: string,
  words: readonly string[],
  bodies: readonly string[],
): Promise<HttpContender> {
  const server = startServant(SERVER, words);
  const url = await server.ask<string>({ ask: "url" });
  const load = { url, path: "/decide", bodies, holds: '"decision":"allow"' };
  const contender = {
    name,
    load,
    spent: () => server.ask<number>({ ask: "spent" }),
    stop: () => server.stop(),
  };
  await assertAnswer(name, await answerOf(contender));
  return contender;
}

/** The answer to the first request, as it is. */
export async function answerOf({ load }: Pick<HttpContender, "load">): Promise<object> {
  const { url, path, bodies } = load;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body: bodies[0] ?? "" });
  const answer = await response.text();
  strictEqual(response.status, 200, answer);
  return JSON.parse(answer) as object;
}

async function assertAnswer(name: string, answer: object): Promise<void> {
  const { decision, reasons, limits } = answer as Record<string, unknown> & {
    reasons: { rule: string }[];
    limits: unknown[];
  };
  strictEqual(decision, "allow", name);
  strictEqual(reasons[0]?.rule, "bench.refunds", name);
  strictEqual(limits.length, 2, name);
}
