/** Checks that run before a service listens. */
import { isLoopback } from "../identity/host-check.js";
import type { Authenticator } from "./authenticate.js";
import { ConfigError } from "./config.js";

/** Returns the warnings to print at every start. Throws for a configuration that must not be served at all. */
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
        `without authentication the service listens on loopback only, not on ${host}: configure \`auth.keys\` or \`auth.issuers\``,
      );
    }
    if (dev)
      throw new ConfigError(
        `with --dev anyone can approve, so the service listens on loopback only, not on ${host}`,
      );
  }
  if (/^rediss?:/.test(stateUrl) && keysFile === undefined) {
    throw new ConfigError(
      "with Redis all replicas need the same keys: add --keys FILE (`writ keys create` creates it)",
    );
  }
  return [
    ...(stateUrl === "memory:" ? ["state is in memory: it is lost at a restart"] : []),
    ...(keysFile === undefined && stateUrl !== "memory:"
      ? ["signing keys are created at start: approvals and session history do not survive a restart"]
      : []),
    ...(auth.required
      ? []
      : ["no authentication is configured: any program on this machine can request decisions"]),
    ...(dev ? ["--dev: anyone can approve under any name"] : []),
  ];
}
