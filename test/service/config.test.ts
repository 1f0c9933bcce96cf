import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, defaultConfig, parseConfig } from "../../src/service/config.js";
import { createKeysFile, readKeysFile } from "../../src/service/secret-files.js";
import { start } from "../../src/service/start.js";
import { DESK, temporaryFile, temporaryFolder } from "./harness.js";

const ISSUER = {
  issuer: "https://idp.example",
  audience: "writ",
  algorithms: ["ES256"],
  jwks_url: "https://idp.example/jwks",
};

describe("a configuration", () => {
  it.each([
    ['{"policy": {"watch": 1},\r\n "policy": {"watch": 0}}', "line 2, at /policy: this key appears twice"],
    ['{"policy": {"watch": 0},\r       "origins": []}', "a carriage return without a line feed"],
    ['\ufeff{"origins": []}', "a byte order mark"],
    ['{"webhook": {"secret": "0123456789abcdef}', "a text has no end"],
  ])(
    "that a reader could take for another is refused, and its texts are not repeated: %j",
    (text, message) => {
      const parse = () => parseConfig(text);
      expect(parse).toThrow(ConfigError);
      expect(parse).toThrow(message);
      expect(parse).not.toThrow(/0123456789/);
    },
  );

  it("that says nothing is the default one", () => {
    expect(parseConfig("{}")).toEqual(defaultConfig());
    expect(defaultConfig()).toMatchObject({
      auth: { keys: [], issuers: [] },
      policy: { max_staleness: 3600 },
    });
  });

  it.each([
    [{ lisen: {} }, "lisen: unknown key; did you mean `listen`?"],
    [{ auth: { isuers: [] } }, "auth.isuers: unknown key; did you mean `issuers`?"],
    [{ auth: { issuers: [{ ...ISSUER, skw: 1 }] } }, "auth.issuers.0.skw: unknown key; did you mean `skew`?"],
    [{ auth: { issuers: [{ ...ISSUER, algorithms: ["none"] }] } }, /auth\.issuers\.0\.algorithms\.0/],
    [{ auth: { issuers: [{ ...ISSUER, algorithms: ["HS256"] }] } }, /auth\.issuers\.0\.algorithms\.0/],
    [{ auth: { issuers: [{ ...ISSUER, algorithms: [] }] } }, /auth\.issuers\.0\.algorithms/],
    [
      { auth: { issuers: [{ ...ISSUER, jwks_file: "keys.json" }] } },
      /exactly one of `jwks_url` and `jwks_file`/,
    ],
    [
      { auth: { keys: [{ id: "a_b", hash: "x", scopes: [] }] } },
      /auth\.keys\.0\.id[\s\S]*auth\.keys\.0\.hash[\s\S]*auth\.keys\.0\.scopes/,
    ],
    [{ listen: { port: 70_000 } }, /listen\.port/],
    [
      { webhook: { url: "http://hooks.example/", secret: "0123456789abcdef" } },
      /webhook\.url: must be `https:`/,
    ],
    [
      { webhook: { url: "https://u:pw@hooks.example/", secret: "0123456789abcdef" } },
      /webhook\.url: must not contain a user name/,
    ],
    [
      { auth: { issuers: [{ ...ISSUER, jwks_url: "http://idp.example/jwks" }] } },
      /auth\.issuers\.0\.jwks_url: must be `https:`/,
    ],
    [{ webhook: { url: "https://hooks.example/", secret: "short" } }, /webhook\.secret/],
    [{ webhook: { url: "file:///etc/passwd", secret: "0123456789abcdef" } }, /webhook\.url/],
  ])("with a mistake is told the place of it: %j", (config, message) => {
    const parse = () => parseConfig(JSON.stringify(config));
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  it("is named where it cannot be read", async () => {
    await expect(start({ bundleDir: DESK, port: 0, configFile: "/nowhere/writ.json" })).rejects.toThrow(
      /\/nowhere\/writ\.json/,
    );
    const configFile = await temporaryFile("writ.json", "{");
    await expect(start({ bundleDir: DESK, port: 0, configFile })).rejects.toThrow(configFile);
  });

  it("that names keys of an issuer by a file finds it beside itself", async () => {
    const issuers = [{ ...ISSUER, jwks_url: undefined, jwks_file: "jwks.json" }];
    const configFile = await temporaryFile("writ.json", { auth: { issuers } });
    const expected = join(configFile, "..", "jwks.json");
    await expect(start({ bundleDir: DESK, port: 0, configFile })).rejects.toThrow(expected);
  });
});

describe("a file of keys", () => {
  it("is made for its owner alone, and never over another", async () => {
    const path = join(await temporaryFolder(), "keys.json");
    await createKeysFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    await expect(createKeysFile(path)).rejects.toThrow(/EEXIST/);
    expect(await readFile(path, "utf8")).toBe(text);
    expect((await readKeysFile(path)).provenance.length).toBe(32);
  });

  it("that others can read is not used", async () => {
    const path = join(await temporaryFolder(), "keys.json");
    await createKeysFile(path);
    await chmod(path, 0o644);
    await expect(readKeysFile(path)).rejects.toThrow(/chmod 600/);
    await expect(start({ bundleDir: DESK, port: 0, keysFile: path })).rejects.toThrow(/chmod 600/);
    await chmod(path, 0o440);
    await expect(readKeysFile(path)).resolves.toBeDefined();
  });

  it("that others could change, or anybody outside its group use, is not used", async () => {
    const path = join(await temporaryFolder(), "keys.json");
    await createKeysFile(path);
    const refused: string[] = [];
    for (let bit = 0o400; bit > 0; bit >>= 1) {
      await chmod(path, 0o600 | bit);
      const isRead = await readKeysFile(path).then(
        () => true,
        () => false,
      );
      if (!isRead) refused.push(bit.toString(8));
    }
    expect(refused).toEqual(["20", "4", "2", "1"]);
  });

  it("that is no such file is named", async () => {
    await expect(readKeysFile("/nowhere/keys.json")).rejects.toThrow(/\/nowhere\/keys\.json/);
  });
});
