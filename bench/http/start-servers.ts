/** Starts all servers with the same bundle, the same requests and the same answer. */
import { join } from "node:path";
import { createKeysFile } from "../../src/service/secret-files.js";
import { openStore } from "../../src/state/open-store.js";
import { refundPolicy } from "../cases/refund-policy.js";
import { temporaryFolder } from "../process/temporary.js";
import { hasRedis, startRedis } from "../state/redis.js";
import {
  answerOf,
  BARE,
  bareServer,
  decideBodies,
  type HttpContender,
  IN_MEMORY,
  type Served,
  writServer,
} from "./contenders.js";
import { foreignServers } from "./foreign-servers.js";

/** What is to be given back in the end, in the opposite order. */
export type Undo = (() => unknown)[];

/** All servers listen; the bare route is the first. */
export interface Started {
  readonly contenders: readonly HttpContender[];
  readonly requestBytes: number;
  readonly answerBytes: number;
}

const BARE_ROUTES = 3;

/** On a busy machine Redis may answer late; the figures show that, so it does not cause a deny. */
const CONFIG = { state: { timeout: 10 } };

/** The bare routes answer what Writ has answered to the first request. `now` is in seconds. */
export async function startServers(now: number, undo: Undo): Promise<Started> {
  const bodies = decideBodies(now);
  const kept = async (starting: Promise<HttpContender>) => {
    const contender = await starting;
    undo.push(() => contender.stop());
    return contender;
  };
  const folder = (files?: ReadonlyMap<string, string>) => {
    const { path, remove } = temporaryFolder(files);
    undo.push(remove);
    return path;
  };
  const served = await settings(folder);
  const memory = await kept(writServer(IN_MEMORY, served, "memory:", bodies));
  const answer = await answerOf(memory);
  const others = await Promise.all([
    kept(bareServer(BARE, "bare", answer, bodies)),
    kept(bareServer("bare route, body checked", "checked", answer, bodies)),
    kept(bareServer("bare route, answer checked", "guarded", answer, bodies)),
    kept(writServer("writ, file", served, `file:${folder()}`, bodies)),
    ...(hasRedis ? [kept(writServer("writ, redis", served, await newRedis(undo), bodies))] : []),
  ]);
  const contenders = [...others.slice(0, BARE_ROUTES), memory, ...others.slice(BARE_ROUTES)];
  for (const foreign of await foreignServers(now)) contenders.push(await kept(Promise.resolve(foreign)));
  const [requestBytes, answerBytes] = [bodies[0] ?? "", JSON.stringify(answer)].map((text) =>
    Buffer.byteLength(text),
  );
  return { contenders, requestBytes: requestBytes ?? 0, answerBytes: answerBytes ?? 0 };
}

async function settings(folder: (files?: ReadonlyMap<string, string>) => string): Promise<Served> {
  const path = folder(new Map([["config.json", JSON.stringify(CONFIG)]]));
  const keysFile = join(path, "keys.json");
  await createKeysFile(keysFile);
  return { bundle: folder(refundPolicy()), keysFile, configFile: join(path, "config.json") };
}

/** A new Redis counts as one that has lost its state until an administrator initialises it. */
async function newRedis(undo: Undo): Promise<string> {
  const redis = await startRedis();
  undo.push(() => redis.stop());
  const store = await openStore(redis.url);
  await store.initialise?.();
  await store.close();
  return redis.url;
}
