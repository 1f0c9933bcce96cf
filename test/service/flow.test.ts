import { describe, expect, it } from "vitest";
import { ANA, HELPER, lookup, serve, serveAll } from "./harness.js";

const actors = [ANA, HELPER];
const refund = (changes: object = {}) => ({
  actors,
  tool: "payments.refund",
  args: { case: "K-1", amount: 400 },
  ...changes,
});
const TESS = { id: "tess", roles: ["treasurer"], acr: "aal2" };

describe("a call", () => {
  it("is decided, carried out, and settled once", async () => {
    const { post } = await serve();
    const { json: allowed } = await post("/decide", { actors, tool: "notes.add", args: { text: "x" } });
    expect(allowed).toMatchObject({ decision: "allow", reasons: [{ rule: "desk.noting" }] });
    const outcome = {
      decision_id: allowed.decision_id,
      status: "ok",
      result: { name: "Ana", seen: [1, null] },
    };
    expect((await post("/outcomes", outcome)).json).toEqual({
      decision_id: allowed.decision_id,
      status: "ok",
      repeated: false,
    });
    expect((await post("/outcomes", outcome)).json).toMatchObject({ repeated: true });
    const other = await post("/outcomes", { ...outcome, status: "failed" });
    expect(other.status).toBe(409);
    expect(other.json.type).toMatch(/^urn:writ:problem:/);
  });

  it("may bring back a result that JSON cannot hold exactly", async () => {
    const { post } = await serve();
    const { json } = await post("/decide", lookup());
    const body = `{"decision_id":"${json.decision_id}","status":"ok","result":{"id":12345678901234567890,"text":"\\ud83d"}}`;
    expect((await post("/outcomes", body)).status).toBe(200);
  });

  it("by its name on the wire is the same call", async () => {
    const { post } = await serve();
    expect((await post("/decide", lookup({ tool: "crm-mcp/get_customer" }))).json.decision).toBe("allow");
  });

  it("that meets a limit is told what is left", async () => {
    const { post, get, lines } = await serve();
    const note = { actors, tool: "notes.add", args: { text: "private words" } };
    const answers = [await post("/decide", note), await post("/decide", note), await post("/decide", note)];
    expect(answers.map(({ json }) => json.decision)).toEqual(["allow", "allow", "deny"]);
    expect(answers[1]?.json).toMatchObject({ alerts: ["desk.many_notes"] });
    expect(answers[2]?.json).toMatchObject({
      reasons: [{ rule: "desk.few_notes", effect: "limit" }],
      retry: { when: "at" },
    });
    expect((await get("/metrics")).text).toContain('writ_alerts_total{limit="desk.many_notes"} 1');
    expect(lines.some(({ msg, limit }) => msg === "limit passed" && limit === "desk.many_notes")).toBe(true);
  });

  it("waits in an inbox of pages, whatever becomes of what a page ended with", async () => {
    const { post, get } = await serve({ dev: true });
    for (const amount of [301, 302, 303]) await post("/decide", refund({ args: { case: "K-1", amount } }));
    const found: number[] = [];
    let next = "";
    do {
      const { json } = await get(
        `/approvals?limit=1${next === "" ? "" : `&after=${encodeURIComponent(next)}`}`,
      );
      found.push(...json.approvals.map((each: { args: { amount: number } }) => each.args.amount));
      next = json.next ?? "";
    } while (next !== "" && found.length < 10);
    expect(found.sort()).toEqual([301, 302, 303]);
    const first = (await get("/approvals?limit=2")).json;
    const gone = first.next.replace(/-.*/, "-apr_zzz");
    const rest = (await get(`/approvals?after=${gone}`)).json.approvals;
    expect(rest).not.toContainEqual(expect.objectContaining({ id: first.approvals[0].id }));
    expect(await get("/approvals?after=apr_1")).toMatchObject({
      status: 400,
      json: { problems: [{ pointer: "/after" }] },
    });
  });

  it("needs an approval, and goes through with it once", async () => {
    const { post, get } = await serve({ dev: true });
    const { json: asked } = await post("/decide", refund());
    expect(asked).toMatchObject({ decision: "require-approval", retry: { when: "after_needs" } });
    const [{ id, url }] = asked.needs;
    expect((await get(url)).json).toMatchObject({
      id,
      status: "pending",
      args: { case: "K-1", amount: 400 },
    });
    expect((await get("/approvals?status=pending")).json.approvals).toHaveLength(1);
    expect((await get("/metrics")).text).toMatch(/^writ_approvals_pending 1$/m);
    const granted = await post(`${url}/approve`, { approver: TESS, comment: "fine" });
    expect(granted).toMatchObject({ status: 200, json: { status: "granted", have: 1, quorum: 1 } });
    expect((await post("/decide", refund({ args: { case: "K-1", amount: 401 } }))).json.decision).toBe(
      "require-approval",
    );
    expect((await post("/decide", refund({ approvals: [granted.json.grant] }))).json.decision).toBe("allow");
    expect((await post("/decide", refund())).json.decision).toBe("require-approval");
    const forged = await post(
      "/decide",
      refund({ approvals: [`${granted.json.grant.slice(0, -8)}AAAAAAAA`] }),
    );
    expect(forged).toMatchObject({
      status: 400,
      json: { type: "urn:writ:problem:invalid_grant", decision: "deny" },
    });
  });

  it("may be rejected, or taken back", async () => {
    const { post, get } = await serve({ dev: true });
    const first = (await post("/decide", refund())).json.needs[0].url;
    expect((await post(`${first}/reject`, { approver: TESS })).json.status).toBe("rejected");
    const second = (await post("/decide", refund({ args: { case: "K-2", amount: 1 } }))).json.needs[0].url;
    expect((await post(`${second}/withdraw`)).json.status).toBe("withdrawn");
    expect((await get(second)).json.status).toBe("withdrawn");
  });
});

describe("a session", () => {
  const served = serveAll();

  it("is opened, read and ended by whoever opened it", async () => {
    const { post, get, send } = served();
    const opened = await post("/sessions", { actors, stated: "Look up C-1." });
    expect(opened).toMatchObject({ status: 201, json: { labels: [], steps: 0 } });
    const { id } = opened.json;
    expect((await post("/decide", lookup({ session: id }))).json.decision).toBe("allow");
    expect((await get(`/sessions/${id}`)).json).toMatchObject({ id, labels: ["internal"] });
    const ended = await send(`/sessions/${id}`, { method: "DELETE" });
    expect([ended.status, ended.text]).toEqual([204, ""]);
    expect((await get(`/sessions/${id}`)).status).toBe(404);
    expect((await get(`/sessions/${id}?tenant=other`)).status).toBe(404);
  });

  it("may have a name that a path has to escape", async () => {
    const { post, get } = served();
    const id = "a/b?c d%é";
    expect((await post("/sessions", { id, actors })).json.id).toBe(id);
    expect((await get(`/sessions/${encodeURIComponent(id)}`)).json.id).toBe(id);
  });

  it.each([["?tenat=x"], ["?tenant=a&tenant=b"], ["?tenant="]])(
    "is not read with a query that has a mistake: %s",
    async (query) => {
      const answer = await served().get(`/sessions/s${query}`);
      expect(answer).toMatchObject({ status: 400, json: { type: "urn:writ:problem:malformed" } });
    },
  );
});

describe("a transaction", () => {
  it("is opened, worked in, and committed or aborted", async () => {
    const { post, get } = await serve();
    const session = (await post("/sessions", { actors })).json.id;
    const opened = await post("/transactions", { kind: "case_work", session, actors });
    expect(opened).toMatchObject({
      status: 201,
      json: { kind: "case_work", status: "open", needs: [] },
    });
    const transaction = opened.json.id;
    expect((await post("/decide", lookup({ session, transaction }))).json.decision).toBe("allow");
    expect((await get(`/transactions/${transaction}`)).json.steps).toBe(1);
    expect((await post(`/transactions/${transaction}/commit`)).json.status).toBe("committed");
    expect((await post(`/transactions/${transaction}/abort`)).status).toBeGreaterThanOrEqual(400);
    const second = (await post("/transactions", { kind: "case_work", session, actors })).json.id;
    expect((await post(`/transactions/${second}/abort`, {})).json).toEqual({
      id: second,
      status: "aborted",
      undo: [],
      irreversible: [],
    });
    expect((await post(`/transactions/${second}/commit`, { force: true })).status).toBe(400);
  });
});

describe("a batch", () => {
  it("charges as the same calls one after another", async () => {
    const { post } = await serve();
    const note = { actors, tool: "notes.add", args: { text: "x" } };
    const { json } = await post("/decide/batch", { requests: [note, lookup(), note, note] });
    expect(json.decisions.map((each: { decision: string }) => each.decision)).toEqual([
      "allow",
      "allow",
      "allow",
      "deny",
    ]);
  });

  it("of too many is refused", async () => {
    const { post } = await serve();
    expect((await post("/decide/batch", { requests: Array(101).fill(lookup()) })).status).toBe(400);
    expect((await post("/decide/batch", { requests: [] })).status).toBe(400);
  });
});
