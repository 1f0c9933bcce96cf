/** What has to be settled before a service listens. */
import { isLoopback } from "../identity/host-check.js";
import type { Authenticator } from "./authenticate.js";
import { ConfigError } from "./config.js";

/** What has to be said at every start. Throws for what must not be served at all. */
export function noticesFor(asked: {
  readonly host: string;
  readonly dev: boolean;
  readonly stateUrl: string;
  readonly auth: Authenticator;
  readonly keysFile: string | undefined;
}): readonly string[] {
  const { host, dev, stateUrl, auth, keysFile } = asked;
  if (!isLoopback(host)) {
    if (!auth.required) {
      throw new ConfigError(
        `without authentication the service listens on this machine alone, not on ${host}: configure \`auth.keys\` or \`auth.issuers\``,
      );
    }
    if (dev)
      throw new ConfigError(
        `--dev lets approvers name themselves, so it listens on this machine alone, not on ${host}`,
      );
  }
  if (/^rediss?:/.test(stateUrl) && keysFile === undefined) {
    throw new ConfigError(
      "with Redis the replicas share their keys: name them with --keys FILE (`writ keys` makes one)",
    );
  }
  return [
    ...(stateUrl === "memory:" ? ["state is kept in memory and forgotten at a restart"] : []),
    ...(keysFile === undefined && stateUrl !== "memory:"
      ? [
          "keys are made at each start, so approvals in hand and what sessions have seen end with this process",
        ]
      : []),
    ...(auth.required
      ? []
      : ["no authentication is configured; whatever runs on this machine may ask for decisions"]),
    ...(dev ? ["--dev: approvers may name themselves in the body"] : []),
  ];
}
