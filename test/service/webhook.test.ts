import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Webhook } from "../../src/service/webhook.js";
import { VirtualClock } from "../../src/state/clock.js";
import { ANA, HELPER, serve, temporaryFile } from "./harness.js";

const SECRET = "a-shared-secret-of-some-length";

/** A receiver that answers with these statuses, then 200. */
async function receiver(...statuses: number[]) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    received.push({ headers: incoming.headers, body });
    const status = statuses.shift() ?? 200;
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

function webhookTo(url: string, delays: readonly number[] = [1, 1, 1]) {
  const ends: string[] = [];
  const clock = new VirtualClock(1_793_349_633_120);
  const webhook = new Webhook({ url, secret: SECRET, clock, delays, onEnd: (outcome) => ends.push(outcome) });
  onTestFinished(() => webhook.close(0));
  return { webhook, ends };
}

describe("a webhook", () => {
  it("signs what it sends together with the time", async () => {
    const { received, url } = await receiver();
    const { webhook, ends } = webhookTo(url);
    webhook.send({ type: "approval.asked", approval: { id: "apr_1" } });
    await vi.waitFor(() => expect(ends).toEqual(["delivered"]));
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: "" }] = received;
    const expected = createHmac("sha256", SECRET).update(`1793349633.${body}`).digest("hex");
    expect(headers["writ-signature"]).toBe(`t=1793349633,v1=${expected}`);
    expect(JSON.parse(body)).toEqual({
      id: headers["writ-event-id"],
      sent_at: 1_793_349_633.12,
      type: "approval.asked",
      approval: { id: "apr_1" },
    });
  });

  it("tries again under the same id while the receiver fails", async () => {
    const { received, url } = await receiver(500, 429);
    const { webhook, ends } = webhookTo(url);
    webhook.send({ type: "alert" });
    await vi.waitFor(() => expect(ends).toEqual(["delivered"]));
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers["writ-event-id"])).size).toBe(1);
  });

  it.each([
    ["refuses", [400], 1],
    ["goes on failing", [500, 500, 500, 500, 500], 4],
    ["points elsewhere", [302, 302, 302, 302], 4],
  ])("gives up on a receiver that %s", async (_, statuses, tries) => {
    const { received, url } = await receiver(...statuses);
    const { webhook, ends } = webhookTo(url);
    webhook.send({ type: "alert" });
    await vi.waitFor(() => expect(ends).toEqual(["failed"]));
    expect(received).toHaveLength(tries);
  });

  it("holds no more than a thousand events for a receiver that is away", async () => {
    const { webhook, ends } = webhookTo("http://127.0.0.1:1/", [60_000]);
    for (let i = 0; i < 1_100; i++) webhook.send({ type: "alert", i });
    expect(ends.every((end) => end === "dropped")).toBe(true);
    expect(ends.length).toBe(1_100 - 1_004);
    await webhook.close(0);
    expect(ends.filter((end) => end === "failed")).toHaveLength(1_004);
  });

  it("tells of an approval once, without the arguments", async () => {
    const { received, url } = await receiver();
    const configFile = await temporaryFile("writ.json", { webhook: { url, secret: SECRET } });
    const { post, get } = await serve({ configFile });
    const refund = {
      actors: [ANA, HELPER],
      tool: "payments.refund",
      args: { case: "K-secret", amount: 400 },
    };
    const [need] = (await post("/decide", refund)).json.needs;
    await post("/decide", refund);
    await vi.waitFor(async () =>
      expect((await get("/metrics")).text).toContain('writ_webhook_events_total{outcome="delivered"} 1'),
    );
    expect(received).toHaveLength(1);
    const event = JSON.parse(received[0]?.body ?? "");
    expect(event).toMatchObject({
      type: "approval.asked",
      approval: { id: need.id, digest: need.digest, url: need.url },
    });
    expect(received[0]?.body).not.toContain("K-secret");
  });
});
