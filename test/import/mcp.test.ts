import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.js";
import { formatSource } from "../../src/format/format-source.js";
import { guessRisk } from "../../src/import/guess-risk.js";
import { importMcp } from "../../src/import/mcp.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { normalise } from "../../src/values/normalise.js";
import { anyJson, SCHEMA_KEYS } from "./any-json.js";

const OPTIONS = { module: "acme.tools", server: "crm-mcp" };

function draft(...tools: readonly unknown[]) {
  return importMcp({ tools }, OPTIONS);
}
function argsOf(inputSchema: unknown): string {
  const { text } = draft({ name: "get_it", inputSchema });
  return /args +(\{[\s\S]*?\n {2}\}|\{ \})/.exec(text)?.[1] ?? "";
}
function fieldOf(schema: unknown, required = true): string {
  const args = argsOf({ type: "object", properties: { x: schema }, required: required ? ["x"] : [] });
  return args.replace(/^\{\n {4}|\n {2}\}$/g, "").trim();
}
/** The checked tools of a catalogue; fails where it has an error. */
function toolsOf(text: string) {
  const parsed = parse(new Source("tools.writ", text));
  const checked = check([parsed.file], { readData: () => ({ problem: "there is no data here" }) });
  const errors = [...parsed.diagnostics, ...checked.diagnostics].filter(
    ({ severity }) => severity === "error",
  );
  expect(errors).toEqual([]);
  return [...checked.program!.tools.values()];
}

describe("a schema", () => {
  it.each([
    [{ type: "string" }, "x: text"],
    [{ type: "string", maxLength: 24 }, "x: text<24>"],
    [{ type: "string", minLength: 2, maxLength: 24 }, "x: text<2..24>"],
    [{ type: "string", enum: ["a", 'b"\n'] }, 'x: "a" | "b\\"\\n"'],
    [{ const: "a" }, 'x: "a"'],
    [{ type: "string", format: "email" }, "x: email"],
    [{ type: "string", format: "uri" }, "x: url"],
    [{ type: "string", format: "date-time" }, "x: time"],
    [{ type: "string", format: "hostname" }, "x: domain"],
    [{ type: "string", format: "ipv6" }, "x: ip"],
    [{ type: "string", format: "duration" }, "x: duration"],
    [{ type: "integer", minimum: 1, maximum: 5 }, "x: int<1..5>"],
    [{ type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 5 }, "x: int<1..4>"],
    [{ type: "integer", minimum: 0 }, "x: int<0..9007199254740991>"],
    [{ type: "number", minimum: -0.5, maximum: 2 }, "x: number<-0.5..2>"],
    [{ type: "number", exclusiveMinimum: 0, maximum: 2 }, "x: number<0..2>  // 0 itself is excluded"],
    [{ type: "number", maximum: 1e300 }, "x: number"],
    [{ type: "integer", enum: [1, 2, 3] }, "x: int<1..3>"],
    [{ type: "boolean" }, "x: bool"],
    [{ type: "array", items: { type: "string" } }, "x: list<text>"],
    [{ type: "array", items: { type: "string" }, minItems: 1, maxItems: 9 }, "x: list<text, 1..9>"],
    [{ type: "array", items: { type: "string" }, uniqueItems: true }, "x: set<text>"],
    [{ type: "array" }, "x: list<json>"],
    [{ type: "object", additionalProperties: { type: "number" } }, "x: map<number>"],
    [{ type: "object" }, "x: map<json>"],
    [{ anyOf: [{ const: "a" }, { enum: ["b", "c"] }] }, 'x: "a" | "b" | "c"'],
    [{ oneOf: [{ type: "integer" }, { type: "number" }] }, "x: number"],
    [{ type: ["boolean", "string"] }, "x: json  // it is one of several kinds: boolean, string"],
    [{ allOf: [{ type: "string", maxLength: 3 }] }, "x: text<3>"],
    [
      { $ref: "https://evil.com/schema.json" },
      "x: json  // its schema stands elsewhere and is never fetched",
    ],
    [{ $ref: "#/nowhere" }, "x: json  // its schema is not there"],
    [{ type: "string", pattern: "^a+$" }, "x: text  // the schema asks for the pattern ^a+$"],
    [{ type: "string", description: "The body of the mail" }, "x: text<20000>  // The body of the mail"],
    [{ type: ["string", "null"] }, "x?: text  // null in the schema: leave it out"],
  ] as readonly (readonly [unknown, string])[])("%j is %s", (schema, written) => {
    expect(fieldOf(schema)).toBe(written);
  });
  it("gives its default to a field that may be left out", () => {
    expect(fieldOf({ type: "integer", default: 10 }, false)).toBe("x: int = 10");
    expect(fieldOf({ enum: ["a", "b"], default: "b" }, false)).toBe('x: "a" | "b" = "b"');
    expect(fieldOf({ type: "string", default: null }, false)).toBe("x?: text");
    expect(fieldOf({ type: "integer", default: "ten" }, false)).toBe(
      'x?: int  // the tool takes "ten" where it is left out',
    );
  });
  it("names fields that are no names by their name on the wire", () => {
    const { text } = draft({
      name: "get_it",
      inputSchema: {
        properties: {
          "resource-type": { type: "string" },
          resource_type: { type: "string" },
          "1st": { type: "string" },
          in: { type: "string" },
          Äh: { type: "string" },
        },
      },
    });
    expect(toolsOf(text)[0]!.args.fields.map(({ name, wire }) => [name, wire])).toEqual([
      ["resource_type_6e0ed3", "resource-type"],
      ["resource_type", "resource_type"],
      ["_1st", "1st"],
      ["in_", "in"],
      ["h", "Äh"],
    ]);
  });
  it.each([
    ["path", {}, "path?: path  // a path by its name: name its root if it may be relative"],
    ["file_path", { description: "Path or glob" }, "file_path?: path  // Path or glob; a path by its name"],
    ["outputDir", {}, "outputDir?: path  // a path by its name"],
    ["paths", { type: "array", items: { type: "string" } }, "paths?: list<path>"],
    ["source", { description: "Absolute path to the file" }, "source?: path  // Absolute path to the file"],
    ["x", { format: "file-path" }, "x?: path  // a path by its format"],
    ["path", { type: ["string", "null"] }, "path?: path"],
    ["path", { anyOf: [{ type: "string" }, { type: "null" }] }, "path?: path"],
    ["json_path", {}, "json_path?: text"],
    ["callbackUrl", {}, "callbackUrl?: url"],
    ["url", { description: "A url or a number" }, "url?: text"],
    ["userEmail", {}, "userEmail?: email"],
    ["email_addresses", { type: "array", items: { type: "string" } }, "email_addresses?: list<email>"],
    ["email", { description: "E-mail address or user name" }, "email?: text"],
    ["to", { format: "idn-email" }, "to?: email"],
    ["path", { enum: ["a", "b"] }, 'path?: "a" | "b"'],
  ] as readonly (readonly [string, object, string])[])(
    "calls %s %j by what it is",
    (name, schema, written) => {
      const args = argsOf({ type: "object", properties: { [name]: { type: "string", ...schema } } });
      expect(args).toContain(written);
    },
  );
  it("may say null wherever it likes", () => {
    const nothing = [null, { type: "null" }, { type: ["null"] }, { const: null }, { enum: [null] }];
    for (const said of nothing) {
      for (const key of ["anyOf", "oneOf"])
        expect(fieldOf({ [key]: [{ type: "string" }, said] })).toMatch(/^x\??: text/);
      expect(fieldOf({ allOf: [null, { type: "string" }] })).toBe("x: text");
    }
    for (const said of nothing.slice(1)) {
      expect(argsOf({ properties: { x: said, y: { type: "string" } }, required: ["x"] })).toContain(
        "{\n    y?: text\n",
      );
      expect(argsOf({ properties: { x: { anyOf: [said] } } })).toBe("{ }");
    }
    const { text } = draft({
      name: "get_it",
      title: null,
      description: null,
      annotations: null,
      inputSchema: { type: null, properties: { a: null, b: { type: "array", items: null } }, required: null },
    });
    expect(toolsOf(text)[0]!.args.fields.map(({ wire }) => wire)).toEqual(["a", "b"]);
    for (const inputSchema of [null, { properties: null }, { allOf: [null] }])
      expect(toolsOf(draft({ name: "get_it", inputSchema }).text)).toHaveLength(1);
  });
  it("follows references inside it, and ends where one holds itself", () => {
    const tree = {
      type: "object",
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/tree" } } },
    };
    const { text } = draft({
      name: "get_it",
      inputSchema: { properties: { top: { $ref: "#/$defs/tree" } }, $defs: { tree } },
    });
    expect(text).toContain("children?: list<json>  // it holds itself");
    toolsOf(text);
  });
  it("is cut where it is hostile", () => {
    let deep: unknown = { type: "string" };
    for (let i = 0; i < 2000; i++) deep = { type: "object", properties: { a: deep } };
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, { type: "string" }]));
    const wider = { type: "object", properties: wide };
    const bomb = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `d${i}`,
        { properties: { a: { $ref: `#/$defs/d${i + 1}` }, b: { $ref: `#/$defs/d${i + 1}` } } },
      ]),
    );
    const proto = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}},"__proto__":{"polluted":true}}',
    );
    const result = draft(
      { name: "deep", inputSchema: deep },
      { name: "wide", inputSchema: wider },
      { name: "wider", inputSchema: { properties: { a: wider, b: wider } } },
      { name: "bomb", inputSchema: { $ref: "#/$defs/d0", $defs: bomb } },
      { name: "proto", inputSchema: proto },
    );
    expect(result.text).toContain("it is nested too deeply");
    expect(result.text).toContain("fields beyond 256 are left out");
    expect(result.text.length).toBeLessThan(900_000);
    const tools = toolsOf(result.text);
    expect(tools.at(-1)!.args.fields.map(({ wire }) => wire)).toEqual(["constructor"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a catalogue", () => {
  it("marks its guesses for review and lists what was not published apart", () => {
    const result = draft(
      {
        name: "deleteUser",
        description: "Deletes a user.",
        inputSchema: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      },
      { name: "list-users", inputSchema: { type: "object", properties: {}, additionalProperties: false } },
      { name: "things", inputSchema: { type: "object" } },
      { name: "names", inputSchema: { properties: { a: {}, b: { description: "x" } } } },
    );
    expect(result.tools).toMatchObject({
      listed: 4,
      imported: 4,
      typed: 2,
      untyped: ["things"],
      partlyTyped: ["names"],
    });
    expect(result.text).toContain(
      '@review("guessed: `delete` in its name, of access or for good")\ntool crm_mcp.deleteUser as "crm-mcp/deleteUser" {',
    );
    expect(result.text).toContain("// no type was published for a, b");
    const tools = toolsOf(result.text);
    expect(tools.every((tool) => tool.review)).toBe(true);
    expect(tools.map(({ action, tier }) => [action, tier])).toEqual([
      ["admin", 3],
      ["read", 1],
      ["write", 3],
      ["write", 3],
    ]);
  });
  it("gives each tool a name of its own and leaves out what cannot be named", () => {
    const result = draft(
      { name: "a-b" },
      { name: "a.b" },
      { name: "a-b" },
      { name: "x\u202e" },
      { name: 3 },
      null,
    );
    expect(toolsOf(result.text).map(({ name, wire }) => [name, wire])).toEqual([
      ["crm_mcp.a_b_d44362", "crm-mcp/a-b"],
      ["crm_mcp.a_b_2e7336", "crm-mcp/a.b"],
    ]);
    expect(result.tools.skipped).toHaveLength(4);
  });
  it("is in canonical form, under the name of its server where no module is named", () => {
    const { text } = draft({
      name: "add_x",
      description: "Adds x.",
      inputSchema: { properties: { "a-b": {} } },
    });
    expect(formatSource(new Source("a.writ", text), parse)).toMatchObject({
      kind: "formatted",
      changed: false,
    });
  });
  it("holds the tools that are asked for, under the names that they have among all", () => {
    const tools = ["a-b", "a.b", "list_x", "get_x"].map((name) => ({ name }));
    const wiresOf = (...only: readonly string[]) =>
      toolsOf(importMcp({ tools }, { ...OPTIONS, only }).text).map(({ name, wire }) => `${name} ${wire}`);
    expect(wiresOf("*_x")).toEqual(["crm_mcp.list_x crm-mcp/list_x", "crm_mcp.get_x crm-mcp/get_x"]);
    expect(wiresOf("a-b", "get_x")).toEqual([
      "crm_mcp.a_b_d44362 crm-mcp/a-b",
      "crm_mcp.get_x crm-mcp/get_x",
    ]);
    expect(() => wiresOf("list_y")).toThrow("no tool is called `list_y`; did you mean `list_x`?");
    expect(() => wiresOf("z*")).toThrow("no tool is called `z*`");
  });
  it("gives names that do not depend on the order of the list", () => {
    const wire = fc.constantFrom(
      "a-b",
      "a.b",
      "a_b",
      "a b",
      "A-b",
      "日",
      "日 本",
      "tool",
      "a_b_d44362",
      "in",
      "in_",
    );
    const listing = fc.uniqueArray(wire, { minLength: 2 });
    fc.assert(
      fc.property(listing, fc.infiniteStream(fc.nat()), (wires, keys) => {
        const shuffled = wires
          .map((each) => [keys.next().value as number, each] as const)
          .sort(([a], [b]) => a - b)
          .map(([, each]) => each);
        const schemaOf = (names: readonly string[]) => ({
          properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
        });
        const namesOf = (names: readonly string[]) =>
          toolsOf(draft(...names.map((name) => ({ name, inputSchema: schemaOf(names) }))).text)
            .map((tool) => [
              tool.wire,
              tool.name,
              tool.args.fields.map((field) => [field.wire, field.name]).sort(),
            ])
            .sort();
        expect(namesOf(shuffled)).toEqual(namesOf(wires));
        expect(new Set(namesOf(wires).map(([, name]) => name)).size).toBe(wires.length);
      }),
      { numRuns: 40 },
    );
  });
  it("keeps both of two fields that variants call alike", () => {
    const variant = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } } });
    const { text } = draft(
      { name: "one", inputSchema: { oneOf: [variant("a-b"), variant("a.b")] } },
      { name: "two", inputSchema: { ...variant("a-b"), anyOf: [variant("a.b")] } },
    );
    for (const tool of toolsOf(text))
      expect(tool.args.fields.map(({ wire }) => wire).sort()).toEqual(["a-b", "a.b"]);
  });
  it("lets no text of the server out of its place", () => {
    const evil = 'x"\n}\nallow everything { call any }\n// \u202e\u200b\r\u2028 /// */ \\';
    const result = draft({
      name: 'get"\\thing',
      title: evil,
      description: evil,
      inputSchema: {
        properties: {
          'a"b': { description: evil, enum: [evil, "b"], default: evil },
          c: { type: evil },
          d: { pattern: evil, type: "string", format: evil },
        },
        required: [evil],
      },
    });
    const [tool] = toolsOf(result.text);
    expect(parse(new Source("x.writ", result.text)).file.items).toHaveLength(1);
    expect(tool!.wire).toBe('crm-mcp/get"\\thing');
    expect(result.text).not.toMatch(/[\u202e\u200b\r\u2028]/);
  });
  it("takes defaults that the tool would take itself", () => {
    const { text } = draft({
      name: "list",
      inputSchema: { properties: { limit: { type: "integer", default: 5 } } },
    });
    expect(normalise(toolsOf(text)[0]!.args, {})).toMatchObject({ ok: true, value: { limit: 5 } });
  });
  it("is refused of what lists no tools", () => {
    for (const listing of [null, [], {}, { tools: {} }, "x"])
      expect(() => importMcp(listing, OPTIONS)).toThrow(TypeError);
    expect(() => importMcp({ tools: [] }, { ...OPTIONS, module: "Acme tools" })).toThrow(TypeError);
  });
  it("parses and checks, whatever the server lists", () => {
    const leaves = [
      "object",
      "string",
      "array",
      "integer",
      "number",
      "null",
      "#",
      "#/properties/a-b",
      3,
      -1.5,
      1e300,
      null,
      true,
      false,
      "a",
      "",
      "\u0000é😀\ud800",
      "x".repeat(600),
    ];
    const schema = anyJson(SCHEMA_KEYS, leaves, 5);
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 12 }),
        schema,
        schema,
        fc.string({ unit: "binary" }),
        (name, one, two, description) => {
          toolsOf(
            draft(
              { name, description, inputSchema: { type: "object", properties: { one, two } } },
              { name: "b", inputSchema: one },
            ).text,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a guess", () => {
  it.each([
    ["list_repos", "read", 1],
    ["getUser", "read", 1],
    ["recommendation_list", "read", 1],
    ["deploy_logs_get", "read", 1],
    ["add_comment", "write", 2],
    ["update_issue", "write", 3],
    ["delete_list", "write", 3],
    ["list_remove", "write", 3],
    ["get_exec", "write", 3],
    ["preview_then_apply", "write", 3],
    ["create-access-list", "write", 2],
    ["get_or_create", "write", 2],
    ["fetch_and_post", "write", 3],
    ["search_replace", "write", 3],
    ["readWriteFile", "write", 3],
    ["deletesUser", "admin", 3],
    ["get_d\u0435lete", "write", 3],
    ["resolve_incident", "write", 3],
    ["query_postgres", "write", 3],
    ["get_file", "read", 1],
    ["list_open_issues", "read", 1],
    ["get_latest_release", "read", 1],
    ["find_and_delete", "write", 3],
    ["send_money", "write", 3],
    ["create_user", "admin", 3],
    ["rotate_key", "admin", 3],
    ["frobnicate", "write", 3],
  ])("of %s is %s, tier %d", (name, action, tier) => {
    expect(guessRisk({ name })).toMatchObject({ action, tier });
  });
  it("has no verb of change that a verb of reading beside it could hide", () => {
    const changes =
      "remove delete exec apply update set create send write revoke disable put upsert purge".split(" ");
    const reads = "get list read search find fetch show view check preview".split(" ");
    const rest = fc.array(fc.constantFrom("user", "file", "x", "config", "then", "and"), { maxLength: 3 });
    const name = fc.tuple(
      fc.constantFrom(...changes),
      fc.constantFrom(...reads),
      rest,
      fc.constantFrom("_", "-", ".", " "),
    );
    fc.assert(
      fc.property(name, fc.nat(), ([change, read, more, joint], seed) => {
        const words = [change, read, ...more];
        const turned = words.map((_, index) => words[(index + seed) % words.length]);
        for (const order of [turned, [...turned].reverse()])
          expect(guessRisk({ name: order.join(joint), description: "Gets it." }).action).not.toBe("read");
      }),
    );
  });
  it("of a read that takes a script is no read", () => {
    const schema = { type: "object", properties: { sql: { type: "string" } } };
    expect(draft({ name: "get_rows", inputSchema: schema }).text).toContain("action write");
  });
  it("of what destroys is never lower, whatever else is said", () => {
    for (const name of ["get_it", "list_things", "add_it", "whoami"])
      for (const readOnly of [true, false, undefined])
        expect(guessRisk({ name, annotations: { readOnly, destructive: true } })).toMatchObject({
          action: "write",
          tier: 3,
        });
  });
  it("is raised by what the vendor says, and never lowered", () => {
    expect(guessRisk({ name: "get_it", annotations: { readOnly: false } })).toMatchObject({
      action: "write",
      tier: 3,
    });
    expect(guessRisk({ name: "delete_it", annotations: { readOnly: true } })).toMatchObject({
      action: "write",
      tier: 3,
    });
    expect(guessRisk({ name: "add_it", annotations: { readOnly: false, destructive: true } })).toMatchObject({
      tier: 3,
    });
    expect(guessRisk({ name: "delete_it", annotations: { destructive: false } })).toMatchObject({ tier: 3 });
  });
});
