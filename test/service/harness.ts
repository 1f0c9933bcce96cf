/** Services to test against: the real one over HTTP, and one around an engine that a test makes up. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { PolicyDecisionPoint } from "../../src/engine/request/types.js";
import { ApiKeys } from "../../src/identity/api-keys.js";
import { TokenVerifier } from "../../src/identity/tokens.js";
import type { Decision } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import { buildService } from "../../src/service/build-service.js";
import { Metrics } from "../../src/service/metrics.js";
import { type StartOptions, start } from "../../src/service/start.js";
import { systemClock } from "../../src/state/clock.js";

/** A small bundle: reads are free, two notes an hour, a refund takes a treasurer. */
export const DESK = fileURLToPath(new URL("desk", import.meta.url));

export const ANA = { type: "user", id: "ana", roles: ["clerk"], acr: "aal2" } as const;
export const HELPER = { type: "agent", id: "helper" } as const;

/** A call that the desk allows. */
export function lookup(changes: object = {}): object {
  return { actors: [ANA, HELPER], tool: "crm.lookup", args: { customer: "C-1" }, ...changes };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answers, looked into by tests
  readonly json: any;
}

export interface Served {
  readonly url: string;
  readonly service: Awaited<ReturnType<typeof start>>;
  /** Lines of the log so far, parsed. */
  readonly lines: Record<string, unknown>[];
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(path: string, init: RequestInit): Promise<Answer>;
}

/** The real service on a free port, ended with the test. */
export async function serve(options: Partial<StartOptions> = {}): Promise<Served> {
  const served = await begin(options);
  onTestFinished(() => served.service.close());
  return served;
}

/** One real service for all tests of a `describe`, for those that leave nothing behind. */
export function serveAll(options: Partial<StartOptions> = {}): () => Served {
  let served: Served | undefined;
  beforeAll(async () => {
    served = await begin(options);
  });
  afterAll(() => served?.service.close());
  return () => {
    if (served === undefined) throw new Error("the service is not there yet");
    return served;
  };
}

async function begin(options: Partial<StartOptions>): Promise<Served> {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const service = await start({ bundleDir: DESK, port: 0, log: { destination }, ...options });
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(service.url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonIn(text) };
  };
  return {
    url: service.url,
    service,
    lines,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: "POST",
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A file of its own folder, gone with the test. */
export async function temporaryFile(name: string, content: string | object, mode = 0o600): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content), { mode });
  return path;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "writ-service-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What an engine answers, unless a test says otherwise. */
export function decided(changes: Partial<Decision> = {}): Decision {
  return {
    decision: "allow",
    decision_id: "dec_1",
    reasons: [],
    needs: [],
    obligations: [],
    limits: [],
    exceptions: [],
    revision: "sha256:0",
    evaluated_at: 1,
    expires_at: 2,
    ...changes,
  };
}

/** The service around a made-up `decide`: for what a real engine never does. Everything else of it throws. */
export function around(decide: (request: DecideRequest) => Promise<Decision>) {
  const pdp = new Proxy({ decide } as unknown as PolicyDecisionPoint, {
    get: (target, name) =>
      name === "decide"
        ? target.decide
        : () => {
            throw new Error(`injected at ${String(name)}`);
          },
  });
  const status = { revision: "sha256:0", status: "fresh", age: 0, loaded_at: 0 } as const;
  const health = async () => ({ reachable: true, cells: 0, capacity: null, fill: 0, ahead: 0 });
  const auth = {
    required: false,
    keys: new ApiKeys([]),
    tokens: new TokenVerifier([], systemClock),
    clock: systemClock,
    keyProblem: async () => undefined,
  };
  const policy = { revision: "sha256:0", pdp: () => pdp, status: () => status };
  const metrics = new Metrics({
    health,
    pendingApprovals: async () => undefined,
    policyStatus: () => 0,
    oldestTrip: () => 0,
  });
  const app = buildService({
    context: {
      policy,
      auth,
      clock: systemClock,
      log: pino({ level: "silent" }),
      metrics,
      health,
      dev: false,
    },
    version: "1",
    hostRules: { hosts: [], origins: [] },
    admission: { maxInFlight: 100, queueMs: 10_000 },
  });
  onTestFinished(() => app.close());
  return app;
}
