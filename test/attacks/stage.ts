/** A decision point over a store in this process, with a clock that tests set: what an attack is played on. */
import { compile } from "../../src/compile/compile.js";
import type { EngineEvent, EngineOptions } from "../../src/engine/context.js";
import { Pdp } from "../../src/engine/pdp.js";
import type { ApproverIdentity } from "../../src/engine/request/types.js";
import { RequestProblem } from "../../src/engine/request/types.js";
import { createKeys } from "../../src/identity/keys.js";
import type { Actor } from "../../src/model/common.js";
import type { Decision, OutcomeRequest } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import { type StateStore, StateUnavailable } from "../../src/state/store.js";
import { bundleOf } from "../scenario/policy.js";

const START = Date.UTC(2026, 10, 2, 9);
const keys = await createKeys();

/** A user as the caller says it. */
export function user(id: string, more: object = {}): Actor {
  return { type: "user", id, roles: ["clerk"], ...more } as Actor;
}
/** An agent as the caller says it. */
export function agent(id: string, more: object = {}): Actor {
  return { type: "agent", id, ...more } as Actor;
}

/** A store that a test puts out of reach, or makes wait. */
class FailingStore implements StateStore {
  readonly kind = "failing";
  out = false;
  before: (() => Promise<unknown>) | undefined;
  readonly #of: MemoryStore;
  constructor(of: MemoryStore) {
    this.#of = of;
  }
  read(cells: Parameters<StateStore["read"]>[0]) {
    if (this.out) throw new StateUnavailable("unreachable", "out of reach");
    return this.#of.read(cells);
  }
  commit(...what: Parameters<StateStore["commit"]>) {
    if (this.out) throw new StateUnavailable("unreachable", "out of reach");
    const { before } = this;
    this.before = undefined;
    return before === undefined ? this.#of.commit(...what) : before().then(() => this.#of.commit(...what));
  }
  health = () => this.#of.health();
  keys = (prefix: string, limit: number) => this.#of.keys(prefix, limit);
  reset = (prefix: string) => this.#of.reset(prefix);
  close = () => this.#of.close();
}

export class Stage {
  readonly clock = new VirtualClock(START);
  readonly store = new FailingStore(new MemoryStore({ clock: this.clock }));
  readonly events: EngineEvent[] = [];
  readonly pdp: Pdp;
  actors: Actor[] = [user("ana"), agent("bot")];
  caller = { id: "pep" };

  constructor(policy: string, options: Partial<EngineOptions> = {}) {
    this.pdp = new Pdp({
      bundle: compile(bundleOf(policy).program, "r1"),
      store: this.store,
      keys,
      clock: this.clock,
      options,
      onEvent: (event) => this.events.push(event),
    });
  }

  /** Another policy from now on. */
  swap(policy: string): void {
    this.pdp.swap(compile(bundleOf(policy).program, "r2"));
  }

  decide(request: Partial<DecideRequest>): Promise<Decision> {
    return this.pdp.decide({ actors: this.actors, ...request }, this.caller);
  }

  /** The verdict alone. */
  async verdict(request: Partial<DecideRequest>): Promise<Decision["decision"]> {
    return (await this.decide(request)).decision;
  }

  /** Decides and throws unless it is an `allow`. */
  async allowed(request: Partial<DecideRequest>): Promise<Decision> {
    const decision = await this.decide(request);
    if (decision.decision !== "allow") throw new Error(`refused: ${JSON.stringify(decision.reasons)}`);
    return decision;
  }

  outcome(decision: Decision, status: OutcomeRequest["status"], more: Partial<OutcomeRequest> = {}) {
    return this.pdp.outcome({ decision_id: decision.decision_id, status, ...more }, this.caller);
  }

  /** Lets something else happen between what the next decision reads and what it reserves. */
  beforeNextCommit(work: () => Promise<unknown>): void {
    this.store.before = work;
  }

  async session(id: string, more: object = {}): Promise<string> {
    return (await this.pdp.openSession({ id, actors: this.actors, ...more }, this.caller)).id;
  }

  endSession(id: string): Promise<void> {
    return this.pdp.endSession(id, "default", this.caller);
  }

  async transaction(kind: string, session: string, more: object = {}): Promise<string> {
    const opened = await this.pdp.openTransaction(
      { kind, session, actors: this.actors, ...more },
      this.caller,
    );
    return opened.id;
  }

  /** Approves what the decision asks for. */
  approve(decision: Pick<Decision, "needs">, approver: ApproverIdentity) {
    const need = decision.needs.find(({ type }) => type !== "step-up");
    const id = need !== undefined && "id" in need ? (need.id ?? "") : "";
    return this.pdp.approve(id, "default", approver, undefined);
  }
}

/** Names of the rules that decided. */
export function rules(decision: Decision): readonly string[] {
  return decision.reasons.map(({ rule }) => rule);
}

/** The status that a request is refused with as a problem; `done` where it is not. */
export async function problemOf(work: Promise<unknown>): Promise<number | "done"> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof RequestProblem) return error.status;
    throw error;
  }
}
