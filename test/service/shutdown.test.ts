import { Agent, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { around, decided, lookup, serve, temporaryFile } from "./harness.js";

/** A service whose decisions wait until they are let go. */
async function slow() {
  let release: () => void = () => {};
  const gate = new Promise<void>((done) => {
    release = done;
  });
  let waiting = 0;
  const app = around(async () => {
    waiting++;
    await gate;
    return decided();
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const decide = (through: Agent | false = agent) =>
    new Promise<{ status: number | undefined; connection: string | undefined; body: string }>(
      (done, fail) => {
        const headers = { "content-type": "application/json" };
        const sent = request(
          { port, method: "POST", path: "/decide", headers, agent: through },
          async (response) => {
            let body = "";
            for await (const chunk of response) body += chunk;
            done({ status: response.statusCode, connection: response.headers.connection, body });
          },
        );
        sent.on("error", fail).end(JSON.stringify(lookup()));
      },
    );
  return { app, release, decide, waiting: () => waiting };
}

describe("a service that is asked to stop", () => {
  it("finishes what it has begun and takes nothing new", async () => {
    const { app, release, decide, waiting } = await slow();
    const first = decide();
    await vi.waitFor(() => expect(waiting()).toBe(1));
    const closed = app.close();
    await expect(decide(false)).rejects.toThrow(/ECONNREFUSED|ECONNRESET/);
    release();
    expect(await first).toMatchObject({ status: 200, connection: "close" });
    await closed;
  });

  it("refuses, as a decision, what comes in by a connection still open", async () => {
    const { app, release, decide, waiting } = await slow();
    const port = (app.server.address() as AddressInfo).port;
    const open = connect(port, "127.0.0.1");
    onTestFinished(() => void open.destroy());
    const body = JSON.stringify(lookup());
    const head = `POST /decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    let answers = "";
    open.setEncoding("utf8").on("data", (chunk) => {
      answers += chunk;
    });
    // Two requests on one connection: the first is under way when the service is asked to stop.
    open.write(head + body);
    await vi.waitFor(() => expect(waiting()).toBe(1));
    const other = decide();
    await vi.waitFor(() => expect(waiting()).toBe(2));
    const closed = app.close();
    open.write(head + body);
    await new Promise((done) => setTimeout(done, 50));
    release();
    await Promise.all([other, closed]);
    expect(answers).toMatch(/^HTTP\/1\.1 200 /);
    if (answers.includes(" 503 ")) expect(answers).toMatch(/"decision":"deny"/);
    expect(waiting()).toBe(2);
  });

  it("cuts off whoever has not finished when its time is over, and may be asked twice", async () => {
    const configFile = await temporaryFile("writ.json", { shutdown_grace: 0.2 });
    const { service, url } = await serve({ configFile });
    const stuck = connect(Number(new URL(url).port), "127.0.0.1");
    const cut = new Promise((done) => stuck.on("close", done));
    stuck.on("error", () => {});
    stuck.write(
      "POST /decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
    );
    await new Promise((done) => stuck.on("connect", done));
    await new Promise((done) => setTimeout(done, 50));
    await Promise.all([service.close(), service.close()]);
    await cut;
  });
});

describe("a service with nothing under way", () => {
  it("ends at once, whoever keeps a connection open without a word", async () => {
    const { service } = await serve();
    const silent = connect(service.port, "127.0.0.1");
    const halfway = connect(service.port, "127.0.0.1");
    const ended = [silent, halfway].map((socket) => {
      socket.on("error", () => {});
      return new Promise((done) => socket.on("close", done));
    });
    await Promise.all([silent, halfway].map((socket) => new Promise((done) => socket.on("connect", done))));
    halfway.write("POST /decide HTTP/1.1\r\nHost:");
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await new Promise((done) =>
      request(`${service.url}/healthz`, { agent }, (response) => response.resume().on("end", done)).end(),
    );
    const started = performance.now();
    await service.close();
    await Promise.all(ended);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("a service with overloaded", () => {
  it("still says how it is", async () => {
    const { app, decide, release, waiting } = await slow();
    const first = Array.from({ length: 100 }, () => decide(false));
    await vi.waitFor(() => expect(waiting()).toBe(100), { timeout: 10_000 });
    const { port } = app.server.address() as AddressInfo;
    for (const path of ["/healthz", "/readyz", "/metrics"])
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toMatch(
      /^writ_requests_in_flight 100$/m,
    );
    release();
    await Promise.all(first);
    await app.close();
  });

  it("says so instead of queueing without end", async () => {
    const { app, decide, release, waiting } = await slow();
    const first = Array.from({ length: 100 }, () => decide(false));
    await vi.waitFor(() => expect(waiting()).toBe(100), { timeout: 10_000 });
    const shed = await decide(false);
    expect(shed.status).toBe(429);
    expect(JSON.parse(shed.body)).toMatchObject({
      type: "urn:writ:problem:too_many_requests",
      decision: "deny",
    });
    release();
    expect((await Promise.all(first)).every(({ status }) => status === 200)).toBe(true);
    expect((await decide(false)).status).toBe(200);
    await app.close();
  });
});
