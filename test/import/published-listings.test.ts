import { existsSync, readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.js";
import { formatSource } from "../../src/format/format-source.js";
import { guessRisk } from "../../src/import/guess-risk.js";
import { importMcp } from "../../src/import/mcp.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { normalise } from "../../src/values/normalise.js";
import { sampleArguments } from "./sample-arguments.js";

interface Listed {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: unknown;
  readonly annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean };
}

/** Beside the repository, or where `WRIT_DATA` says. */
const DATA =
  process.env.WRIT_DATA === undefined
    ? new URL("../../../shared/data/", import.meta.url)
    : pathToFileURL(`${process.env.WRIT_DATA}/`);
const FOLDER = new URL("mcp/", DATA);
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith(".json")) : [];
if (files.length === 0) console.warn("skipped: no published tool listings at ../shared/data/mcp");

function read(file: string): { readonly tools: readonly Listed[] } {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}

describe.skipIf(files.length === 0)("published listings", () => {
  it.each(files)("%s becomes a catalogue without an error that takes calls made from its schemas", (file) => {
    const listing = read(file);
    const imported = importMcp(listing, { module: "acme.tools", server: file.slice(0, -5) });
    const source = new Source("tools.writ", imported.text);
    const parsed = parse(source);
    expect(parsed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(formatSource(source, parse)).toMatchObject({ kind: "formatted", changed: false });
    const { program, diagnostics } = check([parsed.file], {
      readData: () => ({ problem: "there is no data here" }),
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { tools } = imported;
    expect(tools.typed + tools.partlyTyped.length + tools.untyped.length + tools.skipped.length).toBe(
      listing.tools.length,
    );
    const byWire = new Map([...program!.tools.values()].map((tool) => [tool.wire, tool]));
    for (const tool of listing.tools.filter(
      ({ name }) => !tools.skipped.some((skipped) => skipped.name === name),
    )) {
      const args = byWire.get(`${file.slice(0, -5)}/${tool.name}`)!.args;
      const result = normalise(args, sampleArguments(tool.inputSchema));
      expect({ tool: tool.name, problems: result.ok ? [] : result.problems }).toEqual({
        tool: tool.name,
        problems: [],
      });
    }
    console.info(
      `${file}: ${tools.listed} listed, ${tools.typed} typed, ${tools.partlyTyped.length} with names only, ${tools.untyped.length} without published arguments, ${tools.skipped.length} skipped`,
    );
  });

  it("are guessed to write, without looking at their annotations, in nearly every case where the vendor says so", () => {
    const count = {
      reads: 0,
      readsTaken: 0,
      writes: 0,
      writesTaken: 0,
      destroys: 0,
      destroysTaken: 0,
      gentle: 0,
      gentleTaken: 0,
    };
    for (const { name, description, annotations } of files.flatMap((file) => read(file).tools)) {
      if (annotations?.readOnlyHint === undefined) continue;
      const guess = guessRisk({ name, description });
      if (annotations.readOnlyHint) {
        count.reads++;
        if (guess.action === "read") count.readsTaken++;
        continue;
      }
      count.writes++;
      if (guess.action !== "read") count.writesTaken++;
      if (annotations.destructiveHint === true) {
        count.destroys++;
        if (guess.tier === 3) count.destroysTaken++;
      } else if (annotations.destructiveHint === false) {
        count.gentle++;
        if (guess.tier < 3) count.gentleTaken++;
      }
    }
    console.info(
      `guesses against annotations: ${count.readsTaken} of ${count.reads} reads, ${count.writesTaken} of ${count.writes} writes, tier 3 for ${count.destroysTaken} of ${count.destroys} destructive, lower for ${count.gentleTaken} of ${count.gentle} others`,
    );
    expect(count.writesTaken / count.writes).toBeGreaterThan(0.98);
    expect(count.readsTaken / count.reads).toBeGreaterThan(0.85);
  });
});
