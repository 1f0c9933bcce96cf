/** Clients that are generated from the OpenAPI document make the README's calls, and a fuzzer finds nothing. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createApiKey } from "../../src/identity/api-keys.js";
import { type RunningService, start } from "../../src/service/start.js";

const ROOT = join(import.meta.dirname, "../..");
const STARTER = join(ROOT, "policies/starter");
const MINUTES = 60_000;
const execute = promisify(execFile);

interface Shown {
  readonly path: string;
  readonly body: object;
}
/** The requests of the README, as they are shown. */
const shown: readonly Shown[] = [
  ...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^curl -s http:\/\/[^/]+(\S+) .*?-d '(.*?)'$/gms),
].map(([, path = "", body = ""]) => ({ path, body: JSON.parse(body) }));

let service: RunningService;
let folder: string;
beforeAll(async () => {
  service = await start({ bundleDir: STARTER, port: 0, dev: true, log: { level: "silent" } });
  folder = await mkdtemp(join(tmpdir(), "writ-clients-"));
  const document = await (await fetch(`${service.url}/openapi.json`)).text();
  await writeFile(join(folder, "openapi.json"), document);
});
afterAll(async () => {
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a program printed; its errors are in the failure if it fails. */
async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  const done = await execute(program, [...args], options).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${program} ${args.join(" ")}\n${error.stdout}\n${error.stderr}`);
    },
  );
  return done.stdout;
}

/** The README's requests open a session, then ask for one mail that needs more and for one that is denied. */
function expectAnswers(printed: string): void {
  const [opened, asked, denied] = JSON.parse(printed);
  expect(opened).toMatchObject({ id: expect.any(String), steps: 0 });
  expect(asked).toMatchObject({ decision: "step-up", obligations: [{ type: "timeout", seconds: 20 }, {}] });
  expect(denied).toMatchObject({ decision: "deny", retry: { when: "never" } });
}

/** The same, in a session of its own. */
function inSession(session: string): readonly Shown[] {
  return JSON.parse(JSON.stringify(shown).replaceAll('"s-1"', JSON.stringify(session)));
}

describe("a generated client", () => {
  it("in TypeScript compiles, and makes the README's calls", { timeout: 3 * MINUTES }, async () => {
    expect(shown).toHaveLength(3);
    const generator = join(ROOT, "test/clients/node_modules/openapi-typescript/bin/cli.js");
    await run(process.execPath, [generator, "openapi.json", "-o", "schema.ts"]);
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    const calls = inSession("typescript").map(
      ({ path, body }) =>
        `answers.push((await client.POST("${path}", { body: ${JSON.stringify(body)} })).data);`,
    );
    const program = [
      'import createClient from "openapi-fetch";',
      'import type { components, paths } from "./schema.js";',
      `const client = createClient<paths>({ baseUrl: ${JSON.stringify(service.url)} });`,
      'const answers: (components["schemas"]["Session"] | components["schemas"]["Decision"] | undefined)[] = [];',
      ...calls,
      "console.log(JSON.stringify(answers));",
    ].join("\n");
    await writeFile(join(folder, "calls.ts"), program);
    const strict = [
      "--strict",
      "--exactOptionalPropertyTypes",
      "--noUncheckedIndexedAccess",
      "--skipLibCheck",
    ];
    const settings = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom", "--types", "node"];
    await run(process.execPath, [
      join(ROOT, "node_modules/typescript/bin/tsc"),
      ...strict,
      ...settings,
      "calls.ts",
    ]);
    expectAnswers(await run(process.execPath, ["calls.js"]));
    // What does not fit does not compile.
    await writeFile(join(folder, "wrong.ts"), program.replaceAll('"tool":', '"tol":'));
    const wrong = run(process.execPath, [
      join(ROOT, "node_modules/typescript/bin/tsc"),
      ...strict,
      ...settings,
      "wrong.ts",
    ]);
    await expect(wrong).rejects.toThrow(/tol/);
  });

  it("in Python compiles, and makes the README's calls", { timeout: 10 * MINUTES }, async ({ skip }) => {
    const python = await pythonTools();
    if (python === undefined) return skip(NO_PYTHON);
    const generate = ["-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none"];
    const path = `${join(python, "..")}:${process.env.PATH}`;
    await run(python, [...generate, "--output-path", "writ_client", "--fail-on-warning"], { PATH: path });
    await run(python, ["-m", "compileall", "-q", "writ_client"]);
    const program = `
import importlib, json, pathlib
from writ_client import Client
from writ_client.api.decisions import decide
from writ_client.api.sessions import open_session
from writ_client.models import DecideRequest, OpenSession

for each in pathlib.Path("writ_client").rglob("*.py"):
    importlib.import_module(".".join(each.with_suffix("").parts))

client = Client(base_url=${JSON.stringify(service.url)}, raise_on_unexpected_status=True)
operations = {"/sessions": (open_session, OpenSession), "/decide": (decide, DecideRequest)}
answers = []
for call in json.loads(${JSON.stringify(JSON.stringify(inSession("python")))}):
    operation, body = operations[call["path"]]
    answers.append(operation.sync(client=client, body=body.from_dict(call["body"])).to_dict())
print(json.dumps(answers))
`;
    await writeFile(join(folder, "calls.py"), program);
    expectAnswers(await run(python, ["calls.py"]));
  });
});

describe("a property-based run against the OpenAPI document", () => {
  it("finds nothing", { timeout: 12 * MINUTES }, async ({ skip }) => {
    // How far it comes depends on the machine, so it is run by hand.
    const seconds = process.env.WRIT_FUZZ_SECONDS;
    if (seconds === undefined) return skip("`WRIT_FUZZ_SECONDS` says how long it may take");
    const python = await pythonTools();
    if (python === undefined) return skip(NO_PYTHON);
    const { key, hash } = createApiKey("fuzzer");
    const scopes = ["decide", "approve", "admin", "audit"];
    const keys = [{ id: "fuzzer", hash, scopes, person: { id: "lee", roles: ["treasurer"], acr: "aal3" } }];
    const configFile = join(folder, "writ.json");
    await writeFile(configFile, JSON.stringify({ auth: { keys } }), { mode: 0o600 });
    const fuzzed = await start({ bundleDir: STARTER, port: 0, configFile, log: { level: "silent" } });
    onTestFinished(() => fuzzed.close());
    const printed = await run(
      join(python, "../st"),
      [
        ...["run", `${fuzzed.url}/openapi.json`, "-H", `Authorization: Bearer ${key}`],
        ...["--max-time", seconds, "--seed", process.env.WRIT_FUZZ_SEED ?? "1", "--continue-on-failure"],
        // Replaced by the check of our own.
        ...["--exclude-checks", "positive_data_acceptance", "--no-color"],
      ],
      { SCHEMATHESIS_HOOKS: join(ROOT, "test/clients/checks.py") },
    );
    expect(printed).toContain("Tested: ");
    expect(printed).not.toMatch(/Unsupported regex|Schema Error/);
  });
});

const NO_PYTHON = "python3 with venv and pip, or the Python package index, is not available";
const REQUIREMENTS = join(import.meta.dirname, "requirements.txt");

/** The Python of an environment with the tools that are listed, made once; undefined where it cannot be made. */
async function pythonTools(): Promise<string | undefined> {
  const name = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const cache = join(ROOT, "node_modules/.cache");
  const environment = join(cache, `writ-python-${name}`);
  const done = join(environment, "complete");
  const python = join(environment, "bin/python");
  if (existsSync(done)) return python;
  await rm(environment, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  try {
    await run("python3", ["-m", "venv", environment]);
    await run(python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", REQUIREMENTS]);
    await writeFile(`${done}.part`, "");
    await rename(`${done}.part`, done);
    return python;
  } catch (error) {
    if (process.env.WRIT_REQUIRE_PYTHON === "1") throw error;
    return undefined;
  }
}
