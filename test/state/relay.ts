import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Tries until it works: the client comes back by itself, a little later than the server. */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  for (const giveUp = performance.now() + 5_000; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Passes on what is sent to a server and what it answers, until it is mute; or leads to another server from now on. */
export class Relay {
  connections = 0;
  isMute = false;
  /** Called with what is sent, before it is passed on. */
  heard = (_: string): void => {};
  readonly #listener = createServer((near) => this.#connected(near));
  readonly #sockets = new Set<Socket>();
  #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async open(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await once(relay.#listener.listen(0, "127.0.0.1"), "listening");
    return relay;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  /** Leads to another server, as an address does after a failover; whoever is connected has to come again. */
  lead(to: number): void {
    this.#port = to;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Holds back whatever comes, until it is to go on. */
  hold(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  goOn(): void {
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(near: Socket): void {
    this.connections++;
    const far = connect(this.#port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (bytes) => {
        if (from === near) this.heard(String(bytes));
        if (!this.isMute) to.write(bytes);
      });
      from.on("error", () => {});
      from.on("close", () => to.destroy());
    }
  }
}
