/** Lists the tools of a running MCP server over the protocol. */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { limitedFetch, MAX_ANSWER_BYTES } from "./limited-fetch.js";

/** The location of a server: a command that uses stdin and stdout, or an HTTP address. */
export type McpSource =
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "url"; readonly url: string; readonly headers?: Readonly<Record<string, string>> };

/** How long to wait for a server. */
export interface LiveOptions {
  /** For each request, and for all of them together, in milliseconds. */
  readonly timeout?: number;
}

/** A `tools/list` result of all pages, as `importMcp` reads it. */
export interface LiveListing {
  readonly tools: readonly unknown[];
  /** The name that the server claims. */
  readonly server: string | undefined;
}

const TIMEOUT = 20_000;
const MAX_PAGES = 100;
const MAX_TOOLS = 2000;

/**
 * Connects, lists every page and disconnects; throws if the server is unreachable, too slow or lists too much. A
 * command is started without a shell, with few environment variables, and ended afterwards; its stderr is not shown.
 */
export async function listTools(source: McpSource, options: LiveOptions = {}): Promise<LiveListing> {
  const timeout = options.timeout ?? TIMEOUT;
  const sdk = await import("@modelcontextprotocol/sdk/client/index.js");
  const client = new sdk.Client({ name: "writ-import", version: "1" });
  const transport = await transportOf(source);
  try {
    return await Promise.race([listPages(client, transport, timeout), expired(timeout)]);
  } finally {
    await client.close();
  }
}

async function listPages(client: Client, transport: Transport, timeout: number): Promise<LiveListing> {
  await client.connect(transport, { timeout });
  const tools: unknown[] = [];
  let size = 0;
  let cursor: string | undefined;
  for (let page = 0; page === 0 || cursor !== undefined; page++) {
    if (page === MAX_PAGES) throw new Error(`the server lists more than ${MAX_PAGES} pages of tools`);
    const result = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout });
    size += JSON.stringify(result.tools).length;
    tools.push(...result.tools);
    if (size > MAX_ANSWER_BYTES || tools.length > MAX_TOOLS)
      throw new Error("the server lists too many tools");
    cursor = result.nextCursor;
  }
  return { tools, server: client.getServerVersion()?.name };
}

async function transportOf(source: McpSource): Promise<Transport> {
  if (source.kind === "command") {
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    return new StdioClientTransport({ command: source.command, args: [...source.args], stderr: "ignore" });
  }
  const { StreamableHTTPClientTransport } = await import(
    "@modelcontextprotocol/sdk/client/streamableHttp.js"
  );
  const url = new URL(source.url);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error("the address is to begin with http:// or https://");
  const transport = new StreamableHTTPClientTransport(url, {
    fetch: limitedFetch,
    requestInit: { headers: { ...source.headers }, redirect: "error" },
  });
  // The package's type has an undefined session id; in the interface the property is absent.
  return transport as Transport;
}

function expired(timeout: number): Promise<never> {
  const signal = AbortSignal.timeout(timeout);
  return new Promise((_, reject) => {
    const give = (): void => reject(new Error(`the server did not answer within ${timeout} ms`));
    signal.addEventListener("abort", give, { once: true });
  });
}
