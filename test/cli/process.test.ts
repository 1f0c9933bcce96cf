/** The command as a process: what only a real one shows. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderOf } from "./folders.js";

const WRIT = join(import.meta.dirname, "../../dist/src/cli/main.js");

function start(words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [WRIT, ...words], { env: { ...process.env, ...env } });
}

async function finish(child: ChildProcess): Promise<{ out: string; err: string; code: number | null }> {
  const printed = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => {
    printed.out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    printed.err += chunk;
  });
  const [code] = await once(child, "close");
  return { ...printed, code };
}

test("the exit code reaches the shell, and a pipe gets no colour", async () => {
  const folder = folderOf({ "a.writ": "allow x { agent any  call nothing }" });
  const { out, code } = await finish(start(["check", folder], { FORCE_COLOR: "1" }));
  expect(out).toContain("error[W");
  expect(out).not.toContain("\u001b");
  expect(code).toBe(3);
});

test("a reader that goes away is no error", async () => {
  const child = start(["check", "policies/starter", "--format", "sarif"]);
  child.stdout?.destroy();
  const { err, code } = await finish(child);
  expect({ err, code }).toEqual({ err: "", code: 0 });
});

test("a bundle with a mistake is not served", async () => {
  const folder = folderOf({ "a.writ": "allow x { agent any  call nothing }" });
  const { out, err, code } = await finish(start(["serve", folder, "--dev", "--port", "0"]));
  expect(err).toContain("error[W");
  expect({ out, code }).toEqual({ out: "", code: 3 });
});

test("serve says what to beware of, offers a request that works as copied, and stops when told", async () => {
  const child = start(["serve", "policies/starter", "--dev", "--port", "0"]);
  let said = "";
  for await (const chunk of child.stderr ?? []) {
    said += chunk;
    if (said.includes("curl ")) break;
  }
  expect(said).toContain("DEVELOPMENT MODE");
  expect(said).toMatch(/revision {2}sha256:[0-9a-f]{64}/);
  const [, command = ""] = /^ {2}(curl .*)$/m.exec(said) ?? [];
  const answer = await finish(spawn("sh", ["-c", command]));
  expect(JSON.parse(answer.out)).toMatchObject({ decision: "allow" });
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});
