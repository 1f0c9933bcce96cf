/** The OpenAPI document: complete, described, portable, and true of the running service. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { id, identity } from "../../src/model/common.js";
import { problemComponents } from "../../src/service/open-api-problems.js";
import { serveAll, temporaryFile } from "./harness.js";

const ROOT = join(import.meta.dirname, "../..");
const execute = promisify(execFile);

type Node = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly description: string;
    readonly schema: Node;
  }[];
  readonly requestBody?: {
    readonly content: {
      readonly "application/json": {
        readonly schema: Node;
        readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
      };
    };
  };
  readonly responses: Readonly<
    Record<string, Node & { readonly content?: Record<string, { schema: Node }> }>
  >;
}

const served = serveAll({ bundleDir: join(ROOT, "policies/starter"), dev: true });
// biome-ignore lint/suspicious/noExplicitAny: a JSON document, looked into
let document: any;
let validators: Ajv2020 | undefined;
let operations: readonly (Operation & { readonly path: string; readonly method: string })[];
beforeAll(async () => {
  document = (await served().get("/openapi.json")).json;
  operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
});

/** A validator of a schema as the document states it. */
function compile(schema: unknown): ValidateFunction {
  validators ??= new Ajv2020({
    strict: true,
    strictRequired: false,
    discriminator: true,
    formats: { identity: true },
  }).addSchema(local({ $id: "document", $defs: document.components.schemas }) as object);
  return validators.compile(local(schema) as object);
}

/** With references as Ajv finds them; it reads the values of a discriminator from the branches. */
function local(schema: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll("#/components/schemas/", "document#/$defs/");
  return JSON.parse(text, (key, value) => (key === "mapping" ? undefined : value));
}

/** Every object of a tree, with its path. */
function nodesOf(node: unknown, path = ""): readonly (readonly [path: string, node: Node])[] {
  if (typeof node !== "object" || node === null) return [];
  const inner = Object.entries(node).flatMap(([key, value]) => nodesOf(value, `${path}/${key}`));
  return Array.isArray(node) ? inner : [[path, node as Node], ...inner];
}

describe("the OpenAPI document", () => {
  it("has every address, and the very schemas that judge requests", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).sort()).toEqual([
      "/approvals",
      "/approvals/{id}",
      "/approvals/{id}/approve",
      "/approvals/{id}/reject",
      "/approvals/{id}/withdraw",
      "/decide",
      "/decide/batch",
      "/healthz",
      "/metrics",
      "/openapi.json",
      "/outcomes",
      "/policy",
      "/readyz",
      "/sessions",
      "/sessions/{id}",
      "/transactions",
      "/transactions/{id}",
      "/transactions/{id}/abort",
      "/transactions/{id}/commit",
    ]);
    const { schemas } = document.components;
    const { post } = document.paths["/decide"];
    expect(post.requestBody.content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/DecideRequest",
    });
    expect(schemas.DecideRequest.additionalProperties).toBe(false);
    expect(schemas.Actor.discriminator).toEqual({
      propertyName: "type",
      mapping: { user: "#/components/schemas/UserActor", agent: "#/components/schemas/AgentActor" },
    });
    expect(post.responses["200"].content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/Decision",
    });
    expect(schemas.Decision.required).toContain("decision");
    expect(post.security).toEqual([{ bearer: [] }]);
    expect(document.paths["/healthz"].get.security).toEqual([]);
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toContain("decide");
    expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("holds schemas that are valid, which a start does not ask, and that a strict compiler takes", () => {
    const asked = operations.flatMap(({ requestBody, parameters = [] }) => [
      ...(requestBody === undefined ? [] : [requestBody.content["application/json"].schema]),
      ...parameters.map(({ schema }) => schema),
    ]);
    expect(asked.length).toBeGreaterThan(10);
    for (const schema of asked) compile(schema);
  });

  it("describes each field, parameter, tag and operation, and names each object", () => {
    const { schemas } = document.components;
    const undescribed = Object.entries<Node>(schemas).flatMap(([name, schema]) => [
      ...(typeof schema.description === "string" ? [] : [name]),
      ...Object.entries((schema.properties ?? {}) as Record<string, Node>).flatMap(([field, each]) =>
        typeof each.description === "string" || typeof each.$ref === "string" ? [] : [`${name}.${field}`],
      ),
    ]);
    expect(undescribed).toEqual([]);
    const unnamed = nodesOf(document).filter(
      ([path, { properties }]) =>
        properties !== undefined &&
        !path.endsWith("/properties") &&
        !/^\/components\/schemas\/\w+$/.test(path),
    );
    expect(unnamed.map(([path]) => path)).toEqual([]);
    for (const { parameters = [], tags, summary, description } of operations) {
      expect([summary, description, tags.length]).toEqual([
        expect.stringMatching(/\.$/),
        expect.stringMatching(/\.$/),
        1,
      ]);
      for (const each of parameters) expect(each.description).toMatch(/\.$/);
      expect(document.tags.map(({ name }: { name: string }) => name)).toContain(tags[0]);
    }
  });

  it("says which fields exclude each other", () => {
    const decide = compile({ $ref: "#/components/schemas/DecideRequest" });
    const actors = [{ type: "agent", id: "helper" }];
    expect(decide({ actors, tool: "crm.lookup" })).toBe(true);
    expect(decide({ token: "a.b.c", channel: "prompt" })).toBe(true);
    for (const wrong of [
      { actors },
      { tool: "crm.lookup" },
      { actors, tool: "crm.lookup", channel: "prompt" },
      { actors, token: "a.b.c", tool: "crm.lookup" },
    ])
      expect(decide(wrong), JSON.stringify(wrong)).toBe(false);
    const open = compile({ $ref: "#/components/schemas/OpenSession" });
    expect([open({ actors }), open({ token: "a" }), open({}), open({ actors, token: "a" })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("uses patterns that every tool reads, and that refuse nothing the service accepts", () => {
    const patterns = nodesOf(document).flatMap(([, { pattern }]) =>
      typeof pattern === "string" ? [pattern] : [],
    );
    expect(patterns.length).toBeGreaterThan(0);
    for (const pattern of patterns) {
      // No classes of Unicode, no lookaround, no shorthand that differs between dialects.
      expect(pattern).not.toMatch(/\\[pPuUdDwWsSbB]|\(\?[^:]|\\k/);
      expect(() => [new RegExp(pattern), new RegExp(pattern, "u"), new RegExp(pattern, "v")]).not.toThrow();
    }
    for (const [schema, name] of [
      [id, "Id"],
      [identity, "Identity"],
    ] as const) {
      const published = compile({ $ref: `#/components/schemas/${name}` });
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
          if (schema.safeParse(text).success) expect(published(text)).toBe(true);
          if (name === "Id" && !/\p{Cs}/u.test(text))
            expect(published(text)).toBe(schema.safeParse(text).success);
        }),
      );
    }
  });

  it("lists the type of every problem that the engine finds", () => {
    const files = readdirSync(join(ROOT, "src/engine"), { recursive: true, encoding: "utf8" });
    const text = files
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, "src/engine", name), "utf8"))
      .join("\n");
    const words = [...text.matchAll(/new RequestProblem\(\s*\d{3},\s*"([a-z_]+)"/g)].map(([, word]) => word);
    expect(words.length).toBeGreaterThan(20);
    const listed = JSON.stringify(problemComponents());
    expect(words.filter((word) => !listed.includes(`\`urn:writ:problem:${word}\``))).toEqual([]);
  });

  it("is clean under the recommended rules of Redocly", async () => {
    const file = await temporaryFile("openapi.json", document);
    const cli = join(ROOT, "node_modules/@redocly/cli/bin/cli.js");
    const { stdout } = await execute(
      process.execPath,
      [cli, "lint", "--extends", "recommended", "--format", "json", file],
      { env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
    ).catch((error: { stdout: string }) => error);
    const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf("{")));
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });
});

describe("the examples of the OpenAPI document", () => {
  it("are there for each body, and are answered as documented", async () => {
    const { post } = served();
    const bodies = operations.filter(({ requestBody }) => requestBody !== undefined);
    const examples = (name: string) => {
      const { requestBody } = bodies.find(({ operationId }) => operationId === name) ?? {};
      const content = requestBody?.content["application/json"];
      return Object.entries(content?.examples ?? {});
    };
    const sent = new Set<string>();
    /** Sends an example, with ids that this service gave, and checks the answer by the document. */
    const send = async (name: string, which: string, ids: { path?: string; body?: object } = {}) => {
      const operation = bodies.find(({ operationId }) => operationId === name);
      const example = Object.fromEntries(examples(name))[which];
      if (operation === undefined || example === undefined)
        throw new Error(`${name} has no example ${which}`);
      const { schema } = operation.requestBody?.content["application/json"] ?? {};
      const body = { ...example.value, ...ids.body };
      expect(compile(schema)(body), `${name} ${which}`).toBe(true);
      const answer = await post(operation.path.replace("{id}", ids.path ?? ""), body);
      const response = operation.responses[answer.status] as {
        readonly $ref?: string;
        readonly content?: object;
      };
      const documented = response.$ref
        ? document.components.responses[response.$ref.split("/").at(-1) ?? ""]
        : response;
      const [[type, { schema: answers }]] = Object.entries(documented?.content ?? {}) as [
        [string, { schema: Node }],
      ];
      expect(answer.headers.get("content-type")).toContain(type);
      const fits = compile(answers);
      expect(fits(answer.json), `${name} ${which}: ${answer.text} ${JSON.stringify(fits.errors)}`).toBe(true);
      sent.add(`${name} ${which}`);
      return answer;
    };

    expect((await send("openSession", "stated")).status).toBe(201);
    expect((await send("decide", "unknown")).json.decision).toBe("deny");
    const mail = await send("decide", "mail");
    expect(mail.json.decision).toBe("step-up");
    const approval = mail.json.needs.find(({ type }: { type: string }) => type === "confirmation").id;
    const read = await send("decide", "read");
    expect(read.json.decision).toBe("allow");
    const about = ({ json }: { json: { decision_id: string } }) => ({
      body: { decision_id: json.decision_id },
    });
    expect((await send("reportOutcome", "ok", about(read))).status).toBe(200);
    expect((await send("decide", "dryRun")).json).toMatchObject({ decision: "allow", dry_run: true });
    const unused = await post("/decide", Object.fromEntries(examples("decide")).read?.value);
    expect((await send("reportOutcome", "notRun", about(unused))).status).toBe(200);
    const { decisions } = (await send("decideBatch", "two")).json;
    expect(decisions).toMatchObject([{ decision: "allow" }, { decision: "allow" }]);

    const opened = async (): Promise<string> => (await send("openTransaction", "refund")).json.id;
    expect(approval).toBeTypeOf("string");
    expect((await send("approve", "credential", { path: approval })).status).toBe(400);
    expect((await send("approve", "development", { path: approval })).status).toBe(403);
    expect((await send("reject", "credential", { path: approval })).status).toBe(400);
    expect((await send("reject", "development", { path: approval })).status).toBe(403);
    expect((await send("withdrawApproval", "withdraw", { path: approval })).status).toBe(200);
    expect((await send("abortTransaction", "undo", { path: await opened() })).status).toBe(200);
    // Without its required steps it cannot be committed.
    expect([200, 409]).toContain((await send("commitTransaction", "done", { path: await opened() })).status);
    const all = bodies.flatMap(({ operationId }) => {
      const names = examples(operationId).map(([which]) => `${operationId} ${which}`);
      expect(names.length, operationId).toBeGreaterThan(0);
      return names;
    });
    expect([...sent].sort()).toEqual(all.sort());
  });
});
