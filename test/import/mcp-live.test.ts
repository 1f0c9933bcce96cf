import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { importMcp } from "../../src/import/mcp.js";
import { listTools } from "../../src/import/mcp-live.js";

const SDK = new URL("../../node_modules/@modelcontextprotocol/sdk/", import.meta.url).href;
/** A server of two pages, in the language of the protocol itself. */
const SERVER = `
  import { Server } from "${SDK}dist/esm/server/index.js";
  import { StdioServerTransport } from "${SDK}dist/esm/server/stdio.js";
  import { ListToolsRequestSchema } from "${SDK}dist/esm/types.js";
  const server = new Server({ name: "demo", version: "1" }, { capabilities: { tools: {} } });
  const inputSchema = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => params?.cursor === "2"
    ? { tools: [{ name: "delete_it", inputSchema }] }
    : { tools: [{ name: "get_it", inputSchema }], nextCursor: process.argv.includes("endless") ? "1" : "2" });
  await server.connect(new StdioServerTransport());
`;

function command(script: string, ...rest: readonly string[]) {
  return {
    kind: "command" as const,
    command: process.execPath,
    args: ["--input-type=module", "-e", script, "--", ...rest],
  };
}

describe("a running server", () => {
  it("lists the tools of all its pages", async () => {
    const listing = await listTools(command(SERVER));
    expect(listing.server).toBe("demo");
    const { tools } = importMcp(listing, { module: "acme.tools", server: "demo" });
    expect(tools).toMatchObject({ listed: 2, typed: 2 });
  });
  it("is given up where its pages never end", async () => {
    await expect(listTools(command(SERVER, "endless"))).rejects.toThrow("pages");
  });
  it("is given up where it does not answer in time", async () => {
    const start = performance.now();
    await expect(listTools(command("setInterval(() => {}, 1000)"), { timeout: 500 })).rejects.toThrow();
    expect(performance.now() - start).toBeLessThan(10_000);
  });
  it("is not asked at an address that is no web address", async () => {
    await expect(listTools({ kind: "url", url: "file:///etc/passwd" })).rejects.toThrow("http");
  });
  it("that nobody runs is told of in more words than that it failed", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    await expect(listTools({ kind: "url", url: `http://127.0.0.1:${port}/mcp` })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
  it("is cut off where its answer over HTTP never stops", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = " ".repeat(1 << 20);
      const send = (): void => {
        if (response.destroyed) return;
        response.write(chunk, () => setImmediate(send));
      };
      send();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    try {
      await expect(
        listTools({ kind: "url", url: `http://127.0.0.1:${port}/mcp` }, { timeout: 8_000 }),
      ).rejects.toThrow(/too large|terminated/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
