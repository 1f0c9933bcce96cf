/** Where and of what a measurement was taken: figures mean little without. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { ROOT } from "../process/root.js";

/** The machine, the runtime and the revision. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly commit: string;
  /** Whether the code under measurement differs from that commit. */
  readonly changed: boolean;
  /** As `YYYY-MM-DD`. */
  readonly date: string;
  /** The load of the last minute when measuring began: what others ran beside it. */
  readonly load: number;
}

/** This machine, now. */
export function thisMachine(): Machine {
  const all = cpus();
  const differing = git("status", "--porcelain", "--", "src", "grammar", "bench/*.ts", "package-lock.json");
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    node: process.version,
    commit: git("rev-parse", "--short=12", "HEAD") ?? "unknown",
    changed: differing !== undefined && differing !== "",
    date: new Date().toISOString().slice(0, 10),
    load: loadavg()[0] ?? Number.NaN,
  };
}

/** Undefined outside a repository, as in an installed package. */
function git(...words: readonly string[]): string | undefined {
  try {
    return execFileSync("git", words, {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
