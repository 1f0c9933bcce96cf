import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

function worker(...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL("commit-worker.ts", import.meta.url));
  return fork(path, args, { execArgv: ["--import", "tsx"], silent: true });
}

function message(from: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    from.once("message", resolve);
    from.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
}

/** Lets so many processes commit at the same moment, and answers how many commits were admitted in all. */
export async function race(url: string, processes: number, commits: number): Promise<number> {
  const workers = Array.from({ length: processes }, () => worker("race", url, String(commits)));
  await Promise.all(workers.map(message));
  const answers = workers.map(message);
  for (const each of workers) each.send("go");
  const admitted = await Promise.all(answers);
  return admitted.reduce<number>((sum, each) => sum + Number(each), 0);
}

/** Lets a process commit for a while and kills it in the middle. Answers how many commits it saw answered. */
export async function killedAfter(url: string, milliseconds: number): Promise<number> {
  const child = worker("stream", url);
  let answered = 0;
  const begun = new Promise<void>((resolve) => {
    child.stdout?.on("data", (lines: Buffer) => {
      answered += lines.toString().split("\n").length - 1;
      resolve();
    });
  });
  await begun;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await ended;
  return answered;
}
