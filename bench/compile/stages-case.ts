/**
 * Text to a bundle that decides, stage by stage, and what of the heap it holds then. Needs `--expose-gc` and
 * `--no-flush-bytecode`: code that the engine drops and compiles again would count for or against the bundle.
 */
import { strictEqual } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { check } from "../../src/check/check.js";
import type { Program } from "../../src/check/program.js";
import { type CompiledBundle, compile } from "../../src/compile/compile.js";
import { patternProblem } from "../../src/compile/pattern.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import { workload } from "../cases/workload.js";
import { writPolicy } from "../cases/writ-policy.js";
import { type Effort, measure, median, type Timing } from "../measure.js";

/** The cost of this many rules. */
export interface StagesResult {
  readonly rules: number;
  readonly textBytes: number;
  /** Each stage alone, as a ratio to `JSON.parse` of the same rules as JSON. */
  readonly timings: readonly Timing[];
  /** Bytes, without the tools and roles that a bundle without rules has as well. */
  readonly heapARule: number;
  /** Bytes of the whole compiled bundle. */
  readonly heap: number;
}

/** How often the heap is measured; the median counts. */
const HEAPS = 5;

/** All code is warm; the load case measures a new process. */
export async function stagesCase(rules: number, effort: Effort): Promise<StagesResult> {
  const work = workload("spread", rules);
  const texts = writPolicy(work.rules);
  const catalogue = new Map([...texts].slice(0, 1));
  // Twice for what the engine keeps of its own, and then for what is held for these rules: several times, for the engine
  // compiles meanwhile. Before anything is timed, for that leaves behind what is optimised and given up again.
  for (let i = 0; i < 2; i++) await heapOf(texts);
  const heaps: { readonly without: number; readonly bundle: number }[] = [];
  for (let i = 0; i < HEAPS; i++)
    heaps.push({ without: await heapOf(catalogue), bundle: await heapOf(texts) });
  const heap = median(heaps.map(({ bundle }) => bundle));
  const heapARule = median(heaps.map(({ without, bundle }) => bundle - without)) / rules;
  const sources = [...texts].map(([path, text]) => new Source(path, text));
  const files = sources.map((source) => parse(source).file);
  const program = programOf(files);
  strictEqual(program.rules.size, rules);
  const json = JSON.stringify(work.rules);
  const timings = await measure(
    [
      once("JSON.parse of the same rules", () => (JSON.parse(json) as object[]).length),
      once("parse", () => sources.reduce((sum, source) => sum + parse(source).diagnostics.length, 0)),
      once("check", () => programOf(files).rules.size),
      once("compile", () => compile(program, "sha256:bench").revision.length),
    ],
    effort,
  );
  const textBytes = sources.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return { rules, textBytes, timings, heapARule, heap };
}

function once(name: string, work: () => number) {
  return {
    name,
    run(count: number) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += work();
      return sum;
    },
  };
}

function programOf(files: Parameters<typeof check>[0]): Program {
  const { program, diagnostics } = check(files, {
    readData: () => ({ problem: "no data files here" }),
    isPattern: patternProblem,
  });
  if (program === undefined) throw new Error(diagnostics[0]?.message);
  return program;
}

/** The texts are created again, so that only the bundle holds references to them. */
async function heapOf(texts: ReadonlyMap<string, string>): Promise<number> {
  const copies = [...texts].map(([path, text]) => [path, Buffer.from(text)] as const);
  const before = await heapUsed();
  let held: CompiledBundle | undefined = bundleOf(copies);
  const bytes = (await heapUsed()) - before;
  strictEqual(held.revision, "sha256:bench");
  held = undefined;
  return bytes;
}

/** Measured in a separate turn: values on the stack of a finished call would count as held. */
async function heapUsed(): Promise<number> {
  if (gc === undefined) throw new Error("the heap is measured under --expose-gc");
  // What only a weak reference held goes with the next one.
  for (let i = 0; i < 4; i++) {
    await setImmediate();
    gc();
  }
  return process.memoryUsage().heapUsed;
}

function bundleOf(texts: readonly (readonly [path: string, text: Buffer])[]): CompiledBundle {
  const files = texts.map(([path, text]) => parse(new Source(path, text.toString("utf8"))).file);
  return compile(programOf(files), "sha256:bench");
}
