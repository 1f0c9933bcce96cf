import type { Step } from "../syntax/ast.js";
import type { Mismatch } from "./expectation.js";
import type { Decided } from "./test-gateway.js";

/** Ends a test: the step with an unexpected result. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly step: Step;
  readonly rounds: readonly number[];
  readonly mismatch: Mismatch;
  /** The judged decision; undefined if the step was not about one. */
  readonly decided: Decided | undefined;
  constructor(step: Step, rounds: readonly number[], mismatch: Mismatch, decided?: Decided) {
    super(mismatch.message);
    this.step = step;
    this.rounds = rounds;
    this.mismatch = mismatch;
    this.decided = decided;
  }
}
