import type { Step } from "../syntax/ast.js";
import type { Mismatch } from "./expectation.js";
import type { Decided } from "./test-gateway.js";

/** Ends a test: the step that did not come out as expected. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly step: Step;
  readonly rounds: readonly number[];
  readonly mismatch: Mismatch;
  /** The decision that was judged; undefined where the step was about none. */
  readonly decided: Decided | undefined;
  constructor(step: Step, rounds: readonly number[], mismatch: Mismatch, decided?: Decided) {
    super(mismatch.message);
    this.step = step;
    this.rounds = rounds;
    this.mismatch = mismatch;
    this.decided = decided;
  }
}
