/** Whoever is told of approvals. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes every event and remembers which approvals were told of, in the order of their arrival. */
export class WebhookReceiver {
  readonly approvals: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      const { type, approval } = JSON.parse(body) as { type: string; approval?: { id: string } };
      if (type === "approval.asked" && approval !== undefined) this.approvals.push(approval.id);
      response.writeHead(200).end();
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new WebhookReceiver(server);
  }

  get config(): object {
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/hook`, secret: "a-shared-secret-of-some-length" };
  }

  /** Waits until all of these have arrived, and then for whatever may come twice. */
  async settled(ids: ReadonlySet<string>): Promise<void> {
    const deadline = Date.now() + 20_000;
    const missing = () => [...ids].some((id) => !this.approvals.includes(id));
    while (missing() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
