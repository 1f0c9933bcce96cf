/** Runs the harness's scripts in separate processes, from the sources or from the built files. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** How to start a script relative to the module that names it. */
export interface Script {
  readonly file: string;
  /** What `node` needs to run it. */
  readonly nodeOptions: readonly string[];
}

/**
 * The script at `path` (as an import would write it, ending in `.js`) relative to `from`, an `import.meta.url`. Where that
 * one runs from its TypeScript source, so does this one.
 */
export function scriptAt(path: string, from: string): Script {
  const isSource = extname(new URL(from).pathname) === ".ts";
  const file = fileURLToPath(new URL(isSource ? path.replace(/\.js$/, ".ts") : path, from));
  return { file, nodeOptions: isSource ? ["--import", "tsx"] : [] };
}

/**
 * Runs a script to its end and reads the JSON that it prints. Rejects where it fails; its standard error is passed on. One
 * that a signal ended is run again, and that is said: Node 20 ends now and then in its own deoptimiser.
 */
export async function runScript<Result>(
  script: Script,
  words: readonly string[],
  more: readonly string[] = [],
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const { out, signal } = await outputOf(script, words, more);
    if (signal === null) return JSON.parse(out) as Result;
    const what = `${script.file} ${words.join(" ")} was ended by ${signal}`;
    if (attempt === MAX_ATTEMPTS) throw new Error(`${what}, ${attempt} times`);
    process.stderr.write(`${what}; once more\n`);
  }
}

const MAX_ATTEMPTS = 4;

async function outputOf(
  { file, nodeOptions }: Script,
  words: readonly string[],
  more: readonly string[],
): Promise<{ readonly out: string; readonly signal: string | null }> {
  const child = spawn(process.execPath, [...nodeOptions, ...more, file, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal === null && code !== 0) throw new Error(`${file} ${words.join(" ")} ended with ${code}`);
  return { out, signal };
}

/** A script that goes on running and answers messages, one at a time. */
export interface Servant {
  ask<Answer>(question: object): Promise<Answer>;
  /** Returns once the process is gone. */
  stop(): Promise<void>;
}

/** Starts a script that calls `answerMessages`. */
export function startServant({ file, nodeOptions }: Script, words: readonly string[]): Servant {
  const child: ChildProcess = fork(file, words, {
    execArgv: [...nodeOptions],
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const ended = once(child, "exit");
  return {
    async ask<Answer>(question: object): Promise<Answer> {
      const answered = once(child, "message");
      child.send(question);
      const gone = ended.then(() => {
        throw new Error(`${file} ${words[0] ?? ""} has ended`);
      });
      const [message] = (await Promise.race([answered, gone])) as [{ answer?: Answer; problem?: string }];
      if (message.problem !== undefined) throw new Error(message.problem);
      return message.answer as Answer;
    },
    async stop() {
      // What it holds is its own: there is nothing to finish, and waiting for connections to close takes seconds.
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Answers messages until the parent process exits. */
export function answerMessages(
  answer: (question: Readonly<Record<string, unknown>>) => Promise<unknown>,
): void {
  process.on("message", (question: Readonly<Record<string, unknown>>) => {
    answer(question).then(
      (given) => process.send?.({ answer: given }),
      (error) => process.send?.({ problem: String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}
