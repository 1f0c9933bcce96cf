/** Changes a policy in many small ways and asks of each whether a test notices. */
import { check } from "../check/check.js";
import type { Program } from "../check/program.js";
import { compile } from "../compile/compile.js";
import { patternProblem } from "../compile/pattern.js";
import { createKeys, type Keys } from "../identity/keys.js";
import { PolicyVariants } from "../scenario/policy-variants.js";
import {
  casesByTest,
  compilePlain,
  runCase,
  type TestCase,
  type TestedBundle,
} from "../scenario/run-tests.js";
import { Source } from "../source/source.js";
import { systemClock } from "../state/clock.js";
import type { File } from "../syntax/ast.js";
import { parse } from "../syntax/parse.js";
import { toWire } from "../values/canonical.js";
import { parseDuration } from "../values/duration.js";
import type { JsonValue } from "../values/type.js";
import { meaningOf } from "./meaning.js";
import { diffOf, type Mutant, type MutantDiff, mutatedText } from "./mutant.js";
import { mutantsOf } from "./mutants.js";
import { type Apart, Searcher, type SearchHints } from "./tell-apart.js";
import { constantsOf } from "./variations.js";

/** What is tried, and for how long. */
export interface MutationOptions {
  readonly select?: (test: TestCase) => boolean;
  /** How long to go on, ms; what was not tried by then is counted as such. */
  readonly budget?: number;
  readonly onProgress?: (progress: MutationProgress) => void;
}
/** How far it has come. */
export interface MutationProgress {
  /** Running the tests on mutants, then looking for requests that tell those apart that no test noticed. */
  readonly phase: "running" | "searching";
  readonly done: number;
  readonly all: number;
}

/** A mutant that no test notices. */
export interface Survivor {
  readonly what: string;
  readonly subject: string;
  readonly diff: MutantDiff;
  /** A request that tells it from the policy; undefined where none was found, so that it may mean the same. */
  readonly apart: Apart | undefined;
}
/** What became of every mutant. */
export interface MutationReport {
  readonly noticed: number;
  readonly unnoticed: readonly Survivor[];
  /** Mutants that the checker refuses, so that no test needs to. */
  readonly refused: number;
  /** Those that the time did not suffice for. */
  readonly untried: number;
  /** Percent of those that a test could notice; mutants that may mean the same are left out. */
  readonly score: number;
  readonly milliseconds: number;
}

const DEFAULT_BUDGET = 120_000;
/** A test that fails on the policy itself notices every mutant, so none is tried: the name of that test. */
export class TestsFail extends Error {
  override readonly name = "TestsFail";
}

/** Rejects with TestsFail where a selected test fails before anything is changed. */
export async function mutate(bundle: TestedBundle, options: MutationOptions = {}): Promise<MutationReport> {
  const begun = systemClock.now();
  const run = new MutationRun(
    bundle,
    options,
    await createKeys(),
    begun + (options.budget ?? DEFAULT_BUDGET),
  );
  return { ...(await run.all()), milliseconds: systemClock.now() - begun };
}

class MutationRun {
  readonly #bundle: TestedBundle;
  readonly #options: MutationOptions;
  readonly #keys: Keys;
  readonly #deadline: number;
  readonly #files: readonly File[];
  readonly #cases: readonly TestCase[];
  readonly #policy: PolicyVariants;
  readonly #searcher: Searcher;
  readonly #dataFiles: ReadonlyMap<string, JsonValue>;
  /** Names that the decisions of a test turned on: rules, and tools that were called. */
  readonly #touched = new Map<TestCase, ReadonlySet<string>>();

  #meaning: string | undefined;

  constructor(bundle: TestedBundle, options: MutationOptions, keys: Keys, deadline: number) {
    this.#bundle = bundle;
    this.#options = options;
    this.#keys = keys;
    this.#deadline = deadline;
    this.#files = [...bundle.sources.values()].map((source) => withoutTests(parse(source).file));
    this.#cases = casesByTest(bundle)
      .flat()
      .filter((each) => options.select?.(each) !== false);
    this.#policy = new PolicyVariants(bundle.program, (program) => compilePlain(program, bundle));
    this.#searcher = new Searcher(this.#policy, keys, bundle.sources, this.#cases);
    this.#dataFiles = dataFilesOf(this.#files, bundle.program);
  }

  async all(): Promise<Omit<MutationReport, "milliseconds">> {
    await this.#runUnchanged();
    const mutants = mutantsOf(this.#files, this.#bundle.sources);
    let noticed = 0;
    let refused = 0;
    let done = 0;
    const survivors: (readonly [Mutant, PolicyVariants])[] = [];
    for (const mutant of mutants) {
      if (systemClock.now() > this.#deadline) break;
      const program = this.#checked(mutant);
      if (program === undefined) refused++;
      else {
        const policy = new PolicyVariants(program, (each) => compile(each, this.#bundle.revision));
        if (await this.#isNoticed(mutant, policy)) noticed++;
        else survivors.push([mutant, policy]);
      }
      done++;
      this.#options.onProgress?.({ phase: "running", done, all: mutants.length });
    }
    const unnoticed: Survivor[] = [];
    for (const [mutant, policy] of survivors) {
      if (systemClock.now() > this.#deadline) break;
      unnoticed.push(await this.#survivor(mutant, policy));
      this.#options.onProgress?.({ phase: "searching", done: unnoticed.length, all: survivors.length });
    }
    const apart = unnoticed.filter((each) => each.apart !== undefined).length;
    const counted = noticed + apart;
    return {
      noticed,
      unnoticed,
      refused,
      untried: mutants.length - done + survivors.length - unnoticed.length,
      score: counted === 0 ? 100 : Math.floor((noticed / counted) * 1000) / 10,
    };
  }

  async #runUnchanged(): Promise<void> {
    for (const each of this.#cases) {
      const touched = new Set<string>();
      const { failure } = await runCase(each, this.#policy, this.#keys, {
        afterDecision: ({ step, decision }) => {
          touched.add(step.kind === "call" ? step.tool.text : step.channel.text);
          for (const { rule } of decision.reasons) touched.add(rule.slice(rule.lastIndexOf(".") + 1));
        },
      });
      if (failure !== undefined) throw new TestsFail(each.name);
      this.#touched.set(each, touched);
    }
  }

  /** The policy with the change; undefined where it does not parse or check. */
  #checked(mutant: Mutant): Program | undefined {
    const source = this.#bundle.sources.get(mutant.span.file);
    if (source === undefined) return undefined;
    const changed = parse(new Source(source.path, mutatedText(mutant, source)));
    if (changed.diagnostics.some(({ severity }) => severity === "error")) return undefined;
    const files = this.#files.map((file) => (file.path === source.path ? withoutTests(changed.file) : file));
    return check(files, {
      readData: (path) => {
        const json = this.#dataFiles.get(path);
        return json === undefined ? { problem: "is not there" } : { json };
      },
      isPattern: patternProblem,
    }).program;
  }

  /** Tests that turned on what is changed come first: the first that fails settles it. */
  async #isNoticed({ subject }: Mutant, policy: PolicyVariants): Promise<boolean> {
    for (const each of this.#casesFor(subject)) {
      const { failure } = await runCase(each, policy, this.#keys);
      if (failure !== undefined) return true;
    }
    return false;
  }

  #casesFor(subject: string): readonly TestCase[] {
    const isTouched = (each: TestCase) => this.#touched.get(each)?.has(subject) === true;
    return [...this.#cases.filter(isTouched), ...this.#cases.filter((each) => !isTouched(each))];
  }

  async #survivor(mutant: Mutant, policy: PolicyVariants): Promise<Survivor> {
    const cases = this.#casesFor(mutant.subject);
    const apart = this.#meansTheSame(policy.program)
      ? undefined
      : await this.#searcher.search(policy, cases, this.#hints(mutant));
    const { what, subject } = mutant;
    return { what, subject, diff: diffOf(mutant, this.#bundle.sources), apart };
  }

  #meansTheSame(program: Program): boolean {
    this.#meaning ??= meaningOf(this.#bundle.program);
    return meaningOf(program) === this.#meaning;
  }

  #hints(mutant: Mutant): SearchHints {
    const diff = diffOf(mutant, this.#bundle.sources);
    const text = [...diff.removed, ...diff.added].join("\n");
    const durations = [...text.matchAll(/\b(?:[0-9]+(?:ms|[smhdw]))+\b/g)].map(
      ([word]) => parseDuration(word) ?? 0,
    );
    const numbers = [...text.matchAll(/\b[0-9][0-9_]*(?:\.[0-9]+)?\b/g)].map(([word]) =>
      Number(word.replaceAll("_", "")),
    );
    return {
      subject: mutant.subject,
      constants: constantsOf(this.#bundle.program, numbers),
      durations,
      counts: numbers.filter(Number.isInteger),
    };
  }
}

/** A policy is checked without its tests: a test that names a dropped rule notices it by failing, not by not checking. */
function withoutTests(file: File): File {
  return { ...file, items: file.items.filter(({ kind }) => kind !== "test" && kind !== "matrix") };
}

/** What data files held, read back from the checked values. */
function dataFilesOf(files: readonly File[], program: Program): ReadonlyMap<string, JsonValue> {
  const found = new Map<string, JsonValue>();
  for (const item of files.flatMap(({ items }) => items)) {
    if (item.kind !== "data" || item.from === undefined) continue;
    const { span } = item.name;
    const data = [...program.data.values()].find(
      ({ nameSpan }) => nameSpan.file === span.file && nameSpan.start === span.start,
    );
    if (data !== undefined) found.set(item.from.value, toWire(data.type, data.value));
  }
  return found;
}
