/**
 * One test, step by step, on a state and a clock of its own, decided by the engine that decides in service.
 *
 * Unless a test says otherwise it begins at `TEST_START` in an open session with nothing stated; each user signs in at
 * the first step that follows `given user`, and agents present a credential issued at each call.
 */
import type { CompiledBundle } from "../compile/compile.js";
import { cellKeys } from "../engine/cell-keys.js";
import { Pdp } from "../engine/pdp.js";
import { type Caller, RequestProblem } from "../engine/types.js";
import type { Keys } from "../identity/keys.js";
import type { Decision, Need } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { VirtualClock } from "../state/clock.js";
import { MemoryStore } from "../state/memory-store.js";
import { StateUnavailable } from "../state/store.js";
import type { Step } from "../syntax/ast.js";
import { type Mismatch, mismatchOf } from "./expectation.js";
import { OutageStore } from "./outage-store.js";
import type { PolicyVariants } from "./policy-variants.js";
import { Scene } from "./scene.js";
import { wireRecord } from "./wire-json.js";

/** When a test begins unless it says `given now`: a Monday, 09:00 UTC. */
export const TEST_START = Date.UTC(2026, 0, 5, 9);

/** Long enough that `wait` never ends a session, its outcomes or its state by itself. */
const FOR_EVER = 50 * 365 * 24 * 3_600_000;
/** Who speaks to the engine in a test. */
export const TEST_CALLER: Caller = { id: "writ test" };
/** A test is about the policy, so its enforcement point can carry out whatever the policy asks for. */
const SUPPORTS = ["timeout", "rows", "redact", "drop", "mask", "filter", "notify", "sandbox", "log"];

/** One call or send as it was decided. */
export interface Decided {
  /** From 1, in the order of the test. */
  readonly number: number;
  readonly step: Extract<Step, { kind: "call" | "send" }>;
  readonly request: DecideRequest;
  readonly decision: Decision;
}

/** A step that asks the engine for something. */
type Action = Extract<
  Step,
  { kind: "call" | "send" | "outcome" | "approve" | "reject" | "begin" | "commit" | "abort" }
>;

/** What is told of a test as it runs. */
export interface ScenarioHooks {
  /** Before a call is decided: the state is as the decision will find it. Whatever is asked of `pdp` must be dry. */
  readonly beforeDecision?: (
    number: number,
    request: DecideRequest,
    pdp: Pdp,
    step: Decided["step"],
  ) => Promise<void>;
  readonly afterDecision?: (decided: Decided) => void;
  /** A step that asked for something was answered: `undefined`, or why it was refused. */
  readonly afterAction?: (step: Step, refusal: string | undefined) => void;
  /** Expectations and refusals are passed over: the test is run for what it does, not for what it says of it. */
  readonly lenient?: boolean;
}

/** What a step was refused with; it stands until an `expect refused` or the next action. */
interface Refusal {
  readonly step: Step;
  readonly rounds: readonly number[];
  readonly message: string;
}

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

export class Scenario {
  readonly #policy: PolicyVariants;
  readonly #hooks: ScenarioHooks;
  readonly #clock = new VirtualClock(TEST_START);
  readonly #store: OutageStore;
  readonly #pdp: Pdp;
  readonly #scene: Scene;
  readonly #data = new Map<string, ReturnType<PolicyVariants["dataJson"]>>();
  readonly #sessions = new Map<string, string>();
  readonly #approvals = new Map<string, string>();
  #compiled: CompiledBundle;
  #transaction: string | undefined;
  #last: Decided | undefined;
  /** Needs that the last `begin` was answered with; undefined once a call followed. */
  #begun: readonly Need[] | undefined;
  #refusal: Refusal | undefined;
  #decisions = 0;
  #judged = 0;
  #started = false;

  constructor(policy: PolicyVariants, keys: Keys, hooks: ScenarioHooks = {}) {
    this.#policy = policy;
    this.#hooks = hooks;
    this.#compiled = policy.plain;
    this.#store = new OutageStore(new MemoryStore({ clock: this.#clock }));
    this.#scene = new Scene(policy.program);
    this.#pdp = new Pdp({
      bundle: this.#compiled,
      store: this.#store,
      keys,
      clock: this.#clock,
      options: { sessionFor: FOR_EVER, outcomeWithin: FOR_EVER },
    });
  }

  /** How many expectations were judged so far. */
  get judged(): number {
    return this.#judged;
  }

  /** Runs steps in order. Rejects with StepFailure at the first that does not come out as expected. */
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
        return this.#scene.giveUser(step);
      case "given-agent":
        return this.#scene.giveAgent(step);
      case "given-tenant":
        this.#scene.tenant = step.tenant.value;
        return;
      case "given-context":
        return this.#scene.giveContext(step.record);
      case "given-session":
        return this.#scene.giveSession(step.record);
      case "given-now":
        return this.#setNow(step, rounds);
      case "given-data":
        return this.#giveData(step);
      case "given-outage":
        this.#store.isOut = step.on;
        return;
      case "expect":
        return this.#expect(step, rounds);
      case "wait":
        this.#begin();
        this.#clock.advance(step.duration.ms);
        return;
      default:
        this.#requireExpectedRefusal();
        this.#begin();
        return this.#act(step, rounds);
    }
  }

  /** Something happens: whoever is given has signed in, and time no longer goes back. */
  #begin(): void {
    this.#started = true;
    this.#scene.settleSignIn(this.#clock.now());
  }

  #setNow(step: Extract<Step, { kind: "given-now" }>, rounds: readonly number[]): void {
    if (this.#started && step.at.ms < this.#clock.now()) {
      const message =
        "time only goes forward within a test; what comes first belongs first, or into another test";
      throw new StepFailure(step, rounds, { message });
    }
    this.#clock.set(step.at.ms);
  }

  #giveData(step: Extract<Step, { kind: "given-data" }>): void {
    const id = this.#policy.program.resolve("data", step.name.text);
    if (id === undefined) return;
    this.#data.set(id, this.#policy.dataJson(id, step.value));
    this.#compiled = this.#policy.with(this.#data);
    this.#pdp.swap(this.#compiled);
  }

  async #act(step: Action, rounds: readonly number[]): Promise<void> {
    let refusal: string | undefined;
    try {
      refusal = await this.#do(step, rounds);
    } catch (error) {
      if (error instanceof RequestProblem) refusal = problemText(error);
      else if (error instanceof StateUnavailable) refusal = "the state is out of reach";
      else throw error;
      if ((step.kind === "call" || step.kind === "send") && this.#hooks.lenient !== true)
        throw new StepFailure(step, rounds, {
          message: `this is no request that could be judged: ${refusal}`,
        });
    }
    this.#refusal = refusal === undefined ? undefined : { step, rounds, message: refusal };
    this.#hooks.afterAction?.(step, refusal);
  }

  /** Does what a step says; gives why it was refused where nothing was there to refuse it. */
  async #do(step: Action, rounds: readonly number[]): Promise<string | undefined> {
    switch (step.kind) {
      case "call":
      case "send":
        await this.#decide(step, rounds);
        return undefined;
      case "outcome":
        return this.#reportOutcome(step);
      case "approve":
      case "reject":
        return this.#answerApproval(step);
      case "begin":
        return this.#beginTransaction(step);
      case "commit":
      case "abort":
        return this.#endTransaction(step.kind);
    }
  }

  async #decide(step: Decided["step"], rounds: readonly number[]): Promise<void> {
    const { program } = this.#policy;
    this.#requireAgent(step, rounds);
    const target: Pick<DecideRequest, "tool" | "channel" | "args"> = {};
    if (step.kind === "call") {
      const tool = program.tools.get(program.resolve("tool", step.tool.text) ?? "");
      target.tool = tool?.wire ?? step.tool.text;
      target.args = wireRecord(step.args, tool?.args, program.resolve) as NonNullable<DecideRequest["args"]>;
    } else {
      target.channel = program.resolve("channel", step.channel.text) ?? step.channel.text;
      target.args = wireRecord(step.args, undefined, program.resolve) as NonNullable<DecideRequest["args"]>;
    }
    const session = await this.#session();
    const { tenant, context } = this.#scene;
    const request: DecideRequest = {
      ...target,
      actors: this.#scene.actors(this.#clock.now()),
      tenant,
      supports: SUPPORTS,
      ...(session === undefined ? {} : { session }),
      ...(this.#transaction === undefined ? {} : { transaction: this.#transaction }),
      ...(context === undefined ? {} : { context: context as NonNullable<DecideRequest["context"]> }),
    };
    const number = ++this.#decisions;
    await this.#hooks.beforeDecision?.(number, request, this.#pdp, step);
    const decision = await this.#pdp.decide(request, TEST_CALLER);
    this.#last = { number, step, request, decision };
    this.#begun = undefined;
    this.#noteApprovals(decision.needs);
    this.#hooks.afterDecision?.(this.#last);
  }

  #requireAgent(step: Step, rounds: readonly number[]): void {
    if (this.#scene.hasAgent) return;
    throw new StepFailure(step, rounds, { message: "no agent is given that could act" });
  }

  /** The session of whoever acts, opened when it is first used; undefined where the test wants none open. */
  async #session(): Promise<string | undefined> {
    const { session, sessionNumber, tenant } = this.#scene;
    if (!session.open) return undefined;
    const key = `${sessionNumber} ${this.#scene.owner()}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    // The session was open before anything failed.
    const out = this.#store.isOut;
    this.#store.isOut = false;
    try {
      const view = await this.#pdp.openSession(
        {
          actors: this.#scene.actors(this.#clock.now()),
          tenant,
          ...(session.stated === undefined ? {} : { stated: session.stated }),
        },
        TEST_CALLER,
      );
      await this.#store.commit({ reserve: this.#seed(view.id) });
      this.#sessions.set(key, view.id);
      return view.id;
    } finally {
      this.#store.isOut = out;
    }
  }

  /** Labels and steps that the test takes as given, where a session keeps its own. */
  #seed(session: string): Parameters<OutageStore["commit"]>[0]["reserve"] {
    const { labels, steps } = this.#scene.session;
    const key = cellKeys.family(this.#scene.tenant, session);
    return [
      ...(labels.length === 0 ? [] : [{ op: "grow" as const, key, fields: { labels }, ttl: FOR_EVER }]),
      ...(steps === 0 ? [] : [{ op: "put" as const, key, fields: { steps: String(steps) }, ttl: FOR_EVER }]),
    ];
  }

  async #reportOutcome(step: Extract<Step, { kind: "outcome" }>): Promise<string | undefined> {
    if (this.#last === undefined) return "there is no call yet that it could be of";
    const { resolve } = this.#policy.program;
    const fields = wireRecord(step.fields, undefined, resolve);
    await this.#pdp.outcome(
      {
        decision_id: this.#last.decision.decision_id,
        status: step.status,
        ...(fields as Pick<Parameters<Pdp["outcome"]>[0], "reported" | "labels" | "result">),
      },
      TEST_CALLER,
    );
    return undefined;
  }

  #noteApprovals(needs: readonly Need[]): void {
    for (const need of needs) {
      if (need.type === "step-up" || need.id === undefined) continue;
      this.#approvals.set(need.type === "confirmation" ? "confirmation" : need.scheme, need.id);
    }
  }

  async #answerApproval(step: Extract<Step, { kind: "approve" | "reject" }>): Promise<string | undefined> {
    const scheme = step.scheme.text.slice(step.scheme.text.lastIndexOf(".") + 1);
    const id = this.#approvals.get(scheme);
    if (id === undefined) return `no call has asked for \`${scheme}\` yet`;
    const fields = wireRecord(step.fields, undefined, this.#policy.program.resolve);
    const approver = {
      id: step.by.value,
      roles: Array.isArray(fields.roles) ? fields.roles.map(String) : [],
      ...(typeof fields.acr === "string" ? { acr: fields.acr } : {}),
    };
    await this.#pdp[step.kind](id, this.#scene.tenant, approver, undefined);
    return undefined;
  }

  async #beginTransaction(step: Extract<Step, { kind: "begin" }>): Promise<string | undefined> {
    const { program } = this.#policy;
    this.#begun = undefined;
    const session = await this.#session();
    if (session === undefined) return "there is no open session to begin it in";
    const plan = step.plan?.map(({ tool: name, args }) => {
      const tool = program.tools.get(program.resolve("tool", name.text) ?? "");
      return { tool: tool?.wire ?? name.text, args: wireRecord(args, tool?.args, program.resolve) };
    });
    const view = await this.#pdp.openTransaction(
      {
        kind: step.transaction.text,
        tenant: this.#scene.tenant,
        session,
        actors: this.#scene.actors(this.#clock.now()),
        ...(plan === undefined
          ? {}
          : { plan: plan as NonNullable<Parameters<Pdp["openTransaction"]>[0]["plan"]> }),
      },
      TEST_CALLER,
    );
    this.#transaction = view.id;
    this.#begun = view.needs;
    this.#noteApprovals(view.needs);
    return undefined;
  }

  async #endTransaction(how: "commit" | "abort"): Promise<string | undefined> {
    const id = this.#transaction;
    if (id === undefined) return "no transaction is open";
    const { tenant } = this.#scene;
    if (how === "commit") await this.#pdp.commitTransaction(id, tenant, TEST_CALLER);
    else await this.#pdp.abortTransaction(id, tenant, TEST_CALLER);
    this.#transaction = undefined;
    return undefined;
  }

  #expect(step: Extract<Step, { kind: "expect" }>, rounds: readonly number[]): void {
    if (this.#hooks.lenient === true) return;
    this.#judged++;
    const { expectation } = step;
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
    if (expectation.kind === "needs" && this.#begun !== undefined) {
      const mismatch = mismatchOf(expectation, { needs: [...this.#begun] }, this.#compiled);
      if (mismatch !== undefined) throw new StepFailure(step, rounds, mismatch);
      return;
    }
    this.#requireExpectedRefusal();
    if (this.#last === undefined)
      throw new StepFailure(step, rounds, { message: "no call was decided yet that could be judged" });
    const mismatch = mismatchOf(expectation, this.#last.decision, this.#compiled);
    if (mismatch !== undefined) throw new StepFailure(step, rounds, mismatch, this.#last);
  }

  /** A refusal that no `expect refused` followed is a mistake in the policy or in the test, and never passed over. */
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
