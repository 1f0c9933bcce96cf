import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestProblem } from "../../src/engine/request/types.js";
import { createKeys } from "../../src/identity/keys.js";
import { policyLoader } from "../../src/service/load-policy.js";
import { systemClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { StateUnavailable } from "../../src/state/store.js";
import { around, DESK, decided, lookup } from "./harness.js";

const post = (app: ReturnType<typeof around>, url: string, payload: unknown) =>
  app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json", host: "localhost" },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });

describe("a decision that fails", () => {
  it.each([
    ["an error", async () => Promise.reject(new Error("secret detail"))],
    ["something that is no error", async () => Promise.reject({ decision: "allow" })],
    ["nothing", async () => Promise.reject(undefined)],
    ["an answer of no shape", async () => ({ decision: "allow" }) as never],
    ["a field that no answer has", async () => decided({ trace: "secret" } as never)],
    ["an obligation of no kind", async () => decided({ obligations: [{ type: "secret" } as never] })],
    ["a time that is no number", async () => decided({ expires_at: Number.NaN })],
    ["no answer", async () => undefined as never],
    ["a verdict that does not exist", async () => decided({ reasons: null as never })],
  ])("is a 503 that denies and tells nothing: %s", async (_, decide) => {
    const answer = await post(around(decide), "/decide", lookup());
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ type: "urn:writ:problem:cannot_decide", decision: "deny" });
    expect(answer.body).not.toMatch(/secret|allow/);
  });

  it("denies in its place in a batch, and the others stand", async () => {
    const app = around(async ({ tool }) => {
      if (tool === "broken") throw new Error("secret detail");
      if (tool === "wrong") throw new RequestProblem(409, "key_reused", "this key is taken");
      return decided();
    });
    const requests = ["fine", "broken", "wrong", "fine"].map((tool) => lookup({ tool }));
    const answer = await post(app, "/decide/batch", { requests });
    expect(answer.statusCode).toBe(200);
    const { decisions } = answer.json();
    expect(decisions.map((each: { decision: string }) => each.decision)).toEqual([
      "allow",
      "deny",
      "deny",
      "allow",
    ]);
    expect(decisions[1].reasons[0].rule).toBe("builtin.cannot_decide");
    for (const each of decisions.slice(1, 3)) expect(each.decision_id).toMatch(/^dec_d-/);
    expect(decisions[1].decision_id).not.toBe(decisions[2].decision_id);
    expect(decisions[2].reasons[0]).toMatchObject({
      rule: "builtin.key_reused",
      message: "this key is taken",
    });
    expect(answer.body).not.toMatch(/secret/);
  });

  it("for want of state is a 503 that says which decision it was", async () => {
    const reasons = [{ rule: "builtin.state_unavailable", effect: "builtin" as const, unknown: true }];
    const app = around(async () => decided({ decision: "deny", decision_id: "dec_7", reasons }));
    const answer = await post(app, "/decide", lookup());
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(answer.json()).toMatchObject({
      type: "urn:writ:problem:state_unavailable",
      decision: "deny",
      decision_id: "dec_7",
      reasons,
      revision: "sha256:0",
    });
  });

  it("because the store of a real engine is out of reach is a 503 that denies", async () => {
    const store = new MemoryStore();
    const gone = () => {
      throw new StateUnavailable("unreachable", "no answer");
    };
    const broken = Object.assign(Object.create(store), { read: gone, commit: gone });
    const { pdp } = await policyLoader(DESK, {
      store: broken,
      keys: await createKeys(),
      clock: systemClock,
    })();
    const app = around((request) => pdp.decide(request, { id: "test" }));
    const answer = await post(app, "/decide", lookup({ tool: "notes.add", args: { text: "x" } }));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ type: "urn:writ:problem:state_unavailable", decision: "deny" });
    expect(answer.json().revision).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("elsewhere is a 500 that tells nothing", async () => {
    const answer = await post(
      around(async () => decided()),
      "/outcomes",
      { decision_id: "d", status: "ok" },
    );
    expect(answer.statusCode).toBe(500);
    expect(answer.json().type).toBe("urn:writ:problem:internal");
    expect(answer.body).not.toMatch(/injected/);
  });

  it("is told by what the engine says of a request", async () => {
    const app = around(async () => {
      throw new RequestProblem(422, "not_open", "the session is not open", [
        { pointer: "/session", message: "x" },
      ]);
    });
    const answer = await post(app, "/decide", lookup());
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      type: "urn:writ:problem:not_open",
      detail: "the session is not open",
      problems: [{ pointer: "/session", message: "x" }],
      decision: "deny",
    });
  });
});

describe("any body", () => {
  it("gives no 500, and no allow that the engine did not give", async () => {
    const app = around(async () => decided({ decision: "deny" }));
    await app.ready();
    const field = fc.constantFrom(
      "actors",
      "tool",
      "args",
      "session",
      "id",
      "type",
      "decision",
      "requests",
      "__proto__",
      "x",
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>("allow", "user", "agent", null, true, 0, 1e308, "__proto__"),
        fc.string(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(field, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const body = fc.oneof(
      fc.string(),
      value.map((each) => JSON.stringify(each) ?? ""),
      fc
        .record({ actors: value, tool: value, args: value, labels: value }, { requiredKeys: [] })
        .map((each) => JSON.stringify(each)),
      value.map((each) => JSON.stringify(lookup({ args: { any: each }, context: { any: each } }))),
      value.map((each) => JSON.stringify({ requests: [each, lookup()] })),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom("/decide", "/decide/batch"), async (payload, url) => {
        const answer = await post(app, url, payload);
        expect([200, 400]).toContain(answer.statusCode);
        expect(answer.body).not.toContain('"decision":"allow"');
        if (answer.statusCode === 400) expect(answer.json().decision).toBe("deny");
      }),
      { numRuns: 600 },
    );
  });
});
