/** What the page for operators shows is real: its configuration, its commands, its code and its tables. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createApiKey } from "../../src/identity/api-keys.js";
import { config, parseConfig } from "../../src/service/config.js";
import { signatureOf } from "../../src/service/webhook.js";
import { writ } from "../cli/recording-terminal.js";
import { hasRedis, RedisServer } from "../state/redis-server.js";
import { serve, temporaryFile, temporaryFolder } from "./harness.js";

const ROOT = join(import.meta.dirname, "../..");
const STARTER = join(ROOT, "policies/starter");
const page = readFileSync(join(ROOT, "src/service/README.md"), "utf8");

function blocksOf(language: string): readonly string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text = ""]) =>
    name === language ? [text] : [],
  );
}

const commands = blocksOf("sh").flatMap((block) => block.trim().split("\n"));

/** The words of a shown command that follow `npx writ`. */
function argumentsOf(begin: string): readonly string[] {
  const command = commands.find((each) => each.startsWith(`npx writ ${begin}`));
  expect(command, begin).toBeDefined();
  return [...(command ?? "").matchAll(/"([^"]*)"|(\S+)/g)]
    .slice(2)
    .map(([, quoted, bare]) => quoted ?? bare ?? "");
}

/** Code spans of a table's first column; `.hash` stands for `auth.keys[].hash` after `auth.keys[].id`. */
function keysOf(header: string): readonly string[] {
  const table = page.slice(page.indexOf(`| ${header} |`)).split("\n\n")[0] ?? "";
  return table
    .split("\n")
    .slice(2)
    .flatMap((row) => {
      const spans = [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
      const base = /^.*\[\]/.exec(spans[0] ?? "")?.[0] ?? "";
      return spans.map((span) => (span.startsWith(".") ? base + span : span));
    });
}

/** Every key of the configuration that holds a value. */
function leavesOf(schema: unknown, path: string): readonly string[] {
  const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, inner]) =>
      leavesOf(inner, path === "" ? key : `${path}.${key}`),
    );
  const isOfObjects = items !== undefined && Object.hasOwn(items as object, "properties");
  return isOfObjects ? leavesOf(items, `${path}[]`) : [path];
}

describe("the page for operators", () => {
  it("lists every key of the configuration, and none besides", () => {
    const known = leavesOf(z.toJSONSchema(config, { io: "input" }), "");
    expect([...keysOf("key")].sort()).toEqual([...known].sort());
  });

  it("lists every metric, and none besides", async () => {
    const { get } = await serve();
    const { text } = await get("/metrics");
    const known = [...text.matchAll(/^# TYPE (writ_\w+) /gm)].map(([, name = ""]) => name);
    const shown = keysOf("metric").map((name) => name.replace(/\{.*/, ""));
    expect([...shown].sort()).toEqual([...known].sort());
  });

  it("shows a configuration and commands with which approvals go from asked to given", async () => {
    const [shown = ""] = blocksOf("json");
    const gateway = createApiKey("gateway");
    const lead = createApiKey("lee-desk");
    const written = parseConfig(shown);
    const { listen: _listen, ...rest } = written;
    const folder = await temporaryFolder();
    const [desk, person] = written.auth.keys;
    const keys = [
      { ...desk, hash: gateway.hash },
      { ...person, hash: lead.hash },
    ];
    const configFile = join(folder, "writ.json");
    writeFileSync(join(folder, "jwks.json"), JSON.stringify({ keys: [] }));
    writeFileSync(configFile, JSON.stringify({ ...rest, auth: { ...written.auth, keys } }));

    const keysFile = join(folder, argumentsOf("keys create")[2] ?? "");
    expect(await writ(["keys", "create", keysFile])).toMatchObject({ exitCode: 0 });
    expect((await writ(argumentsOf("keys api-key"))).err).toContain('"hash": "sha256:');
    const served = await serve({
      bundleDir: STARTER,
      configFile,
      keysFile,
      stateUrl: `file:${join(folder, "state")}`,
      stateNew: true,
    });

    const actors = [
      { type: "user", id: "ana", roles: ["clerk"], acr: "aal2", auth_time: Date.now() / 1000 },
      { type: "agent", id: "support_bot" },
    ];
    const bearer = { authorization: `Bearer ${gateway.key}` };
    await served.post("/sessions", { id: "s-1", actors }, bearer);
    const ask = (customer: string) =>
      served.post(
        "/decide",
        {
          actors,
          session: "s-1",
          tool: "crm.set_account",
          args: { customer, iban: "DE89370400440532013000" },
        },
        bearer,
      );
    const approved = (await ask("C-1")).json.needs[0].id;
    const rejected = (await ask("C-2")).json.needs[0].id;

    vi.stubEnv("WRIT_URL", served.url);
    vi.stubEnv("WRIT_TOKEN", lead.key);
    try {
      const of = (id: string) => (word: string) => (word === "apr_1" ? id : word);
      const listed = await writ(argumentsOf("approvals list"));
      expect(listed.out).toContain(approved);
      expect(listed.out).toContain(rejected);
      const yes = await writ(argumentsOf("approvals approve").map(of(approved)));
      expect(yes.out).toBe("granted: 1 of 1\n");
      expect(await writ(argumentsOf("approvals reject").map(of(rejected)))).toMatchObject({ exitCode: 0 });
    } finally {
      vi.unstubAllEnvs();
    }
    expect((await ask("C-1")).json.decision).toBe("allow");
    expect((await ask("C-2")).json.decision).toBe("deny");
  });

  it("names options of serve that there are", async () => {
    const { out } = await writ(["serve", "--help"]);
    const named = [...page.matchAll(/`(--[a-z]+)/g)].map(([, option = ""]) => option);
    const ofServe = named.filter((option) => option !== "--tenant");
    expect(ofServe.length).toBeGreaterThan(5);
    for (const option of ofServe) expect(out).toContain(option);
    for (const word of argumentsOf("serve").filter((each) => each.startsWith("--")))
      expect(out).toContain(word);
  });

  it.skipIf(!hasRedis)("shows how a new Redis is taken into use", async () => {
    const redis = await RedisServer.start();
    try {
      const shown = argumentsOf("state init");
      expect(shown).toContain("redis://127.0.0.1:6379");
      const words = shown.map((word) => (word.startsWith("redis:") ? redis.url : word));
      expect(await writ(words)).toMatchObject({ exitCode: 0, out: "accepted\n" });
    } finally {
      await redis.remove();
    }
  });

  it("verifies what the webhook sends", async () => {
    const [code = ""] = blocksOf("js");
    const file = await temporaryFile("verify.mjs", code);
    const { isFromWrit } = (await import(pathToFileURL(file).href)) as {
      isFromWrit: (body: string, header: string, secret: string) => boolean;
    };
    const secret = "0123456789abcdef";
    const now = Math.floor(Date.now() / 1000);
    const header = (seconds: number) => `t=${seconds},v1=${signatureOf(secret, seconds, "{}")}`;
    expect(isFromWrit("{}", header(now), secret)).toBe(true);
    expect(isFromWrit("{ }", header(now), secret)).toBe(false);
    expect(isFromWrit("{}", header(now - 1_000), secret)).toBe(false);
    expect(isFromWrit("{}", header(now), "another secret of ours")).toBe(false);
    expect(isFromWrit("{}", "", secret)).toBe(false);
  });
});
