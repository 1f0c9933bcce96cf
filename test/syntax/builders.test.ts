import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { describe, expect, it } from "vitest";
import { parser } from "../../grammar/parser.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";

const CORPORA = ["syntax", "check"].map((name) => new URL(`../corpora/${name}/`, import.meta.url));

/** Names of functions of this process that were called while something was done. */
async function calledWhile(work: () => void): Promise<ReadonlySet<string>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  work();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  const functions = result
    .filter(({ url }) => url.includes("/src/syntax/build-"))
    .flatMap((script) => script.functions);
  return new Set(
    functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0).map((each) => each.functionName),
  );
}

function parseCorpora(): void {
  for (const corpus of CORPORA) {
    for (const file of readdirSync(corpus, { recursive: true }).map(String)) {
      if (file.endsWith(".writ")) parse(new Source(file, readFileSync(new URL(file, corpus), "utf8")));
    }
  }
}

describe("the builders of the syntax tree", () => {
  it("are called for every rule of the grammar", async () => {
    // The file as a whole is built by the parse itself.
    const rules = Object.keys(parser.getGAstProductions()).filter((rule) => rule !== "file");
    const called = await calledWhile(parseCorpora);
    const wanted = rules.map((rule) => `build${rule[0]?.toUpperCase()}${rule.slice(1)}`);
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((builder) => !called.has(builder))).toEqual([]);
  });
});
