/** Builds a running service, makes it listen, and shuts it down. */
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { type DestinationStream, type Logger, pino } from "pino";
import { type FolderWatch, watchFolder } from "../bundle/watch-folder.js";
import type { Paint } from "../diagnostics/paint.js";
import { type HostRules, isLoopback } from "../identity/host-check.js";
import { createKeys, type Keys } from "../identity/keys.js";
import type { PolicyStatus } from "../model/policy.js";
import { type Clock, systemClock } from "../state/clock.js";
import { openStore } from "../state/open-store.js";
import type { StateStore, StoreHealth } from "../state/store.js";
import { buildService } from "./build-service.js";
import { ConfigError, defaultConfig, parseConfig, type ServiceConfig } from "./config.js";
import { authenticatorOf } from "./configured-auth.js";
import { EngineEvents } from "./engine-events.js";
import { policyLoader } from "./load-policy.js";
import { Metrics } from "./metrics.js";
import { observedStore } from "./observed-store.js";
import { PolicyHolder, type ReloadEvent } from "./policy-holder.js";
import { readableLine } from "./readable-log.js";
import { readKeysFile, readSmallFile } from "./secret-files.js";
import { noticesFor } from "./start-notices.js";
import { Webhook } from "./webhook.js";

/** Options of the command line. A missing option is read from the configuration file, then from the defaults. */
export interface StartOptions {
  readonly bundleDir: string;
  /** `127.0.0.1` by default. */
  readonly host?: string | undefined;
  /** 8181 by default; 0 takes a free one. */
  readonly port?: number | undefined;
  /** `memory:` by default. */
  readonly stateUrl?: string | undefined;
  /** Whether a folder without state, or with a copy of one, is accepted as it is. */
  readonly stateNew?: boolean | undefined;
  readonly keysFile?: string | undefined;
  readonly configFile?: string | undefined;
  /** Lets approvers choose their names; on loopback only. */
  readonly dev?: boolean | undefined;
  readonly version?: string | undefined;
  readonly log?: LogOptions | undefined;
  readonly clock?: Clock | undefined;
}

/** What is logged, and where to. Lines are JSON and contain no arguments of calls and no credentials. */
export interface LogOptions {
  /** `info` by default: one line per decision. */
  readonly level?: "silent" | "error" | "warn" | "info" | "debug";
  /** Where the JSON lines go; standard output by default. */
  readonly destination?: DestinationStream;
  /** Writes readable lines in these colours to standard output instead. */
  readonly readable?: Paint;
}

/** A service that listens. */
export interface RunningService {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8181`, without a slash at the end. */
  readonly url: string;
  /** Warnings for the operator: which state is lost at a restart, what is not protected. */
  readonly notices: readonly string[];
  policy(): PolicyStatus;
  /** Does the same as SIGHUP. Never rejects. */
  reload(): Promise<void>;
  /**
   * Finishes requests under way, within the configured grace period, and releases all resources. Safe to call twice.
   */
  close(): Promise<void>;
}

/** Starts the service. If any part fails to start, rejects and releases everything: a service never runs in part. */
export async function start(options: StartOptions): Promise<RunningService> {
  const undo: (() => unknown)[] = [];
  try {
    return await startWith(options, undo);
  } catch (error) {
    for (const each of undo.reverse()) await each();
    throw error;
  }
}

async function startWith(options: StartOptions, undo: (() => unknown)[]): Promise<RunningService> {
  const { bundleDir, configFile, dev = false, clock = systemClock } = options;
  const config = configFile === undefined ? defaultConfig() : await readConfig(configFile);
  const host = options.host ?? config.listen.host ?? "127.0.0.1";
  const stateUrl = options.stateUrl ?? config.state.url ?? "memory:";
  const auth = await authenticatorOf(config, configFile, clock);
  const settled = noticesFor({ host, dev, stateUrl, auth, keysFile: options.keysFile });

  const log = loggerOf(options.log);
  undo.push(() => log.flush());
  const store = await openStore(stateUrl, {
    clock,
    begin: options.stateNew ?? false,
    ...(config.state.wait_replicas === undefined ? {} : { waitReplicas: config.state.wait_replicas }),
    ...(config.state.capacity === undefined ? {} : { capacity: config.state.capacity }),
    ...(config.state.timeout === undefined ? {} : { timeout: config.state.timeout * 1000 }),
  });
  undo.push(() => store.close());
  const keys: Keys =
    options.keysFile === undefined ? await createKeys() : await readKeysFile(options.keysFile);
  const health = () => healthOf(observed);

  const metrics = new Metrics(
    {
      health,
      pendingApprovals: () => countPending(holder, events),
      policyStatus: () => ["fresh", "stale", "failed"].indexOf(holder.status().status),
      oldestTrip: () => observed.oldestTrip(),
    },
    { process: true },
  );
  const observed = observedStore(store, { metrics, log, clock });
  const webhook = webhookOf(config, clock, log, metrics);
  if (webhook !== undefined) undo.push(() => webhook.close(0));
  const events = new EngineEvents(log, metrics, webhook);
  // Watched before it is loaded, so that no change between the two is missed.
  const watch = await watched(bundleDir, config, () => holder.reload());
  undo.push(() => watch?.stop());
  const holder = await PolicyHolder.open({
    load: policyLoader(bundleDir, {
      store: observed,
      keys,
      clock,
      options: { sessions: config.sessions },
      onEvent: (event) => events.take(event),
    }),
    clock,
    maxStaleness: config.policy.max_staleness * 1000,
    onReload: (event) => {
      logReload(log, event);
      metrics.countReload(event.outcome, holder.revision);
    },
  });
  metrics.setRevision(holder.revision);
  const registering = setInterval(() => void holder.register(), REGISTER_EVERY).unref();
  undo.push(() => clearInterval(registering));

  const found = await health();
  const notices = [...settled, ...stateNotices(found, clock)];
  const looking = setInterval(() => void health(), LOOK_EVERY).unref();
  undo.push(() => clearInterval(looking));
  const app = buildService({
    context: { policy: holder, auth, clock, log, metrics, health, dev },
    version: options.version ?? "0",
    hostRules: hostRulesOf(config, host),
    admission: { maxInFlight: config.limits.in_flight, queueMs: config.limits.queue_ms },
  });
  undo.push(() => app.close());
  // With Node's default backlog of 511, a peer that opens more connections at once waits seconds for TCP to retry.
  await app.listen({ host, port: options.port ?? config.listen.port ?? 8181, backlog: 4_096 });
  const onHangUp = () => void holder.reload();
  process.on("SIGHUP", onHangUp);

  const { port } = app.server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host}:${port}`;
  const { capacity } = found;
  log.info({ url, revision: holder.revision, state: store.kind, capacity }, "listening");
  for (const notice of notices) log.warn(notice);
  let closed: Promise<void> | undefined;
  const close = async () => {
    process.off("SIGHUP", onHangUp);
    watch?.stop();
    clearInterval(registering);
    clearInterval(looking);
    await closeWithin(app, config.shutdown_grace * 1000);
    await webhook?.close(Math.min(2_000, config.shutdown_grace * 1000));
    await store.close();
    log.info("stopped");
    log.flush();
  };
  return {
    host,
    port,
    url,
    notices,
    policy: () => holder.status(),
    reload: () => holder.reload(),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Milliseconds between checks of the state, which also run if nothing reads the metrics. */
const LOOK_EVERY = 10_000;

/** Problems of the state, and its age: nothing else reveals that an older copy was restored. */
function stateNotices({ problem, committed }: StoreHealth, clock: Clock): readonly string[] {
  if (problem !== undefined) return [problem];
  if (committed === undefined || committed === 0) return [];
  const minutes = Math.max(0, Math.floor((clock.now() - committed) / 60_000));
  return [`the state was last changed at ${new Date(committed).toISOString()}, ${minutes} minutes ago`];
}

async function readConfig(path: string): Promise<ServiceConfig> {
  try {
    return parseConfig(await readSmallFile(path));
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(`${path}: ${error.message}`) : error;
  }
}

function hostRulesOf(config: ServiceConfig, host: string): HostRules {
  const hosts = config.hosts ?? (isLoopback(host) ? [] : undefined);
  return { hosts, origins: config.origins };
}

function loggerOf({ level = "info", destination, readable }: LogOptions = {}): Logger {
  const options = { level, base: null };
  if (readable !== undefined)
    return pino(options, { write: (line) => void process.stdout.write(readableLine(line, readable)) });
  return pino(
    options,
    destination ?? pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 500 }),
  );
}

function webhookOf(config: ServiceConfig, clock: Clock, log: Logger, metrics: Metrics): Webhook | undefined {
  if (config.webhook === undefined) return undefined;
  return new Webhook({
    ...config.webhook,
    clock,
    onEnd: (outcome, { type }, error) => {
      metrics.countWebhook(outcome);
      if (outcome !== "delivered") log.warn({ outcome, type, error }, "webhook");
    },
  });
}

async function watched(
  folder: string,
  { policy }: ServiceConfig,
  changed: () => Promise<void>,
): Promise<FolderWatch | undefined> {
  return policy.watch === 0 ? undefined : watchFolder(folder, policy.watch * 1000, changed);
}

function logReload(log: Logger, event: ReloadEvent): void {
  if (event.outcome === "failed")
    log.error(event, "the policy does not load; the last valid one stays in force");
  else log.info(event, "policy loaded");
  if (event.outcome !== "changed") return;
  for (const line of event.limits ?? []) log.warn({ revision: event.to }, line);
}

/**
 * Milliseconds between attempts to register the policy with a store that was unreachable when the policy was loaded.
 */
const REGISTER_EVERY = 5_000;
const HEALTH_WITHIN = 2_000;
const UNREACHABLE: StoreHealth = {
  reachable: false,
  problem: "no answer",
  cells: 0,
  capacity: null,
  fill: 0,
  ahead: 0,
};

/** Never rejects, and never waits long. */
async function healthOf(store: StateStore): Promise<StoreHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<StoreHealth>((done) => {
    timer = setTimeout(() => done(UNREACHABLE), HEALTH_WITHIN);
  });
  const health = await Promise.race([store.health().catch(() => UNREACHABLE), late]);
  clearTimeout(timer);
  return health;
}

/** Approvals read per page, and most that are counted: a bound on the cost of a scrape. */
const PAGE = 100;
const MAX_COUNTED = 10_000;

/** Number of pending approvals in the tenants seen since the start; undefined if the state does not answer. */
async function countPending(holder: PolicyHolder, events: EngineEvents): Promise<number | undefined> {
  let count = 0;
  try {
    for (const tenant of events.tenants) {
      let after: string | undefined;
      do {
        const page = await holder
          .pdp()
          .approvals({ tenant, status: "pending", limit: PAGE, ...(after === undefined ? {} : { after }) });
        count += page.approvals.length;
        after = page.next;
        if (count >= MAX_COUNTED) return MAX_COUNTED;
      } while (after !== undefined);
    }
    return count;
  } catch {
    return undefined;
  }
}

/** Ends the service. After `grace` ms, closes connections that still wait for an answer. */
async function closeWithin(app: FastifyInstance, grace: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), grace);
  await app.close();
  clearTimeout(timer);
}
