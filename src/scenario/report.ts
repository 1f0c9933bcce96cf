/** The results of the tests of a bundle. */
import type { Location } from "./location.js";

/** The result of one test, or of one matrix with all its cells. */
export interface TestResult {
  readonly kind: "test" | "matrix";
  readonly name: string;
  readonly at: Location;
  /** Number of expectations judged; a test stops at the first failure, a matrix judges every cell. */
  readonly judged: number;
  readonly milliseconds: number;
  /** Empty if it passed. */
  readonly failures: readonly Failure[];
}

/** One step with an unexpected result. */
export interface Failure {
  readonly at: Location;
  /** The line of the step in the file, without its indentation. */
  readonly source: string;
  /** What is wrong, in one line. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The round of each `repeat` around the step, outermost first, from 1. */
  readonly rounds?: readonly number[];
  /** The reasons for the verdict: determining rules, and those named that did not determine it. */
  readonly because?: readonly RuleStory[];
  /** Relevant state, in words. */
  readonly state?: readonly string[];
}

/** One rule in an explanation, with the clauses that decided its result. */
export interface RuleStory {
  readonly rule: string;
  readonly effect: string;
  /** `file:line:column`; absent for a built-in refusal. */
  readonly at?: string;
  /** Its effect in words: `refuses`, `grants`, `does not apply to this call`, … */
  readonly did: string;
  readonly clauses: readonly {
    readonly text: string;
    readonly result: "true" | "false" | "unknown";
    readonly values: readonly string[];
  }[];
}

/** Every test of a run, in source order. */
export interface TestReport {
  readonly results: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  readonly milliseconds: number;
}

/** Returns a result with file paths relative to the current folder instead of the bundle's. */
export function withPrefix(result: TestResult, prefix: string): TestResult {
  const moved = (at: Location): Location => ({ ...at, file: `${prefix}${at.file}` });
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
