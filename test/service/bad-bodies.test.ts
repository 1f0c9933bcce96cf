import { describe, expect, it } from "vitest";
import { ANA, HELPER, lookup, serveAll } from "./harness.js";

const JSON_TYPE = { "content-type": "application/json" };

describe("a body that is not what it should be", () => {
  const served = serveAll();

  it.each([
    ["malformed JSON", '{"tool": "crm.lookup",}', "", /line 1, column 23 \(offset 22\): expected a key/],
    ["a key twice", '{"tool":"a","tool":"b"}', "/tool", /twice/],
    ["a prototype", '{"tool":"a","args":{"__proto__":{"admin":true}}}', "/args/__proto__", /not allowed/],
    ["a number without end", '{"tool":"a","args":{"amount":1e999}}', "/args/amount", /too large/],
    [
      "an integer that cannot be read",
      '{"tool":"a","args":{"n":12345678901234567890}}',
      "/args/n",
      /exactly/,
    ],
    [
      "nesting without end",
      `{"args":{"a":${"[".repeat(40)}${"]".repeat(40)}}}`,
      /^\/args\/a(\/0)+$/,
      /deeper than 32/,
    ],
  ])("is refused with its place: %s", async (_, body, pointer, detail) => {
    const { post } = served();
    const answer = await post("/decide", body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ type: "urn:writ:problem:malformed", status: 400, decision: "deny" });
    expect(answer.json.detail).toMatch(detail);
    const [problem] = answer.json.problems;
    if (pointer instanceof RegExp) expect(problem.pointer).toMatch(pointer);
    else expect(problem.pointer).toBe(pointer);
  });

  it.each([
    ["an unknown field", { sesion: "s" }, { pointer: "/sesion", message: /did you mean `session`/ }],
    ["a wrong type", { tool: 7 }, { pointer: "/tool", message: /^must be a string$/ }],
    ["a text for a boolean", { dry_run: "true" }, { pointer: "/dry_run", message: /^must be a boolean$/ }],
    ["a number for a text", { session: 12 }, { pointer: "/session", message: /^must be a string$/ }],
    ["null for nothing", { session: null }, { pointer: "/session", message: /^must be a string$/ }],
    ["one element for a list", { supports: "log" }, { pointer: "/supports", message: /^must be an array$/ }],
    ["an array for an object", { args: [] }, { pointer: "/args", message: /^must be an object$/ }],
    [
      "200 actors",
      { actors: Array(200).fill(HELPER) },
      { pointer: "/actors", message: /at most 16 elements/ },
    ],
    [
      "a strange actor",
      { actors: [{ type: "robot", id: "x" }] },
      { pointer: "/actors/0/type", message: /`user`, `agent`/ },
    ],
    [
      "an actor's typo",
      { actors: [{ ...ANA, role: ["clerk"] }, HELPER] },
      { pointer: "/actors/0/role", message: /`roles`/ },
    ],
    ["a control character", { session: "a\u0000b" }, { pointer: "/session", message: /control characters/ }],
    [
      "a huge time",
      { actors: [{ ...ANA, auth_time: 1e15 }, HELPER] },
      { pointer: "/actors/0/auth_time", message: /at most/ },
    ],
  ])("is refused with its place: %s", async (_, changes, problem) => {
    const { post } = served();
    const answer = await post("/decide", lookup(changes));
    expect(answer.status).toBe(400);
    expect(answer.json.decision).toBe("deny");
    expect(answer.json.problems).toHaveLength(1);
    expect(answer.json.problems[0].pointer).toBe(problem.pointer);
    expect(answer.json.problems[0].message).toMatch(problem.message);
  });

  it("is told every mistake at once, but not without end", async () => {
    const { post } = served();
    const several = await post("/decide", lookup({ sesion: 1, tenat: 2, dry_run: 3 }));
    expect(several.json.problems.map((each: { pointer: string }) => each.pointer).sort()).toEqual([
      "/dry_run",
      "/sesion",
      "/tenat",
    ]);
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, i]));
    expect((await post("/decide", lookup(fields))).json.problems).toHaveLength(20);
    const more = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`x${i}`, i]));
    expect((await post("/decide", lookup(more))).json.problems).toHaveLength(1);
  });

  it("that means nothing to the engine is told so in the same way", async () => {
    const { post } = served();
    const both = await post("/decide", lookup({ channel: "prompt" }));
    expect(both).toMatchObject({
      status: 400,
      json: { type: "urn:writ:problem:malformed", decision: "deny" },
    });
    const nobody = await post("/decide", lookup({ actors: [ANA] }));
    expect(nobody).toMatchObject({ status: 400, json: { decision: "deny" } });
  });

  it("of two megabytes is too large", async () => {
    const { post } = served();
    const answer = await post("/decide", lookup({ args: { customer: "x".repeat(2_000_000) } }));
    expect(answer).toMatchObject({
      status: 413,
      json: {
        type: "urn:writ:problem:too_large",
        decision: "deny",
        detail: "A body has at most 1048576 bytes.",
      },
    });
  });

  it("of two megabytes that does not say so is too large", async () => {
    const { url } = served();
    const chunk = new TextEncoder().encode(" ".repeat(65_536));
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => (sent++ < 32 ? controller.enqueue(chunk) : controller.close()),
    });
    const init = { method: "POST", headers: JSON_TYPE, body, duplex: "half" } as RequestInit;
    const status = await fetch(`${url}/decide`, init).then(
      (response) => response.status,
      // The service hangs up on whoever goes on sending.
      () => 413,
    );
    expect(status).toBe(413);
  });

  it("of another type is not looked at", async () => {
    const { send } = served();
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=utf-16",
    ]) {
      const answer = await send("/decide", { method: "POST", headers: { "content-type": type }, body: "{}" });
      expect(answer).toMatchObject({ status: 415, json: { decision: "deny" } });
    }
    const zipped = { ...JSON_TYPE, "content-encoding": "gzip" };
    expect((await send("/decide", { method: "POST", headers: zipped, body: "{}" })).status).toBe(415);
  });

  it("that is missing is malformed", async () => {
    const { send } = served();
    for (const headers of [{}, JSON_TYPE]) {
      const answer = await send("/decide", { method: "POST", headers });
      expect(answer).toMatchObject({
        status: 400,
        json: { detail: "The body is missing: send a JSON object.", decision: "deny" },
      });
    }
  });

  it("that is no UTF-8 is malformed", async () => {
    const { send } = served();
    const body = Buffer.concat([Buffer.from('{"tool":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const answer = await send("/decide", { method: "POST", headers: JSON_TYPE, body });
    expect(answer).toMatchObject({ status: 400, json: { detail: "The body is not UTF-8." } });
  });

  it("with crowded objects is refused at the first member too many, wherever they are", async () => {
    const { post } = served();
    const many = (count: number, prefix = "k") =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 1]));
    const crowded = [
      lookup({ args: many(90_000) }),
      lookup({ context: many(90_000) }),
      lookup(many(90_000)),
      lookup({
        args: Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`a${i}`, many(40, `${i}x`)])),
      }),
    ];
    for (const body of crowded) {
      const answer = await post("/decide", body);
      expect(answer).toMatchObject({ status: 400, json: { decision: "deny" } });
      expect(answer.json.problems).toHaveLength(1);
      expect(answer.json.problems[0].message).toMatch(/^objects have too many members: at most 10000/);
    }
    // Up to that, what is wrong with them is listed to an end, and small objects count nothing.
    const undeclared = await post("/decide", lookup({ args: many(9_000) }));
    expect(undeclared.json.decision).toBe("deny");
    expect(undeclared.json.reasons[0].pointers.length).toBeLessThanOrEqual(50);
    const small = Array.from({ length: 2_000 }, (_, i) => many(16, `${i % 7}x`));
    expect((await post("/decide", lookup({ args: { customer: small } }))).json.decision).toBe("deny");
  });

  it("changes nothing for whoever comes after", async () => {
    const { post } = served();
    const hostile = [
      '{"__proto__":{"decision":"allow"}}',
      '{"constructor":{"prototype":{"decision":"allow"}}}',
    ];
    for (const body of hostile) expect((await post("/decide", body)).status).toBe(400);
    const answer = await post(
      "/decide",
      lookup({ args: { constructor: { x: 1 }, toString: "y", customer: "C" } }),
    );
    expect(answer.json.decision).toBe("deny");
    expect(({} as { decision?: unknown }).decision).toBeUndefined();
    expect((await post("/decide", lookup())).json.decision).toBe("allow");
  });
});
