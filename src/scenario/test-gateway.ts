/** The enforcement point of a test: calls the engine as a gateway would, on its own state and clock. */
import type { CompiledBundle } from "../compile/compile.js";
import { Pdp } from "../engine/pdp.js";
import { cellKeys } from "../engine/request/cell-keys.js";
import type { Caller } from "../engine/request/types.js";
import type { Keys } from "../identity/keys.js";
import type { Decision, Need } from "../model/decision.js";
import type { DecideRequest } from "../model/request.js";
import { VirtualClock } from "../state/clock.js";
import { MemoryStore } from "../state/memory-store.js";
import type { Step } from "../syntax/ast.js";
import { OutageStore } from "./outage-store.js";
import type { PolicyVariants } from "./policy-variants.js";
import { Scene } from "./scene.js";
import { wireRecord } from "./wire-json.js";

/** When a test begins without `given now`: a Monday, 09:00 UTC. */
export const TEST_START = Date.UTC(2026, 0, 5, 9);

/** Long enough that `wait` alone never ends a session, its outcomes or its state. */
const FOR_EVER = 50 * 365 * 24 * 3_600_000;
/** The caller of the engine in a test. */
export const TEST_CALLER: Caller = { id: "writ test" };
/** A test is about the policy, so its enforcement point supports every obligation. */
const SUPPORTS = ["timeout", "rows", "redact", "drop", "mask", "filter", "notify", "sandbox", "log"];

/** One call or send and its decision. */
export interface Decided {
  /** From 1, in the order of the test. */
  readonly number: number;
  readonly step: Extract<Step, { kind: "call" | "send" }>;
  readonly request: DecideRequest;
  readonly decision: Decision;
}

/** A step that calls the engine. */
export type Action = Extract<
  Step,
  { kind: "call" | "send" | "outcome" | "approve" | "reject" | "begin" | "commit" | "abort" }
>;

/** Hooks that observe decisions. */
export interface DecisionHooks {
  /**
   * Called before a call is decided, with the state that the decision will read. Only dry runs on `pdp` are allowed.
   */
  readonly beforeDecision?: (
    number: number,
    request: DecideRequest,
    pdp: Pdp,
    step: Decided["step"],
  ) => Promise<void>;
  readonly afterDecision?: (decided: Decided) => void;
}

/** Runs the actions of one test, and keeps what later steps refer to. */
export class TestGateway {
  readonly clock = new VirtualClock(TEST_START);
  readonly store = new OutageStore(new MemoryStore({ clock: this.clock }));
  readonly scene: Scene;
  readonly #policy: PolicyVariants;
  readonly #hooks: DecisionHooks;
  readonly #pdp: Pdp;
  readonly #data = new Map<string, ReturnType<PolicyVariants["dataJson"]>>();
  readonly #sessions = new Map<string, string>();
  readonly #approvals = new Map<string, string>();
  #compiled: CompiledBundle;
  #transaction: string | undefined;
  #last: Decided | undefined;
  #begun: readonly Need[] | undefined;
  #decisions = 0;

  constructor(policy: PolicyVariants, keys: Keys, hooks: DecisionHooks) {
    this.#policy = policy;
    this.#hooks = hooks;
    this.#compiled = policy.plain;
    this.scene = new Scene(policy.program);
    this.#pdp = new Pdp({
      bundle: this.#compiled,
      store: this.store,
      keys,
      clock: this.clock,
      options: { sessionFor: FOR_EVER, outcomeWithin: FOR_EVER },
    });
  }

  /** Returns the policy with the data given so far. */
  get compiled(): CompiledBundle {
    return this.#compiled;
  }
  /** Returns the last call or send. */
  get last(): Decided | undefined {
    return this.#last;
  }
  /** The needs in the answer to the last `begin`; undefined after a later call. */
  get begun(): readonly Need[] | undefined {
    return this.#begun;
  }

  /** Replaces data by name for later steps. */
  giveData(step: Extract<Step, { kind: "given-data" }>): void {
    const id = this.#policy.program.resolve("data", step.name.text);
    if (id === undefined) return;
    this.#data.set(id, this.#policy.dataJson(id, step.value));
    this.#compiled = this.#policy.with(this.#data);
    this.#pdp.swap(this.#compiled);
  }

  /**
   * Runs a step; returns the reason if it is refused before the engine is called. Rejects with RequestProblem if the
   * engine rejects the request, and with StateUnavailable in an outage.
   */
  async act(step: Action): Promise<string | undefined> {
    switch (step.kind) {
      case "call":
      case "send":
        await this.#decide(step);
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

  async #decide(step: Decided["step"]): Promise<void> {
    const { program } = this.#policy;
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
    const { tenant, context } = this.scene;
    const request: DecideRequest = {
      ...target,
      actors: this.scene.actors(this.clock.now()),
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

  /** Returns the session of the current actors, opened at its first use; undefined if the test has none open. */
  async #session(): Promise<string | undefined> {
    const { session, sessionNumber, tenant } = this.scene;
    if (!session.open) return undefined;
    const key = `${sessionNumber} ${this.scene.owner()}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    // The session was open before the outage.
    const out = this.store.isOut;
    this.store.isOut = false;
    try {
      const view = await this.#pdp.openSession(
        {
          actors: this.scene.actors(this.clock.now()),
          tenant,
          ...(session.stated === undefined ? {} : { stated: session.stated }),
        },
        TEST_CALLER,
      );
      await this.store.commit(this.#seed(view.id), "all");
      this.#sessions.set(key, view.id);
      return view.id;
    } finally {
      this.store.isOut = out;
    }
  }

  /** Stores the labels and steps that the test assumes where a session keeps its own. */
  #seed(session: string): Parameters<OutageStore["commit"]>[0] {
    const { labels, steps } = this.scene.session;
    const key = cellKeys.sessionTree(this.scene.tenant, session);
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
    await this.#pdp[step.kind](id, this.scene.tenant, approver, undefined);
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
        tenant: this.scene.tenant,
        session,
        actors: this.scene.actors(this.clock.now()),
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
    const { tenant } = this.scene;
    if (how === "commit") await this.#pdp.commitTransaction(id, tenant, TEST_CALLER);
    else await this.#pdp.abortTransaction(id, tenant, TEST_CALLER);
    this.#transaction = undefined;
    return undefined;
  }
}
