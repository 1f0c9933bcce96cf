/** Changes a policy in many small ways and checks for each whether a test notices. */
import { check } from "../check/check.js";
import { meaningOf } from "../check/meaning.js";
import type { Program } from "../check/program.js";
import { calledIn } from "../check/tests/called-in.js";
import { compile } from "../compile/compile.js";
import { patternProblem } from "../compile/pattern.js";
import { createKeys, type Keys } from "../identity/keys.js";
import { type Location, locationOf } from "../scenario/location.js";
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
import type { JsonValue } from "../values/type.js";
import {
  type Asked,
  type DistinguishingRequest,
  distinguish,
  firstDifference,
  traced,
} from "./distinguish.js";
import { diffOf, type Mutant, type MutantDiff, mutatedText } from "./mutant.js";
import { mutantsOf } from "./mutants.js";
import { touchOf } from "./touch.js";

/** Which mutants to try, and for how long. */
export interface MutationOptions {
  readonly select?: (test: TestCase) => boolean;
  /** The time budget in milliseconds; mutants that are not tried within it count as not noticed. */
  readonly budget?: number;
  readonly onProgress?: (progress: MutationProgress) => void;
}
/** Reports the number of mutants tried so far. */
export interface MutationProgress {
  readonly done: number;
  readonly all: number;
}

/** A mutant that no test notices. */
export interface Survivor {
  readonly what: string;
  readonly subject: string;
  readonly diff: MutantDiff;
  /** A request that the two answer differently; undefined if none was found, so the mutant may be equivalent. */
  readonly apart: DistinguishingRequest | undefined;
}
/** A mutant that was not tried because the budget ended. */
export interface Untried {
  readonly what: string;
  readonly subject: string;
  readonly at: Location;
}
/** The outcome of every mutant. */
export interface MutationReport {
  /** The number of mutants of the policy. */
  readonly all: number;
  readonly noticed: number;
  readonly unnoticed: readonly Survivor[];
  /** Mutants that the checker rejects, so that no test is needed. */
  readonly refused: number;
  /** Mutants whose checked program equals that of the policy, so that no test can notice. */
  readonly unchanged: number;
  readonly untried: readonly Untried[];
  /**
   * Percentage noticed of all mutants except rejected and unchanged ones: possibly equivalent and untried mutants lower
   * it.
   */
  readonly score: number;
  readonly milliseconds: number;
}

const DEFAULT_BUDGET = 120_000;

/**
 * Thrown if a test fails on the policy itself: it would notice every mutant, so none is tried. Its message names the
 * test.
 */
export class TestsFail extends Error {
  override readonly name = "TestsFail";
}

/** Tries every mutant. Rejects with TestsFail if a selected test fails on the unchanged policy. */
export async function mutate(bundle: TestedBundle, options: MutationOptions = {}): Promise<MutationReport> {
  const begun = systemClock.now();
  const { provenance, verify } = await createKeys();
  // No test presents a grant, and signing those of thousands of approvals would take a fifth of the run.
  const run = new MutationRun(bundle, options, { provenance, verify, sign: async () => "unsigned" });
  const report = await run.all(begun + (options.budget ?? DEFAULT_BUDGET));
  return { ...report, milliseconds: systemClock.now() - begun };
}

type Fate = "noticed" | "refused" | "unchanged" | Survivor;

class MutationRun {
  readonly #bundle: TestedBundle;
  readonly #options: MutationOptions;
  readonly #keys: Keys;
  readonly #files: readonly File[];
  readonly #policy: PolicyVariants;
  readonly #dataFiles: ReadonlyMap<string, JsonValue>;
  readonly #meaning: string;
  readonly #tests = new Map<TestCase, TestRun>();
  /** How many mutants each test noticed so far. */
  readonly #noticedBy = new Map<TestCase, number>();

  constructor(bundle: TestedBundle, options: MutationOptions, keys: Keys) {
    this.#bundle = bundle;
    this.#options = options;
    this.#keys = keys;
    this.#files = [...bundle.sources.values()].map((source) => withoutTests(parse(source).file));
    this.#policy = new PolicyVariants(bundle.program, (program) => compilePlain(program, bundle));
    this.#dataFiles = dataFilesOf(this.#files, bundle.program);
    this.#meaning = policyMeaning(bundle.program);
  }

  async all(deadline: number): Promise<Omit<MutationReport, "milliseconds">> {
    await this.#runUnchanged();
    const { sources } = this.#bundle;
    const mutants = mutantsOf(this.#files, sources);
    const counts = { noticed: 0, refused: 0, unchanged: 0 };
    const unnoticed: Survivor[] = [];
    let done = 0;
    for (const mutant of mutants) {
      if (systemClock.now() > deadline) break;
      const fate = await this.#fateOf(mutant);
      if (typeof fate === "string") counts[fate]++;
      else unnoticed.push(fate);
      done++;
      this.#options.onProgress?.({ done, all: mutants.length });
    }
    const untried = mutants
      .slice(done)
      .map(({ what, subject, span }) => ({ what, subject, at: locationOf(span, sources) }));
    const counted = counts.noticed + unnoticed.length + untried.length;
    const score = counted === 0 ? 100 : Math.floor((counts.noticed / counted) * 1000) / 10;
    return { all: mutants.length, ...counts, unnoticed, untried, score };
  }

  async #runUnchanged(): Promise<void> {
    const cases = casesByTest(this.#bundle).flat();
    for (const each of cases.filter((test) => this.#options.select?.(test) !== false)) {
      const answers: Asked[] = [];
      const touched = new Set(calledIn(each.steps, this.#bundle.program, "with plans"));
      const trace = traced(answers);
      const { failure } = await runCase(each, this.#policy, this.#keys, {
        afterDecision: (decided) => {
          for (const { rule } of decided.decision.reasons) touched.add(rule);
          trace.afterDecision?.(decided);
        },
      });
      if (failure !== undefined) throw new TestsFail(each.name);
      this.#tests.set(each, { answers, touched });
    }
  }

  async #fateOf(mutant: Mutant): Promise<Fate> {
    const { sources } = this.#bundle;
    const program = this.#checked(mutant);
    if (program === undefined) return "refused";
    if (policyMeaning(program) === this.#meaning) return "unchanged";
    const policy = new PolicyVariants(program, (each) => compile(each, this.#bundle.revision));
    const targets = targetsOf(mutant, this.#bundle.program, program);
    const cases = this.#casesFor(mutant, targets);
    let apart: DistinguishingRequest | undefined;
    for (const each of cases) {
      const answers: Asked[] = [];
      const { failure } = await runCase(each, policy, this.#keys, traced(answers));
      if (failure !== undefined) {
        this.#noticedBy.set(each, (this.#noticedBy.get(each) ?? 0) + 1);
        return "noticed";
      }
      apart ??= firstDifference(each, this.#tests.get(each)?.answers ?? [], answers, sources);
    }
    const { what, subject } = mutant;
    const diff = diffOf(mutant, sources);
    const suspect = { mutant: policy, cases, targets, touch: touchOf(diff) };
    apart ??= await distinguish(this.#policy, suspect, this.#keys, sources);
    return { what, subject, diff, apart };
  }

  /** Returns the policy with the change; undefined if it does not parse or check. */
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
      warnings: false,
    }).program;
  }

  /**
   * Returns the tests that call a target of the change. Tests whose decisions depend on it come first, then those that
   * noticed most so far, because the first failing test ends the search.
   */
  #casesFor({ subject }: Mutant, targets: ReadonlySet<string> | undefined): readonly TestCase[] {
    const isNamed = (id: string) => id === subject || id.endsWith(`.${subject}`);
    return [...this.#tests]
      .filter(
        ([, { touched }]) => targets === undefined || [...targets].some((target) => touched.has(target)),
      )
      .map(([each, { touched }]) => ({
        each,
        turned: [...touched].some(isNamed) ? 1 : 0,
        noticed: this.#noticedBy.get(each) ?? 0,
      }))
      .sort((a, b) => b.turned - a.turned || b.noticed - a.noticed)
      .map(({ each }) => each);
  }
}

/** The result of a test on the policy itself. */
interface TestRun {
  readonly answers: readonly Asked[];
  /** The targets that it calls, and the ids of the rules that determine its decisions. */
  readonly touched: ReadonlySet<string>;
}

/**
 * Returns the tools and channels that a rule, limit or exception matches, before or after; undefined if anything else
 * is changed.
 */
function targetsOf({ span }: Mutant, before: Program, after: Program): ReadonlySet<string> | undefined {
  const rulesOf = ({ rules, limits, exceptions }: Program) => [
    ...rules.values(),
    ...limits.values(),
    ...exceptions.values(),
  ];
  const own = rulesOf(before).find(
    (each) => each.span.file === span.file && each.span.start <= span.start && span.end <= each.span.end,
  );
  if (own === undefined) return undefined;
  const both = [own, ...rulesOf(after).filter(({ id }) => id === own.id)];
  return new Set(both.flatMap(({ reach }) => [...reach.tools.keys(), ...reach.channels.keys()]));
}

function policyMeaning({ tests: _, matrices: __, ...policy }: Program): string {
  return meaningOf(policy);
}

/**
 * A policy is checked without its tests: a test that names a dropped rule must notice it by failing, not by a check
 * error.
 */
function withoutTests(file: File): File {
  return { ...file, items: file.items.filter(({ kind }) => kind !== "test" && kind !== "matrix") };
}

/** Returns the content of data files, read back from the checked values. */
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
