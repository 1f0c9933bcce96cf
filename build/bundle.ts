/** Puts the built command and the packages that it needs into one file, and beside it what Node compiles of that. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Terminal } from "../src/cli/terminal.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const STARTER = join(ROOT, "policies/starter");
const { BUNDLE, CODE_CACHE, loadBundled } = (await import(
  join(ROOT, "dist/src/cli/bundled.js")
)) as typeof import("../src/cli/bundled.js");

/** Loaded from their own files when a command needs them, which few do: what is native, and what is large. */
const APART = [
  "@modelcontextprotocol/sdk",
  "ioredis",
  "lmdb",
  "vscode-languageserver",
  "vscode-languageserver-textdocument",
  "yaml",
];

/** `string-width` has ICU read its tables when it is loaded, and is only called for text beyond ASCII. */
const widthsWhenAsked: Plugin = {
  name: "string-width when it is called",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ namespace }) =>
      namespace === "when-called" ? undefined : { path: "string-width", namespace: "when-called" },
    );
    onLoad({ filter: /^/, namespace: "when-called" }, () => ({
      contents: 'module.exports = (text) => require("string-width").default(text);',
      resolveDir: ROOT,
    }));
  },
};

/** The scripts for Redis, which `luaSource` reads from files beside it. */
const LUA = join(ROOT, "src/state/lua");
const luaInside: Plugin = {
  name: "Lua in the bundle",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]state[\\/]lua-source\.js$/ }, () => {
      const texts = readdirSync(LUA).map((file) => [
        file.replace(/\.lua$/, ""),
        readFileSync(join(LUA, file), "utf8"),
      ]);
      return {
        contents: `const texts = ${JSON.stringify(Object.fromEntries(texts))}; export const luaSource = (name) => texts[name];`,
      };
    });
  },
};

/** Returns the files that are in it. */
async function writeBundle(): Promise<readonly string[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["dist/src/cli/run.js"],
    outfile: BUNDLE,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: APART,
    plugins: [widthsWhenAsked, luaInside],
    // `require` instead: what a script of `node:vm` may import depends on the version of Node.
    supported: { "dynamic-import": false },
    banner: {
      js: '(function (exports, require, module, __filename, __dirname) { const url = require("node:url").pathToFileURL(__filename).href;',
    },
    define: { "import.meta.url": "url" },
    footer: { js: "})" },
    legalComments: "inline",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  // Names are kept and nothing is minified, so that stack traces show real lines.
  const text = (outputFiles[0]?.text ?? "").replace(/[^\0-\x7f]/g, escaped);
  writeFileSync(BUNDLE, text);
  return Object.keys(metafile.inputs);
}

/**
 * Characters beyond ASCII in esbuild's output occur in regular expressions and comments, where an escape means the
 * same. (In a tagged template that reads its raw text it would not; there is none.)
 */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Copies the notices that the licences of the bundled packages require. */
function licencesOf(files: readonly string[]): string {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
    const own = readdirSync(join(ROOT, folder)).filter((file) => /^(?:licen[cs]e|notice)/i.test(file));
    const said = own.map((file) => readFileSync(join(ROOT, folder, file), "utf8").trim());
    return [`${name} ${version}, ${license}`, ...said].join("\n\n");
  });
  return `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

/** Functions are compiled when they are first called, so the commands that people wait for are run once. */
async function compiledByUse(): Promise<Buffer> {
  const bundled = loadBundled();
  if (bundled === undefined) throw new Error(`${BUNDLE} is older than the modules it is made of`);
  for (const words of [
    ["check", STARTER],
    ["fmt", "--check", STARTER],
    ["test", STARTER],
    ["decide", STARTER, join(STARTER, "requests/lookup.json")],
  ]) {
    const terminal = silentTerminal();
    if ((await bundled.command.run(words, terminal)) !== 0) throw new Error(`writ ${words.join(" ")} fails`);
  }
  return bundled.script.createCachedData();
}

function silentTerminal(): Terminal {
  return {
    out() {},
    err: (text) => void process.stderr.write(text),
    interactive: false,
    colour: { out: false, err: false },
    stdin: async () => "",
    exitCode: 0,
  };
}

// No cache of another bundle may be left beside this one: of the text that it belongs to, Node compares only the length.
rmSync(CODE_CACHE, { force: true });
cpSync(LUA, join(ROOT, "dist/src/state/lua"), { recursive: true });
const inputs = await writeBundle();
writeFileSync(`${BUNDLE}.licenses.txt`, licencesOf(inputs));
writeFileSync(CODE_CACHE, await compiledByUse());
