import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, parseConfig } from "../../src/service/config.js";
import { createKeysFile } from "../../src/service/secret-files.js";
import { openStore } from "../../src/state/open-store.js";
import { hasRedis, RedisServer } from "../state/redis-server.js";
import { ANA, HELPER, serve, temporaryFile, temporaryFolder } from "./harness.js";

describe("the time that state may take", () => {
  it.each([0, -1, 61, "1s"])("is no %s", (timeout) => {
    expect(() => parseConfig(JSON.stringify({ state: { timeout } }))).toThrow(ConfigError);
  });

  it.skipIf(!hasRedis)("is what the configuration says, and then the call is denied", async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.remove());
    const store = await openStore(redis.url);
    await store.initialise?.();
    await store.close();
    const keysFile = join(await temporaryFolder(), "keys.json");
    await createKeysFile(keysFile);
    const { post } = await serve({
      stateUrl: redis.url,
      keysFile,
      configFile: await temporaryFile("config.json", { state: { timeout: 0.8 } }),
    });
    const note = { actors: [ANA, HELPER], tool: "notes.add", args: { text: "x" } };
    expect((await post("/decide", note)).json.decision).toBe("allow");
    redis.process?.kill("SIGSTOP");
    const begun = performance.now();
    expect(await post("/decide", note)).toMatchObject({ status: 503, json: { decision: "deny" } });
    const waited = performance.now() - begun;
    expect(waited).toBeGreaterThan(700);
    expect(waited).toBeLessThan(2_500);
  });
});
