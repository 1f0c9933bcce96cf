/** Fetches from servers that may never stop sending. */

/** How many bytes of one answer are read. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Fetches at most this many bytes of an answer, and cuts off a server that never stops. */
export async function limitedFetch(input: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init).catch((error: Error) => {
    // The error itself only states "fetch failed".
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    throw new Error(cause?.message || cause?.code || error.message, { cause: error });
  });
  if (response.body === null) return response;
  let left = MAX_ANSWER_BYTES;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) controller.error(new Error("the server's answer is too large"));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
}

/**
 * Returns the text at a web address. Throws, with a message for people, if it is missing, too large or takes longer
 * than `timeout` milliseconds. A redirect is reported, not followed, because the headers are meant only for the named
 * address.
 */
export async function fetchText(
  address: string,
  headers: Readonly<Record<string, string>> = {},
  timeout = 20_000,
): Promise<string> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await limitedFetch(address, { headers, redirect: "manual", signal });
    if (response.status >= 300 && response.status < 400) {
      const location = response.headers.get("location") ?? "another address";
      throw new Error(`it leads on to ${location}, which is not followed; name that address`);
    }
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(await response.arrayBuffer());
  } catch (error) {
    if (signal.aborted) throw new Error(`the server did not answer within ${timeout} ms`);
    throw error;
  }
}
