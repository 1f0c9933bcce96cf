/** The client, in a separate process: runs autocannon against the given server. */
import autocannon from "autocannon";
import { answerMessages } from "../process/script.js";
import type { Load, LoadAnswer } from "./load.js";

answerMessages((question) => fire(question as unknown as Load));

async function fire({ url, path, bodies, holds, connections, seconds }: Load): Promise<LoadAnswer> {
  const headers = { "content-type": "application/json" };
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: bodies.map((body) => ({ method: "POST", path, headers, body })),
    verifyBody: (body) => body.includes(holds),
  });
  const { errors, timeouts, mismatches, non2xx, requests, duration, latency } = result;
  const wrong = errors + timeouts + mismatches + non2xx;
  if (wrong > 0)
    throw new Error(
      `${url}${path}: ${non2xx} refused, ${mismatches} without ${holds}, ${errors + timeouts} failed of ${requests.total}`,
    );
  return {
    answers: requests.total,
    perSecond: requests.total / duration,
    p50: latency.p50,
    p99: latency.p99,
  };
}
