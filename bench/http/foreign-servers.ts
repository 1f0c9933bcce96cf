/** Servers of other engines, where their command is on the PATH: the same rules, without the limits, which they do not have. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REFUND_USERS, refundRequest } from "../cases/refund-policy.js";
import { freePort } from "../process/free-port.js";
import { ROOT } from "../process/root.js";
import type { HttpContender } from "./contenders.js";

interface Foreign {
  readonly command: string;
  words(port: number, otherPort: number, policies: string): readonly string[];
  readonly path: string;
  readonly ready: string;
  body(user: number, now: number): object;
  readonly holds: string;
}

const FOREIGN: readonly Foreign[] = [
  {
    command: "opa",
    words: (port, _, policies) => [
      ...["run", "--server", "--addr", `127.0.0.1:${port}`],
      ...["--log-level", "error", "--skip-version-check", policies],
    ],
    path: "/v1/data/bench/refunds",
    ready: "/health",
    body: (user, now) => ({ input: refundRequest(user, now) }),
    holds: '"allow":true',
  },
  {
    command: "cerbos",
    words: (port, otherPort, policies) => [
      "server",
      `--set=server.httpListenAddr=127.0.0.1:${port}`,
      `--set=server.grpcListenAddr=127.0.0.1:${otherPort}`,
      "--set=storage.driver=disk",
      `--set=storage.disk.directory=${policies}`,
      "--set=telemetry.disabled=true",
      "--log-level=error",
    ],
    path: "/api/check/resources",
    ready: "/_cerbos/health",
    body: cerbosRequest,
    holds: "EFFECT_ALLOW",
  },
];

/** Returns the servers that are not installed. */
export function notInstalled(): readonly string[] {
  return FOREIGN.filter(({ command }) => !isInstalled(command)).map(({ command }) => command);
}

/** Those that can, started. */
export async function foreignServers(now: number): Promise<readonly HttpContender[]> {
  const contenders: HttpContender[] = [];
  for (const each of FOREIGN) if (isInstalled(each.command)) contenders.push(await started(each, now));
  return contenders;
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ["version"], { stdio: "ignore" }).error === undefined;
}

async function started(foreign: Foreign, now: number): Promise<HttpContender> {
  const { command, path, holds } = foreign;
  const [port, otherPort] = [await freePort(), await freePort()];
  const words = foreign.words(port, otherPort, join(ROOT, "bench/peers", command));
  const server = spawn(command, words, { stdio: "ignore" });
  const stop = async () => {
    if (server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  if (!(await isReady(`${url}${foreign.ready}`))) {
    await stop();
    throw new Error(`${command} does not start`);
  }
  const bodies = Array.from({ length: REFUND_USERS }, (_, user) => JSON.stringify(foreign.body(user, now)));
  return { name: command, load: { url, path, bodies, holds }, spent: async () => spentBy(server.pid), stop };
}

const MICROSECONDS_A_TICK = 10_000;

/** As Linux counts it, in hundredths of a second; undefined elsewhere. */
function spentBy(pid: number | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the command comes second, in parentheses, and may hold anything.
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return (Number(user) + Number(system)) * MICROSECONDS_A_TICK;
  } catch {
    return undefined;
  }
}

async function isReady(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await fetch(url).catch(() => undefined))?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

function cerbosRequest(user: number, now: number): object {
  const { actors = [], tool, args, context, tenant } = refundRequest(user, now);
  const [person, agent] = actors;
  const roles = person?.type === "user" ? person.roles : [];
  return {
    principal: { id: person?.id, roles, attr: { person, agent, context, tenant } },
    resources: [{ actions: ["call"], resource: { kind: tool, id: "call", attr: args } }],
  };
}
