/** What came of the tests of a bundle. */
import type { Place } from "./place.js";

/** One test, or one matrix with all its cells. */
export interface TestResult {
  readonly kind: "test" | "matrix";
  readonly name: string;
  readonly at: Place;
  /** Expectations that were judged; a test stops at the first that fails, a matrix judges every cell. */
  readonly judged: number;
  readonly milliseconds: number;
  /** Empty where it passed. */
  readonly failures: readonly Failure[];
}

/** One step that did not come out as expected. */
export interface Failure {
  readonly at: Place;
  /** The line of the step as it stands in the file, without its indentation. */
  readonly source: string;
  /** What is wrong, in one line. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Which round of each `repeat` around the step, outermost first, from 1. */
  readonly rounds?: readonly number[];
  /** Why the verdict was what it was: determining rules, and the named ones that did not determine it. */
  readonly because?: readonly RuleStory[];
  /** State that mattered, in words. */
  readonly state?: readonly string[];
}

/** One rule in an explanation, with the clauses that decided how it came out. */
export interface RuleStory {
  readonly rule: string;
  readonly effect: string;
  /** `file:line:column`; absent for a built-in refusal. */
  readonly at?: string;
  /** What it did in words: `refuses`, `grants`, `does not apply to this call`, … */
  readonly did: string;
  readonly clauses: readonly {
    readonly text: string;
    readonly result: "true" | "false" | "unknown";
    readonly values: readonly string[];
  }[];
}

/** Every test of a run, in the order they stand. */
export interface TestReport {
  readonly results: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  readonly milliseconds: number;
}

/** A result whose files are named by another path: from the current folder instead of from the bundle's. */
export function withPrefix(result: TestResult, prefix: string): TestResult {
  const moved = (at: Place): Place => ({ ...at, file: `${prefix}${at.file}` });
  return {
    ...result,
    at: moved(result.at),
    failures: result.failures.map((failure) => ({
      ...failure,
      at: moved(failure.at),
      ...(failure.because === undefined
        ? {}
        : {
            because: failure.because.map((story) =>
              story.at === undefined ? story : { ...story, at: `${prefix}${story.at}` },
            ),
          }),
    })),
  };
}
