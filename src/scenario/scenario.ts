/**
 * Runs one test, step by step, on its own state and clock, with the engine that decides in service.
 *
 * Unless the test sets them, it begins at `TEST_START` in an open session without `stated` values. Each user signs in at
 * the first step after `given user`, and agents present a credential issued at each call.
 */
import { RequestProblem } from "../engine/request/types.js";
import type { Keys } from "../identity/keys.js";
import { StateUnavailable } from "../state/store.js";
import type { Step } from "../syntax/ast.js";
import { mismatchOf } from "./expectation.js";
import type { PolicyVariants } from "./policy-variants.js";
import { StepFailure } from "./step-failure.js";
import { type Action, type DecisionHooks, TestGateway } from "./test-gateway.js";

/** Hooks that observe a running test. */
export interface ScenarioHooks extends DecisionHooks {
  /** A step was answered: `undefined`, or the reason for a refusal. */
  readonly afterAction?: (step: Step, refusal: string | undefined) => void;
  /** Skips expectations and refusals: the test runs only for its effects. */
  readonly lenient?: boolean;
}

/** The refusal of a step; it is kept until an `expect refused` or the next action. */
interface Refusal {
  readonly step: Step;
  readonly rounds: readonly number[];
  readonly message: string;
}

/** The execution of one test: runs each step and checks its result. */
export class Scenario {
  readonly #hooks: ScenarioHooks;
  readonly #gateway: TestGateway;
  #refusal: Refusal | undefined;
  #judged = 0;
  #started = false;

  constructor(policy: PolicyVariants, keys: Keys, hooks: ScenarioHooks = {}) {
    this.#hooks = hooks;
    this.#gateway = new TestGateway(policy, keys, hooks);
  }

  /** Returns the number of expectations judged so far. */
  get judged(): number {
    return this.#judged;
  }

  /** Runs steps in order. Rejects with StepFailure at the first unexpected result. */
  async run(steps: readonly Step[]): Promise<void> {
    await this.#steps(steps, []);
    this.#requireExpectedRefusal();
  }

  async #steps(steps: readonly Step[], rounds: readonly number[]): Promise<void> {
    for (const step of steps) {
      if (step.kind !== "repeat") {
        await this.#step(step, rounds);
        continue;
      }
      for (let round = 1; round <= step.times.value; round++)
        await this.#steps(step.steps, [...rounds, round]);
    }
  }

  async #step(step: Exclude<Step, { kind: "repeat" }>, rounds: readonly number[]): Promise<void> {
    switch (step.kind) {
      case "given-user":
        return this.#gateway.scene.giveUser(step);
      case "given-agent":
        return this.#gateway.scene.giveAgent(step);
      case "given-tenant":
        this.#gateway.scene.tenant = step.tenant.value;
        return;
      case "given-context":
        return this.#gateway.scene.giveContext(step.record);
      case "given-session":
        return this.#gateway.scene.giveSession(step.record);
      case "given-now":
        return this.#setNow(step, rounds);
      case "given-data":
        return this.#gateway.giveData(step);
      case "given-outage":
        this.#gateway.store.isOut = step.on;
        return;
      case "expect":
        return this.#expect(step, rounds);
      case "wait":
        this.#begin();
        this.#gateway.clock.advance(step.duration.ms);
        return;
      default:
        this.#requireExpectedRefusal();
        this.#begin();
        return this.#act(step, rounds);
    }
  }

  /** Called at each action: the given user has signed in, and time can no longer go back. */
  #begin(): void {
    this.#started = true;
    this.#gateway.scene.settleSignIn(this.#gateway.clock.now());
  }

  #setNow(step: Extract<Step, { kind: "given-now" }>, rounds: readonly number[]): void {
    if (this.#started && step.at.ms < this.#gateway.clock.now()) {
      const message =
        "time only goes forward within a test; what comes first belongs first, or into another test";
      throw new StepFailure(step, rounds, { message });
    }
    this.#gateway.clock.set(step.at.ms);
  }

  async #act(step: Action, rounds: readonly number[]): Promise<void> {
    let refusal: string | undefined;
    try {
      if (step.kind === "call" || step.kind === "send") this.#requireAgent(step, rounds);
      refusal = await this.#gateway.act(step);
    } catch (error) {
      if (error instanceof RequestProblem) refusal = problemText(error);
      else if (error instanceof StateUnavailable) refusal = "the state is unreachable";
      else throw error;
      if ((step.kind === "call" || step.kind === "send") && this.#hooks.lenient !== true)
        throw new StepFailure(step, rounds, {
          message: `invalid request: ${refusal}`,
        });
    }
    this.#refusal = refusal === undefined ? undefined : { step, rounds, message: refusal };
    this.#hooks.afterAction?.(step, refusal);
  }

  #requireAgent(step: Step, rounds: readonly number[]): void {
    if (this.#gateway.scene.hasAgent) return;
    throw new StepFailure(step, rounds, { message: "no agent is given that could act" });
  }

  #expect(step: Extract<Step, { kind: "expect" }>, rounds: readonly number[]): void {
    if (this.#hooks.lenient === true) return;
    this.#judged++;
    const { expectation } = step;
    const { begun, compiled, last } = this.#gateway;
    if (expectation.kind === "refused") {
      if (this.#refusal === undefined)
        throw new StepFailure(step, rounds, {
          message: "the step before was not refused",
          expected: "refused",
          actual: "done",
        });
      this.#refusal = undefined;
      return;
    }
    if (expectation.kind === "needs" && begun !== undefined) {
      const mismatch = mismatchOf(expectation, { needs: [...begun] }, compiled);
      if (mismatch !== undefined) throw new StepFailure(step, rounds, mismatch);
      return;
    }
    this.#requireExpectedRefusal();
    if (last === undefined)
      throw new StepFailure(step, rounds, { message: "no call was decided yet that could be judged" });
    const mismatch = mismatchOf(expectation, last.decision, compiled);
    if (mismatch !== undefined) throw new StepFailure(step, rounds, mismatch, last);
  }

  /** A refusal without an `expect refused` after it is a mistake in the policy or the test, and is never ignored. */
  #requireExpectedRefusal(): void {
    if (this.#refusal === undefined) return;
    const { step, rounds, message } = this.#refusal;
    this.#refusal = undefined;
    if (this.#hooks.lenient === true) return;
    throw new StepFailure(step, rounds, {
      message: `refused, and no \`expect refused\` follows: ${message}`,
      expected: "done",
      actual: "refused",
    });
  }
}

function problemText(problem: RequestProblem): string {
  const told = problem.problems
    .map(({ message }) => message)
    .filter((message) => message !== problem.message);
  return [problem.message, ...told].join("; ");
}
