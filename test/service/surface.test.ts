import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { lookup, serve, serveAll } from "./harness.js";

describe("an answer", () => {
  const served = serveAll();

  it("repeats the request's id where it is fit to be repeated", async () => {
    const { post, get } = served();
    expect((await post("/decide", lookup(), { "x-request-id": "req-7" })).headers.get("x-request-id")).toBe(
      "req-7",
    );
    for (const id of ["a b", "x".repeat(200), "é", '"{}']) {
      const answer = await get("/nowhere", { "x-request-id": id });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
    const lost = await get("/nowhere", { "x-request-id": "req-8" });
    expect(lost).toMatchObject({
      status: 404,
      json: { type: "urn:writ:problem:not_found", instance: "urn:writ:request:req-8" },
    });
  });

  it("lets nothing keep it, show it as a page, or read it from another origin", async () => {
    const { get } = served();
    for (const path of ["/healthz", "/nowhere"]) {
      const { headers } = await get(path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("to a web page, or under a name of somebody else, is a refusal", async () => {
    const { post, url } = served();
    const page = await post("/decide", lookup(), { origin: "https://evil.example" });
    expect(page).toMatchObject({
      status: 403,
      json: { type: "urn:writ:problem:foreign_origin", decision: "deny" },
    });
    const rebound = await statusOf(url, { host: "evil.example" });
    expect(rebound).toBe(403);
    expect(await statusOf(url, { host: "localhost:1" })).toBe(200);
  });

  it("to two `Host` headers, or to a URL of another host, is a refusal", async () => {
    const { service } = served();
    const raw = (head: string) => exchange(service.port, `${head}\r\nconnection: close\r\n\r\n`);
    expect(await raw("GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw("GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost")).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await raw("GET http://localhost/healthz HTTP/1.1\r\nhost: localhost")).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw("GET /healthz HTTP/1.1\r\nx: y")).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("to what Node itself would refuse is a problem as well", async () => {
    const { service } = served();
    const raw = (head: string) => exchange(service.port, `${head}\r\nconnection: close\r\n\r\n`);
    const expecting = await raw(
      "POST /decide HTTP/1.1\r\nhost: localhost\r\nexpect: a-miracle\r\ncontent-length: 0",
    );
    expect(expecting).toMatch(/^HTTP\/1\.1 417 [\s\S]*application\/problem\+json[\s\S]*"decision":"deny"/);
    const unknown = await raw("QUERY /healthz HTTP/1.1\r\nhost: localhost");
    expect(unknown).toMatch(/^HTTP\/1\.1 40[05] [\s\S]*application\/problem\+json/);
  });

  it("to a query that nothing reads is a refusal, so that no tenant is left out unseen", async () => {
    const { post } = served();
    const answer = await post("/decide?tenant=acme", lookup());
    expect(answer).toMatchObject({
      status: 400,
      json: { decision: "deny", problems: [{ pointer: "/tenant" }] },
    });
  });

  it("exists for declared methods alone, and tells which they are", async () => {
    const { send } = served();
    for (const method of ["GET", "PUT", "HEAD", "OPTIONS", "PATCH"]) {
      const { status, headers } = await send("/decide", { method });
      expect([status, headers.get("allow")]).toEqual([405, "POST"]);
    }
    expect((await send("/decide", { method: "PUT" })).json).toMatchObject({
      type: "urn:writ:problem:method_not_allowed",
      decision: "deny",
      detail: "This address accepts POST, not PUT.",
    });
    const session = await send("/sessions/s-1?tenant=a", { method: "PATCH" });
    expect(session.headers.get("allow")).toBe("GET, HEAD, DELETE");
    expect(session.json).not.toHaveProperty("decision");
  });

  it("has only headers for HEAD, as balancers ask", async () => {
    const { send } = served();
    for (const path of ["/healthz", "/readyz"]) {
      const { status, text } = await send(path, { method: "HEAD" });
      expect([status, text]).toEqual([200, ""]);
    }
  });

  it("to an address nobody can read is a problem as well", async () => {
    const { get } = served();
    expect(await get("/sessions/%E0%A4%A")).toMatchObject({
      status: 400,
      json: { type: "urn:writ:problem:malformed" },
    });
    expect((await get("/sessions/a%00b")).status).toBe(404);
    for (const path of [`/sessions/${"x".repeat(5_000)}`, "/decid", "/decide/"]) {
      expect(await get(path)).toMatchObject({ status: 404, json: { type: "urn:writ:problem:not_found" } });
    }
  });
});

describe("the log", () => {
  it("has one line a decision, and no argument, no label and no credential in it", async () => {
    const { post, lines } = await serve();
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const { json } = await post("/decide", lookup({ args: { customer: "very private" }, session: "s-1" }), {
      "x-request-id": "req-9",
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    });
    const written = lines.filter(({ msg }) => msg === "decision");
    expect(written).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        msg: "decision",
        request_id: "req-9",
        trace_id: trace,
        caller: "local",
        tool: "crm.lookup",
        session: "s-1",
        actors: ["user:ana", "agent:helper"],
        decision_id: json.decision_id,
        verdict: json.decision,
        rules: json.reasons.map(({ rule }: { rule: string }) => rule),
        revision: json.revision,
        ms: expect.any(Number),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("very private");
  });

  it.each([
    ["00-0-0-0"],
    [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
    ["ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
  ])("names no trace that is not well-formed: %s", async (traceparent) => {
    const { post, lines } = await serve();
    await post("/decide", lookup(), { traceparent });
    expect(lines.find(({ msg }) => msg === "decision")).not.toHaveProperty("trace_id");
  });
});

describe("metrics", () => {
  it("count verdicts, problems and trips to the state, and tell how full it is", async () => {
    const { post, get } = await serve();
    await post("/decide", lookup());
    await post("/decide", lookup({ tool: "no.such" }));
    await post("/decide", "{");
    await post("/decide", { ...lookup(), tool: "notes.add", args: { text: "x" } });
    const { text, headers } = await get("/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(/^writ_decisions_total\{verdict="allow"\} 2$/m);
    expect(text).toMatch(/^writ_decisions_total\{verdict="deny"\} 1$/m);
    expect(text).toMatch(/^writ_decision_seconds_count 3$/m);
    expect(text).toMatch(/^writ_problems_total\{status="400"\} 1$/m);
    expect(text).toMatch(/^writ_state_trips_total\{operation="commit"\} [1-9]/m);
    expect(text).toMatch(/^writ_state_cells [1-9]/m);
    expect(text).toMatch(/^writ_state_capacity_cells [1-9]\d+$/m);
    expect(text).toMatch(/^writ_state_reachable 1$/m);
  });
});

/** Everything that comes back until the other side hangs up. */
function exchange(port: number, sent: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(sent));
    socket.setEncoding("utf8").on("data", (text) => {
      answer += text;
    });
    socket.on("close", () => done(answer)).on("error", fail);
  });
}

/** `fetch` sets `Host` itself. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const sent = request(`${url}/healthz`, { headers }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    sent.on("error", fail).end();
  });
}
