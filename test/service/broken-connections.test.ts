import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { ServiceProblem } from "../../src/service/problem.js";
import { around, serveAll } from "./harness.js";

const POST = "POST /decide HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

describe("a connection that brings no request", () => {
  const served = serveAll();

  it.each([
    ["is no HTTP", "GARBAGE\r\n\r\n", 400, "malformed"],
    [
      "has two lengths",
      `${POST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      "malformed",
    ],
    ["has headers without end", `${POST}x: ${"a".repeat(60_000)}\r\n\r\n`, 431, "headers_too_large"],
  ])("is told so as a problem, and cut off, where it %s", async (_, sent, status, word) => {
    const answer = await exchange(served().service.port, sent);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(head).toContain("content-type: application/problem+json");
    expect(JSON.parse(body)).toMatchObject({ type: `urn:writ:problem:${word}`, status, decision: "deny" });
  });

  it("and is slow about it is not waited for without end", () => {
    const app = around(async () => {
      throw new ServiceProblem("internal");
    });
    expect(app.server.headersTimeout).toBe(10_000);
    expect(app.server.requestTimeout).toBe(30_000);
  });
});

/** Everything that comes back until the other side hangs up. */
function exchange(port: number, sent: string): Promise<string> {
  return new Promise((done, fail) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(sent));
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("close", () => done(answer));
    socket.on("error", fail);
  });
}
