/** What the READMEs show is real: policies stand in the starter, requests are sent to a running service, links lead somewhere. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandLine } from "../src/cli/program.js";
import { type RunningService, start } from "../src/service/start.js";
import { recordingTerminal, writ } from "./cli/recording-terminal.js";

const ROOT = join(import.meta.dirname, "..");
const STARTER = join(ROOT, "policies/starter");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

interface Block {
  readonly language: string;
  readonly text: string;
}
const blocks: readonly Block[] = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
  language: match[1] ?? "",
  text: match[2] ?? "",
}));

describe("the requests of the README", () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await start({ bundleDir: STARTER, port: 0, dev: true, log: { level: "silent" } });
  });
  afterAll(() => service.close());

  test("are answered as it shows", async () => {
    const steps = blocks.filter(({ language, text }) => language === "json" || text.startsWith("curl"));
    let answer: unknown;
    let compared = 0;
    for (const { language, text } of steps) {
      if (language === "sh") {
        answer = await send(text, service.url);
      } else {
        expect(answer).toMatchObject(JSON.parse(text));
        compared++;
      }
    }
    expect(compared).toBe(2);
  });
});

const execute = promisify(execFile);

async function send(command: string, url: string): Promise<unknown> {
  const { stdout } = await execute("sh", ["-c", command.replace("http://127.0.0.1:8181", url)]);
  return JSON.parse(stdout);
}

test("the policies of the README stand in the starter, word for word", () => {
  const texts = readdirSync(STARTER)
    .filter((name) => name.endsWith(".writ"))
    .map((name) => readFileSync(join(STARTER, name), "utf8"));
  const shown = blocks.filter((block) => block.language === "writ");
  expect(shown.length).toBeGreaterThan(0);
  for (const { text } of shown)
    expect(
      texts.some((policy) => policy.includes(text)),
      text,
    ).toBe(true);
});

test("the commands of the READMEs exist", async () => {
  const { out } = await writ(["--help"]);
  const pages = [readme, readFileSync(join(STARTER, "README.md"), "utf8")];
  const named = pages.flatMap((page) =>
    [...page.matchAll(/npx writ ([a-z]+)/g)].map((match) => match[1] ?? ""),
  );
  for (const command of new Set(named)) expect(out).toMatch(new RegExp(`^  ${command} `, "m"));
});

test("the starter checks without a warning, and its tests pass", async () => {
  expect(await writ(["check", STARTER, "--deny-warnings"])).toMatchObject({ exitCode: 0 });
  expect(await writ(["test", STARTER])).toMatchObject({ exitCode: 0 });
});

test("the page of commands names every command with its options, and no others", () => {
  const page = readFileSync(join(ROOT, "src/cli/README.md"), "utf8");
  const shown = new Map<string, Set<string>>();
  for (const [, commands = "", options = ""] of page.matchAll(/^\| (`writ [^|]+) \|[^|]+\|([^|]*)\|$/gm))
    for (const [, command = ""] of commands.matchAll(/`writ ([a-z-]+(?: [a-z-]+)?)/g)) {
      const known = shown.get(command) ?? new Set();
      for (const [option] of options.matchAll(/(?<=`)--[a-z-]+(?=`)/g)) known.add(option);
      shown.set(command, known);
    }
  const sorted = (all: Iterable<readonly [string, Iterable<string>]>) =>
    Object.fromEntries([...all].map(([name, options]) => [name, [...options].sort()]));
  expect(sorted(shown)).toEqual(sorted(commandsBelow(commandLine(recordingTerminal().terminal))));
});

/** Commands that do something, by their words after `writ`. */
function commandsBelow(
  command: Command,
  words: readonly string[] = [],
): readonly (readonly [string, string[]])[] {
  if (command.commands.length > 0)
    return command.commands.flatMap((each) => commandsBelow(each, [...words, each.name()]));
  const options = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? "");
  return [[words.join(" "), options]];
}

test("links of every page lead to something", () => {
  const pages = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .stdout.trim()
    .split("\n");
  const dead = pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(pages).toEqual(expect.arrayContaining(["README.md", "src/cli/README.md", "test/README.md"]));
  expect(dead).toEqual([]);
});

test("every package that the code imports is declared, and has its reason in the README", () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const table = readme.slice(readme.indexOf("## Dependencies"));
  const explained = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? "");
  expect(explained.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
  expect(explained.sort()).toEqual(importedPackages());
});

/** As the table of doors has them, which the architecture test holds against the code; types alone are no dependency. */
function importedPackages(): readonly string[] {
  const map = readFileSync(join(ROOT, "src/README.md"), "utf8");
  const rows = [...map.slice(map.indexOf("| from outside |")).matchAll(/^\| (`[^|]+) \|/gm)];
  const names = rows.flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
  );
  return names.filter((name) => !name.startsWith("node:") && name !== "sarif").sort();
}
