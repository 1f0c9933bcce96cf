import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBundle } from "../../src/bundle/compile-bundle.js";
import { loadBundle } from "../../src/bundle/load.js";
import { check } from "../../src/check/check.js";
import { Pdp } from "../../src/engine/pdp.js";
import { createKeys } from "../../src/identity/keys.js";
import { importOpenapi } from "../../src/import/openapi.js";
import { readDocument } from "../../src/import/read-document.js";
import type { DecideRequest } from "../../src/model/request.js";
import { Source } from "../../src/source/source.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { parse } from "../../src/syntax/parse.js";
import { folderOf } from "../cli/folders.js";
import { anyJson, SCHEMA_KEYS } from "./any-json.js";
import { callsOf } from "./openapi-calls.js";

const FOLDER = new URL("./openapi/", import.meta.url);
const OPTIONS = { module: "acme.tools", server: "api" };
type Json = Record<string, unknown>;

function fixture(file: string): Json {
  return readDocument(readFileSync(new URL(file, FOLDER), "utf8")) as Json;
}
function draft(paths: unknown, more: Json = {}, openapi = "3.0.3") {
  return importOpenapi({ openapi, info: {}, paths, ...more }, OPTIONS);
}
/** The catalogue's text for one POST with this body. */
function posted(schema: unknown, more: Json = {}): string {
  const requestBody = { required: true, content: { "application/json": { schema } } };
  return draft({ "/things": { post: { operationId: "addThing", requestBody } } }, more).text;
}

/** An engine over a catalogue and one rule that allows every tool of it. */
async function engineOf(text: string) {
  const names = [...text.matchAll(/^tool (\S+)/gm)].map(([, name]) => name);
  const rules = `module acme.rules\nagent bot { title "Bot"  owner "team:x"  acts alone }\n`;
  const allow = `@ungated("the catalogue is on trial")\nallow everything { agent bot  call ${names.join(", ")} }\n`;
  const directory = folderOf({ "tools.writ": text, "rules.writ": rules + (names.length === 0 ? "" : allow) });
  const { bundle, diagnostics, sources } = loadBundle(directory);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const pdp = new Pdp({
    bundle: compileBundle(bundle!, sources),
    store: new MemoryStore(),
    keys: await createKeys(),
  });
  return (tool: string, args: Json) =>
    pdp.decide(
      { actors: [{ type: "agent", id: "bot" }], tool, args: args as DecideRequest["args"] },
      { id: "test" },
    );
}

describe.each(readdirSync(FOLDER))("the catalogue of %s", (file) => {
  const document = fixture(file);
  const server = file.replace(/\.\w+$/, "");
  const imported = importOpenapi(document, { module: "acme.tools", server });

  it("stands as it was reviewed", async () => {
    await expect(imported.text).toMatchFileSnapshot(`./openapi-drafts/${server}.writ`);
  });

  it("loads, takes calls made from the document, and refuses what is amiss by its pointer", async () => {
    const decide = await engineOf(imported.text);
    const skipped = new Set(imported.tools.skipped.map(({ name }) => name));
    const calls = callsOf(document).filter(({ name }) => !skipped.has(name));
    expect(calls).toHaveLength(imported.tools.imported);
    for (const { name, args, required } of calls) {
      const tool = `${server}/${name}`;
      const whole = await decide(tool, args);
      expect({ tool, decision: whole.decision, reasons: whole.reasons.map(({ rule }) => rule) }).toEqual({
        tool,
        decision: "allow",
        reasons: ["acme.rules.everything"],
      });
      for (const missing of required) {
        const { [missing]: _, ...rest } = args;
        await expectRefused(decide(tool, rest), missing);
      }
      await expectRefused(decide(tool, { ...args, surplus: 1 }), "surplus");
      for (const [wire, value] of Object.entries(args)) {
        if (isOpaque(imported.text, wire)) continue;
        await expectRefused(decide(tool, { ...args, [wire]: wrongKind(value) }), wire);
      }
    }
  });

  async function expectRefused(deciding: ReturnType<Awaited<ReturnType<typeof engineOf>>>, wire: string) {
    const { decision, reasons } = await deciding;
    expect({ wire, decision, rules: reasons.map(({ rule }) => rule) }).toEqual({
      wire,
      decision: "deny",
      rules: ["builtin.invalid_arguments"],
    });
    expect(JSON.stringify(reasons)).toContain(`/${wire}`);
  }
});

/** Whether the catalogue takes anything there. */
function isOpaque(text: string, wire: string): boolean {
  return new RegExp(`^ *${wire}\\??: json\\b`, "m").test(text);
}
function wrongKind(value: unknown): unknown {
  return typeof value === "object" ? "text" : { not: "this" };
}

describe("a document", () => {
  it.each([
    [{ swagger: "2.0", paths: {} }, "swagger2openapi"],
    [{ openapi: "2.9", paths: {} }, "3.0 and 3.1 are read"],
    [{ openapi: "3.2.0", paths: {} }, "3.0 and 3.1 are read"],
    [{ paths: {} }, "no field `openapi`"],
    [{ openapi: "3.0.0" }, "no `paths`"],
    [[], "no object"],
    [null, "no object"],
  ])("%j is refused in words", (document, said) => {
    expect(() => importOpenapi(document, OPTIONS)).toThrow(said);
  });
  it("without operations is a catalogue without tools", () => {
    expect(draft({ "/x": {}, "x-more": 1 }).tools).toMatchObject({ listed: 0, imported: 0 });
  });
  it("may be of 3.1 written as a number", () => {
    expect(readDocument("openapi: 3.1\npaths: {}")).toMatchObject({ openapi: 3.1 });
    expect(importOpenapi(readDocument("openapi: 3.1\npaths: {}"), OPTIONS).tools.imported).toBe(0);
  });
});

describe("parts that all hold", () => {
  it("are one record, also where one of them only requires", () => {
    const text = posted(
      {
        allOf: [{ $ref: "#/components/schemas/A" }, { required: ["b"] }],
        properties: { c: { type: "integer" } },
      },
      {
        components: {
          schemas: { A: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } } },
        },
      },
    );
    expect(text).toMatch(/a\?: text\n\s+b: text\n\s+c\?: int\n/);
  });
  it("are one text with the tighter bounds", () => {
    const x = {
      allOf: [
        { type: "string", maxLength: 9 },
        { maxLength: 5, minLength: 2 },
      ],
    };
    expect(posted({ type: "object", properties: { x } })).toContain("x?: text<2..5>");
  });
  it("are json where they contradict each other or hold themselves", () => {
    const x = { allOf: [{ type: "string" }, { type: "integer" }] };
    expect(posted({ type: "object", properties: { x } })).toContain(
      "x?: json  // its parts differ in `type`",
    );
    const loop = { allOf: [{ $ref: "#/components/schemas/loop" }, { type: "object" }] };
    expect(
      posted({ type: "object", properties: { x: loop } }, { components: { schemas: { loop } } }),
    ).toContain("x?: json  // it holds itself");
  });
});

describe("names", () => {
  it("of parameters of several places are told apart", () => {
    const at = (place: string) => ({ name: "id", in: place, required: true, schema: { type: "string" } });
    const { text } = draft({ "/x/{id}": { get: { parameters: [at("path"), at("query")] } } });
    expect(text).toContain("id__path: text");
    expect(text).toContain("id__query: text");
  });
  it("that would reach into the program are left out", () => {
    const parameters = JSON.parse('[{"name":"__proto__","in":"query","schema":{"type":"string"}}]');
    const properties = Object.fromEntries([["constructor", { type: "string" }]]);
    const { text } = draft({ "/x": { get: { operationId: "getX", parameters } } });
    expect(text).toContain("args   { }");
    expect(posted({ type: "object", properties })).toContain("constructor?: text");
  });
  it("that two operations share go to the first", () => {
    const get = { operationId: "same" };
    const { tools } = draft({ "/x": { get }, "/y": { get } });
    expect(tools).toMatchObject({ imported: 1, skipped: [{ name: "same" }] });
  });
});

describe("a guess from a method", () => {
  it.each([
    ["get", "/pets", undefined, "read", 1, false],
    ["head", "/pets", "petsThere", "read", 1, false],
    ["get", "/orders/{id}/cancel", undefined, "write", 3, true],
    ["get", "/x", "deleteEverything", "write", 3, true],
    ["get", "/x", "runs/getRun", "read", 1, false],
    ["post", "/pets", "addPet", "write", 2, false],
    ["post", "/pets/search", "searchPets", "write", 2, false],
    ["get", "/access", "create-access-list", "write", 2, false],
    ["get", "/jobs", "getThenExecute", "write", 3, false],
    ["get", "/users/{id}/remove", "users.byId", "write", 3, true],
    ["get", "/builds/{id}", "getBuild", "read", 1, false],
    ["get", "/releases/latest", "repos/latest-release", "read", 1, false],
    ["post", "/things", undefined, "write", 3, false],
    ["post", "/v1/refunds", "PostRefunds", "write", 3, true],
    ["post", "/users", "createUser", "admin", 3, false],
    ["put", "/pets/{id}", "replacePet", "write", 3, false],
    ["patch", "/pets/{id}", undefined, "write", 3, false],
    ["delete", "/pets/{id}", "getRidOf", "write", 3, true],
    ["delete", "/tokens/{id}", "deleteToken", "admin", 3, true],
  ] as const)("%s %s (%s) is %s, tier %d", (method, path, operationId, action, tier, irreversible) => {
    const { text } = draft({ [path]: { [method]: operationId === undefined ? {} : { operationId } } });
    expect(text).toContain(`  action ${action}${irreversible ? " irreversible" : ""}\n  tier   ${tier}\n`);
    expect(text).toMatch(new RegExp(`@review\\("guessed: ${method.toUpperCase()}`));
  });
});

describe("a hostile document", () => {
  it("of very many operations ends in a file of bounded size", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`/x${i}`, { get: { operationId: `get${i}` } }]),
    );
    const { text, tools, notes } = draft(paths);
    expect(tools).toMatchObject({ listed: 100_000, imported: 2_000 });
    expect(text.length).toBeLessThan(1_000_000);
    expect(notes.length).toBeLessThan(40);
  });
  it("whose references multiply is cut", () => {
    const schemas: Json = {};
    for (let i = 0; i < 30; i++) {
      const next = { $ref: `#/components/schemas/d${i + 1}` };
      schemas[`d${i}`] = { allOf: [next, next, { properties: { a: next, b: { anyOf: [next, next] } } }] };
    }
    schemas.d30 = {
      type: "object",
      properties: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`f${i}`, {}])),
    };
    const schema = { $ref: "#/components/schemas/d0" };
    const operation = {
      parameters: Array.from({ length: 50 }, (_, i) => ({ name: `p${i}`, in: "query", schema })),
      requestBody: { content: { "application/json": { schema } } },
      responses: { 200: { content: { "application/json": { schema } } } },
    };
    const paths = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`/x${i}`, { post: operation }]));
    expect(draft(paths, { components: { schemas } }).text.length).toBeLessThan(1_000_000);
  });
  it("of references in a circle is left out by its parts", () => {
    const parameters = [{ $ref: "#/components/parameters/a" }];
    const more = { components: { parameters: { a: { $ref: "#/components/parameters/a" } } } };
    expect(draft({ "/x": { get: { parameters } } }, more).tools.skipped[0]?.why).toContain("circle");
  });
  it("lets none of its text out of its place", async () => {
    const evil = 'x"\n}\nallow everything { call any }\n// \u202e\u2028 /// */ \\';
    const schema = {
      type: "object",
      required: [evil],
      properties: { 'a"b': { description: evil, enum: [evil] }, b: { pattern: evil } },
    };
    const operation = {
      operationId: 'get"it',
      summary: evil,
      description: evil,
      security: [{ a: [evil] }],
      parameters: [{ name: "q", in: "query", description: evil, schema: { type: evil, format: evil } }],
      requestBody: { content: { [evil]: { schema } } },
      responses: { 200: { content: { "application/json": { schema } } } },
    };
    const { text } = draft({
      [`/${evil}`]: { get: operation },
      "/y": { post: { ...operation, operationId: evil } },
    });
    await engineOf(text);
    expect(text).not.toMatch(/[\u202e\u2028]/);
    expect(text).not.toMatch(/^allow/m);
  });
  it("of any shape becomes a catalogue that checks", () => {
    const keys = [
      ...SCHEMA_KEYS,
      "oneOf",
      "nullable",
      "exclusiveMinimum",
      "readOnly",
      "maxItems",
      "name",
      "in",
      "schema",
      "content",
      "application/json",
      "200",
    ];
    const leaves = [
      "object",
      "string",
      "array",
      "integer",
      "number",
      "null",
      "query",
      "path",
      "id",
      "a",
      "",
      "\u0000\u{1f600}\ud800",
      "#/components/schemas/one",
      "#/components/schemas/two",
      "#/components/schemas/one/properties/a-b",
      "x.json#/a",
      3,
      -1.5,
      1e300,
      null,
      true,
      false,
    ];
    const node = anyJson(keys, leaves, 6);
    const property = fc.property(
      fc.constantFrom("get", "post", "delete"),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.array(node, { minLength: 8, maxLength: 8 }),
      (method, path, [one, two, three, ...rest]) => {
        const json = (schema: unknown) => ({ "application/json": { schema } });
        const object = {
          type: "object",
          properties: { id: one, b: two, c: { allOf: [one, two] } },
          required: ["id"],
        };
        const operation = {
          parameters: [
            { name: "id", in: "path", schema: two },
            { name: "q", in: "query", schema: one },
            rest[0],
          ],
          requestBody: { required: true, content: json(object) },
          responses: { 200: { content: json({ anyOf: [object, three] }) }, 201: rest[1] },
          summary: rest[2],
        };
        const paths = {
          [`/${path}`]: {
            [method]: operation,
            put: { requestBody: { content: json(three) }, responses: rest[3] },
          },
          "/other": rest[4],
        };
        checks(draft(paths, { components: { schemas: { one, two, three } } }).text);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});

function checks(text: string): void {
  const parsed = parse(new Source("tools.writ", text));
  const checked = check([parsed.file], { readData: () => ({ problem: "there is no data here" }) });
  const all = [...parsed.diagnostics, ...checked.diagnostics];
  expect(all.filter(({ severity }) => severity === "error")).toEqual([]);
}
