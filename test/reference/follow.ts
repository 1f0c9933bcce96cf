/** Runs the engine and the naive world side by side, and tells the first thing in which they differ. */

import type { LimitKey, Program } from "../../src/check/program.js";
import { compile } from "../../src/compile/compile.js";
import { Pdp } from "../../src/engine/pdp.js";
import { RequestProblem } from "../../src/engine/request/types.js";
import type { Keys } from "../../src/identity/keys.js";
import type { Decision, OutcomeRequest } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { AbortAnswer, OpenTransaction } from "../../src/model/session.js";
import { VirtualClock } from "../../src/state/clock.js";
import { MemoryStore } from "../../src/state/memory-store.js";
import type { StateStore } from "../../src/state/store.js";
import { approvalAt, approverOf, isApproved } from "./aim.js";
import { Ended, FailingStore } from "./failing-store.js";
import { type Asked, actorsAt, type Step } from "./generate-steps.js";
import { START } from "./generate-values.js";
import { type Judgement, judge } from "./judge.js";
import * as live from "./live.js";
import { CONFIRMATION, type Unmet } from "./needs.js";
import { Reached } from "./reached.js";
import { approvalId, isSameNeed, type Said, saidByEngine, saidByNaive } from "./said.js";
import { isTransactionOpen, stepsOf, transactionOf } from "./situations.js";
import { type ApprovalEvent, newWorld, type TransactionEvent, type World } from "./world.js";

export interface Difference {
  readonly step: Step;
  readonly what: string;
  readonly engine: unknown;
  readonly naive: unknown;
  readonly request?: unknown;
}
/** Signs nothing: grants are not looked into here. */
export const keys: Keys = {
  provenance: new Uint8Array(32).fill(7),
  sign: async () => "grant",
  verify: async () => undefined,
};

export interface FollowerOptions {
  /** In memory unless another is given. */
  readonly store?: StateStore;
  readonly clock?: VirtualClock;
  /** Tells the store the time, where it does not read the clock. */
  readonly setTime?: (now: number) => Promise<void>;
  /** Engines over the one store, asked in turn. */
  readonly replicas?: number;
  /** The policy that a swap puts in the place of the first one, and back. */
  readonly changed?: Program | undefined;
  /** Cells that a store in memory takes. */
  readonly capacity?: number | undefined;
  /** Called before each decision. */
  readonly watch?: (request: DecideRequest, caller: string, follower: Follower) => Promise<void>;
}

export class Follower {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly store: FailingStore;
  readonly #options: FollowerOptions;
  readonly #engines: Pdp[] = [];
  #turn = 0;
  readonly #sent: { readonly asked: Asked; readonly request: DecideRequest; digest: string }[] = [];
  readonly #digests = new Map<string, string>();
  /** What was decided, for telling how often each verdict comes. */
  readonly verdicts: Judgement[] = [];
  /** What the engine said to each request, in order. */
  readonly said: Said[] = [];
  readonly reached = new Reached();
  readonly #first: Program;

  constructor(program: Program, options: FollowerOptions = {}) {
    this.#options = options;
    this.clock = options.clock ?? new VirtualClock(START);
    this.#first = program;
    this.world = newWorld(program, this.clock.now());
    const { capacity } = options;
    const fresh = (): StateStore =>
      new MemoryStore({ clock: this.clock, ...(capacity === undefined ? {} : { capacity }) });
    this.store = new FailingStore(options.store ?? fresh());
    countBundle(program, this.reached);
    for (let i = 0; i < (options.replicas ?? 1); i++) this.#engines.push(this.start());
  }

  /** Decides, but the process ends before or after it has reserved, and another takes its place. */
  async crash(asked: Asked, when: "before" | "after"): Promise<Difference | undefined> {
    if (this.#isAmbiguous || this.world.outage) return undefined;
    const { world } = this;
    const { caller } = asked;
    const request = this.#request(asked);
    const judged = judge(world, request, { caller });
    if (judged.limits.some((result) => result.sliver)) return undefined;
    this.store.endsAt = when;
    let ended = false;
    try {
      await this.pdp.decide(request, { id: caller });
    } catch (error) {
      if (!(error instanceof Ended) && !(error instanceof RequestProblem)) throw error;
      ended = error instanceof Ended;
    }
    this.store.endsAt = undefined;
    this.#engines.fill(this.start());
    const given = { decision: "", approval: () => undefined };
    const isKept = ended ? when === "after" : false;
    if (isKept && request.dry_run !== true) live.remember(world, request, judged, given, caller);
    return undefined;
  }

  /** A new engine over the same store, as after a restart. */
  start(): Pdp {
    return new Pdp({ bundle: compile(this.world.program, "r1"), store: this.store, keys, clock: this.clock });
  }
  get pdp(): Pdp {
    return this.#engines[this.#turn++ % this.#engines.length] as Pdp;
  }

  #isAmbiguous = false;

  /** The first difference, if there is one. */
  async follow(steps: readonly Step[]): Promise<Difference | undefined> {
    for (const step of steps) {
      const difference = await this.take(step);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  async take(step: Step): Promise<Difference | undefined> {
    if (this.#isAmbiguous) return undefined;
    const { world, pdp } = this;
    switch (step.do) {
      case "decide":
        return this.#decide(step, step.asked, this.#request(step.asked));
      case "again": {
        const earlier =
          step.of === "approved"
            ? this.#sent.findLast(({ digest }) => isApproved(world, digest))
            : this.#sent.at(-1 - (step.of % Math.max(1, this.#sent.length)));
        return earlier === undefined ? undefined : this.#again(step, earlier);
      }
      case "planned":
        return this.#planned(step);
      case "wait":
        this.clock.advance(step.ms);
        live.wait(world, step.ms);
        await this.#options.setTime?.(world.now);
        return undefined;
      case "swap":
        return this.#swap();
      case "outage":
        this.store.isDown = step.on;
        world.outage = step.on;
        return undefined;
      default:
        if (world.outage) return undefined;
    }
    switch (step.do) {
      case "outcome":
        return this.#outcome(step);
      case "approve":
      case "reject": {
        const approval = approvalAt(world, step.of);
        if (approval === undefined || approval.id === "") return undefined;
        const approver = approverOf(world, approval, step);
        const said = await this.#attempt(() =>
          pdp[step.do](approval.id, approval.tenant, approver, undefined),
        );
        if (this.store.wasFull) return this.#refusedAsFull(step, said);
        this.#countWord(step, approval, approver.id, said);
        const naive =
          step.do === "approve"
            ? live.approve(world, approval.id, approver)
            : live.reject(world, approval.id, approver);
        return compare(
          step,
          problemOr(said, (answer) => answer.status),
          live.isRefused(naive) ? naive.status : naive,
        );
      }
      case "withdraw": {
        const approval = approvalAt(world, step.of);
        if (approval === undefined || approval.id === "") return undefined;
        const said = await this.#attempt(() => pdp.withdraw(approval.id, approval.tenant, { id: "pep" }));
        if (this.store.wasFull) return this.#refusedAsFull(step, said);
        if (said instanceof RequestProblem && said.status === 403) return undefined;
        if (!(said instanceof RequestProblem)) this.reached.count("withdrawal");
        return compare(
          step,
          problemOr(said, () => "done"),
          live.withdraw(world, approval.id)?.status ?? "done",
        );
      }
      case "open session": {
        const body = {
          id: step.id,
          actors: actorsAt(
            { actors: step.actors, authAge: undefined, credentials: [] } as never,
            world.now,
          ) as never,
          ...(step.parent === undefined ? {} : { parent: step.parent }),
          ...(step.stated === undefined ? {} : { stated: step.stated }),
          ...(step.tenant === undefined ? {} : { tenant: step.tenant }),
        };
        const said = await this.#attempt(() => pdp.openSession(body, { id: "pep" }));
        if (this.store.wasFull) return this.#refusedAsFull(step, said);
        const naive = live.openSession(world, body, "pep");
        return compare(
          step,
          problemOr(said, () => "open"),
          live.isRefused(naive) ? naive.status : "open",
        );
      }
      case "end session": {
        const said = await this.#attempt(() => pdp.endSession(step.id, "default", { id: "pep" }));
        const naive = live.endSession(world, step.id, "default", "pep");
        return compare(
          step,
          problemOr(said, () => "ended"),
          naive?.status ?? "ended",
        );
      }
      case "begin":
        return this.#begin(step);
      case "commit":
      case "abort": {
        const found = this.#transaction(step.of);
        if (found === undefined) return undefined;
        const end = step.do === "commit" ? "committed" : "aborted";
        const said = await this.#attempt<unknown>(() =>
          step.do === "commit"
            ? pdp.commitTransaction(found.id, found.tenant, { id: "pep" })
            : pdp.abortTransaction(found.id, found.tenant, { id: "pep" }),
        );
        if (this.store.wasFull) return this.#refusedAsFull(step, said);
        const isOpen = isTransactionOpen(world, found);
        const undone = undoneBy(world, found);
        const naive = live.endTransaction(world, found.id, end);
        // The record of one that has long expired is gone.
        if (!isOpen && said instanceof RequestProblem && said.status === 404) return undefined;
        if (!(said instanceof RequestProblem) && step.do === "commit") this.reached.count("commit");
        if (step.do === "abort" && !(said instanceof RequestProblem)) {
          const { undo } = said as AbortAnswer;
          if (undo.length > 0) this.reached.count("abort that undoes");
          const calls = undo.map(({ tool, undoes }) => [tool, undoes]);
          if (JSON.stringify(calls) !== JSON.stringify(undone)) {
            return { step, what: "what is undone", engine: calls, naive: undone };
          }
        }
        return compare(
          step,
          problemOr(said, () => end),
          naive?.status ?? end,
        );
      }
    }
  }

  /** What came of a commit that found no room: a refusal, and nothing else. */
  #refusedAsFull(step: Step, said: unknown): Difference | undefined {
    this.reached.count("state full");
    return said instanceof RequestProblem
      ? undefined
      : { step, what: "the answer of a full state", engine: said, naive: "refused" };
  }
  #swap(): undefined {
    const { changed } = this.#options;
    if (changed === undefined) return;
    this.world.program = this.world.program === changed ? this.#first : changed;
    const bundle = compile(this.world.program, "r2");
    for (const engine of this.#engines) engine.swap(bundle);
    this.reached.count("policy changed");
  }
  async #attempt<T>(action: () => Promise<T>): Promise<T | RequestProblem> {
    this.store.wasFull = false;
    return attempt(action);
  }
  #countWord(
    step: Extract<Step, { do: "approve" | "reject" }>,
    approval: ApprovalEvent,
    by: string,
    said: unknown,
  ): void {
    if (said instanceof RequestProblem) {
      if (approval.approvals.some((each) => each.by === by))
        this.reached.count("person refused a second time");
      else if (by === approval.user && said.status === 403) this.reached.count("requester refused");
    } else if (step.do === "reject") this.reached.count("rejection");
  }

  #transaction(index: number): TransactionEvent | undefined {
    return this.world.transactions.at(-1 - (index % Math.max(1, this.world.transactions.length)));
  }
  #request(asked: Asked): DecideRequest {
    const { transaction } = asked;
    const id =
      typeof transaction === "number" ? this.world.transactions.at(-1 - transaction)?.id : transaction;
    const actors = actorsAt(asked, this.world.now);
    return {
      ...asked.request,
      ...(actors === undefined ? {} : { actors }),
      ...(id === undefined ? {} : { transaction: id }),
    };
  }

  async #again(
    step: Step & { do: "again" },
    earlier: { readonly asked: Asked; readonly request: DecideRequest },
  ): Promise<Difference | undefined> {
    const args = earlier.request.args ?? {};
    const noted = "note" in args || step.change === "note" ? { ...args, note: "another" } : args;
    const asked: Asked = {
      ...earlier.asked,
      authAge: step.change === "sign in" ? 1 : earlier.asked.authAge,
      actors: earlier.asked.actors.map((actor) =>
        actor.type === "user" && step.change === "sign in" ? { ...actor, acr: "aal3" } : actor,
      ),
    };
    const actors = actorsAt(asked, this.world.now);
    const hasNote = step.change === "note" && earlier.request.tool !== undefined && "note" in args;
    const request: DecideRequest = {
      ...earlier.request,
      ...(actors === undefined ? {} : { actors }),
      ...(hasNote ? { args: noted } : {}),
    };
    return this.#decide(step, asked, request);
  }

  async #planned(step: Step & { do: "planned" }): Promise<Difference | undefined> {
    const found = this.#transaction(step.of);
    const plan = this.#plans.get(found?.id ?? "");
    if (found === undefined || plan === undefined) return undefined;
    const next = plan.calls[stepsOf(this.world, found).length] ?? plan.calls[0];
    const asked: Asked = { ...step.asked, actors: plan.asked.actors, credentials: plan.asked.credentials };
    const actors = actorsAt(asked, this.world.now);
    const request: DecideRequest = {
      ...asked.request,
      ...(actors === undefined ? {} : { actors }),
      tool: next?.tool ?? "",
      args: (next?.args ?? {}) as NonNullable<DecideRequest["args"]>,
      session: found.session.id,
      transaction: found.id,
    };
    const { channel: _, labels: __, tenant: ___, ...rest } = request;
    return this.#decide(step, asked, rest);
  }
  readonly #plans = new Map<
    string,
    { readonly calls: NonNullable<(Step & { do: "begin" })["plan"]>; readonly asked: Asked }
  >();

  async #decide(step: Step, asked: Asked, request: DecideRequest): Promise<Difference | undefined> {
    const { world, pdp } = this;
    const sent = { asked, request, digest: "" };
    this.#sent.push(sent);
    await this.#options.watch?.(request, asked.caller, this);
    const caller = asked.caller;
    const said = await this.#attempt(() => pdp.decide(request, { id: caller }));
    if (said instanceof RequestProblem) {
      return {
        step,
        what: `the engine refuses with ${said.status}: ${said.message}`,
        engine: said.problems,
        naive: undefined,
        request,
      };
    }
    const engine = saidByEngine(said, request);
    this.said.push(engine);
    const first = judge(world, request, { caller });
    sent.digest = first.entered?.call.digest ?? "";
    if (this.store.wasFull) return this.#decidedFull(step, engine, first, request);
    const slivers = first.limits.filter((result) => result.sliver).map((result) => result.limit.id);
    const matching: Judgement[] = [];
    let last: Said | undefined;
    for (const counted of subsets(slivers)) {
      const judged = judge(world, request, { caller, slivers: new Set(counted) });
      if (judged.replayed !== undefined) {
        this.verdicts.push(judged);
        if (judged.replayed.id === "") judged.replayed.id = said.decision_id;
        if (said.replayed) this.reached.count("answer replayed");
        return compare(
          step,
          [said.replayed, said.decision_id, engine],
          [true, judged.replayed.id, saidByNaive(world, judged, request)],
          request,
        );
      }
      last = saidByNaive(world, judged, request);
      const same = world.outage
        ? isNoBetter(engine.verdict, last.verdict)
        : JSON.stringify(last) === JSON.stringify(engine);
      if (same && !said.replayed) matching.push(judged);
    }
    const [judged] = matching;
    if (judged !== undefined) {
      this.verdicts.push(judged);
      this.#count(judged, request);
      const given = {
        decision: said.decision_id,
        approval: (need: Unmet) => approvalId(said.needs, need),
      };
      // Whether an amount in its last sub-window counted cannot be told any more, and from here on it matters.
      if (matching.some((other) => leaves(other) !== leaves(judged))) this.#isAmbiguous = true;
      if (request.dry_run !== true && !world.outage) live.remember(world, request, judged, given, caller);
      return this.#compareDigests(step, said, judged, request);
    }
    return { step, what: "the decision", engine: { ...engine, reasons: said.reasons }, naive: last, request };
  }

  /** A decision that could not be kept: refused for that, where it would have left anything behind. */
  #decidedFull(step: Step, engine: Said, judged: Judgement, request: DecideRequest): Difference | undefined {
    this.reached.count("state full");
    // Which of the counts of a denial found room cannot be told, and from here on it matters.
    this.#isAmbiguous = true;
    // Where there is no room to note since when a past is kept, what a rule asks of that past is unknown.
    const { rules } = this.world.program;
    const isForRoom = engine.determining.every(
      (id) => id === "builtin.state_full" || rules.get(id)?.reads.prior === true,
    );
    const full = engine.verdict === "deny" && isForRoom;
    const isSame = judged.verdict === "deny" ? engine.verdict === "deny" : full;
    return isSame
      ? undefined
      : { step, what: "the decision of a full state", engine, naive: judged.verdict, request };
  }
  #count(judged: Judgement, request: DecideRequest): void {
    const { world, reached } = this;
    reached.count("decision");
    if (world.outage) reached.count("decision without state");
    const isChanged = world.program !== this.#first;
    if (isChanged) reached.count("decision under a changed policy");
    const keyed = ["builtin.replayed_other", "builtin.already_done"];
    if (judged.determining.some((each) => keyed.includes(each))) reached.count("key refused");
    if (judged.verdict !== "allow" || request.dry_run === true || judged.entered === undefined) return;
    reached.count("allow");
    if (isChanged) reached.count("allow under a changed policy");
    if ((request.tenant ?? "default") !== "default") reached.count("allow of another tenant");
    for (const used of judged.used) {
      reached.count(used.scheme === CONFIRMATION ? "confirmation used" : "approval used");
      if (used.quorum > 1) reached.count("quorum of two used");
      if (used.uses > 1) reached.count("approval with a use left");
      if (used.call === undefined) reached.count("step of a confirmed plan");
    }
    for (const id of judged.exceptions) {
      reached.count("exception used");
      if (world.program.exceptions.get(id)?.uses !== undefined) reached.count("exception with uses used");
    }
    const transaction = transactionOf(world, judged.entered);
    if (transaction === undefined || judged.entered.tool === undefined) return;
    reached.count("step of a transaction");
    if (stepsOf(world, transaction).length > 0) reached.count("second step of a transaction");
  }

  /** Two digests are the same for the one where they are the same for the other. */
  #compareDigests(
    step: Step,
    said: Decision,
    judged: Judgement,
    request: DecideRequest,
  ): Difference | undefined {
    for (const need of judged.needs) {
      if (need.type === "step-up") continue;
      const other = said.needs.find((each) => isSameNeed(each, need));
      const open = this.world.approvals.findLast(
        (each) => each.scheme === need.scheme && each.digest === need.digest,
      );
      if (open !== undefined && open.id === "") open.id = approvalId(said.needs, need) ?? "";
      const digest = other !== undefined && other.type !== "step-up" ? other.digest : "";
      const known = this.#digests.get(need.digest) ?? digest;
      const isTaken = [...this.#digests].some(
        ([naive, engine]) => engine === digest && naive !== need.digest,
      );
      if (known !== digest || isTaken)
        return { step, what: "what a need is bound to", engine: digest, naive: need.digest, request };
      this.#digests.set(need.digest, digest);
    }
    return undefined;
  }

  async #outcome(step: Step & { do: "outcome" }): Promise<Difference | undefined> {
    const { world, pdp } = this;
    const allowed = world.decisions.filter((event) => event.verdict === "allow");
    const event = allowed.at(-1 - (step.of % Math.max(1, allowed.length)));
    if (event === undefined || !event.id.startsWith("dec_k")) return undefined;
    const metered = event.charges.find((charge) => charge.settled !== undefined);
    const limit = world.program.limits.get(metered?.limit ?? "");
    const body = {
      decision_id: event.id,
      status: step.status,
      ...(step.labels.length === 0 ? {} : { labels: [...step.labels] }),
      ...(step.result === undefined ? {} : { result: step.result as NonNullable<OutcomeRequest["result"]> }),
      ...(step.reported === undefined || limit === undefined
        ? {}
        : { reported: { [limit.id]: step.reported } }),
    };
    const said = await this.#attempt(() => pdp.outcome(body, { id: step.caller }));
    if (this.store.wasFull) return this.#refusedAsFull(step, said);
    if (!(said instanceof RequestProblem)) {
      this.reached.count(said.repeated ? "outcome repeated" : `outcome ${step.status}`);
      if (body.labels !== undefined && event.session !== undefined) this.reached.count("outcome with labels");
      if (body.reported !== undefined && !said.repeated) this.reached.count("outcome with a charge settled");
    }
    const naive = live.outcome(world, body, step.caller);
    return compare(
      step,
      problemOr(said, (answer) => answer.repeated),
      live.isRefused(naive) ? naive.status : naive.repeated,
      body,
    );
  }

  async #begin(step: Step & { do: "begin" }): Promise<Difference | undefined> {
    const { world, pdp } = this;
    const actors = actorsAt(step.asked, world.now);
    const body = {
      kind: step.kind,
      session: step.session,
      ...(actors === undefined ? {} : { actors: [...actors] }),
      ...(step.plan === undefined ? {} : { plan: step.plan.map(({ tool, args }) => ({ tool, args })) }),
    };
    const said = await this.#attempt(() => pdp.openTransaction(body as OpenTransaction, { id: "pep" }));
    if (this.store.wasFull) return this.#refusedAsFull(step, said);
    if (!(said instanceof RequestProblem)) this.reached.count("transaction opened");
    // Whether a plan would be refused is the engine's own foresight: its steps are judged when they are made.
    if (said instanceof RequestProblem && (said.status === 422 || said.status === 400)) return undefined;
    const opened = said instanceof RequestProblem ? undefined : said;
    const need = opened?.needs[0];
    const approval = need !== undefined && need.type !== "step-up" ? need.id : undefined;
    const before = world.transactions.length;
    const naive = live.openTransaction(world, body as OpenTransaction, "pep", {
      id: opened?.id ?? "",
      approval,
    });
    if (opened === undefined) {
      world.transactions.length = before;
      return compare(
        step,
        (said as RequestProblem).status,
        live.isRefused(naive) ? naive.status : "open",
        body,
      );
    }
    if (step.plan !== undefined) this.#plans.set(opened.id, { calls: step.plan, asked: step.asked });
    return compare(step, "open", live.isRefused(naive) ? naive.status : "open", body);
  }
}

/** What an abort lists: the steps taken that something undoes, newest first. */
function undoneBy(world: World, transaction: TransactionEvent): (readonly [string, string])[] {
  const { tools } = world.program;
  return stepsOf(world, transaction)
    .reverse()
    .flatMap((event) => {
      const undo = tools.get(tools.get(event.call.target.id)?.undo ?? "");
      return undo === undefined ? [] : [[undo.name, event.id] as const];
    });
}
function countBundle(program: Program, reached: Reached): void {
  const rules = [...program.rules.values(), ...program.limits.values(), ...program.exceptions.values()];
  const { tools } = program;
  if (tools.size >= 8) reached.count("bundle of eight tools");
  if (rules.some(({ who }) => who.agents !== "any" && who.agents.size > 8))
    reached.count("bundle with a rule about many agents");
  if ([...tools.values()].some(({ undo }) => undo !== undefined)) reached.count("bundle with undo");
  if (rules.some(({ condition }) => asksForSameArgs(condition))) reached.count("bundle with same args");
}
function asksForSameArgs(expr: unknown): boolean {
  if (typeof expr !== "object" || expr === null) return false;
  const { kind, same } = expr as { kind?: string; same?: readonly LimitKey[] };
  if (kind === "prior" && same?.some((key) => key.kind === "args")) return true;
  return Object.values(expr).some(asksForSameArgs);
}
async function attempt<T>(action: () => Promise<T>): Promise<T | RequestProblem> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RequestProblem) return error;
    throw error;
  }
}
function problemOr<T>(said: T | RequestProblem, of: (answer: T) => unknown): unknown {
  return said instanceof RequestProblem ? said.status : of(said);
}
/** What is over may be told as a conflict or, once its record is gone, as unknown. */
function overAsOne(answer: unknown): unknown {
  return answer === 404 || answer === 409 ? "over" : answer;
}
function compare(step: Step, engine: unknown, naive: unknown, request?: unknown): Difference | undefined {
  const same = JSON.stringify(overAsOne(engine)) === JSON.stringify(overAsOne(naive));
  return same ? undefined : { step, what: `the answer to “${step.do}”`, engine, naive, request };
}
/** Without state the engine may refuse what could be told without it, and never the other way round. */
function isNoBetter(verdict: string, bound: string): boolean {
  return verdict === "deny" || verdict === bound;
}
/** What a judgement uses up. */
function leaves({ limits, used, exceptions }: Judgement): string {
  return JSON.stringify([
    limits.map(({ charge, spent, cap }) => [charge?.amount, spent + (charge?.amount ?? 0) > cap]),
    used.map(({ id }) => id),
    exceptions,
  ]);
}
function subsets(of: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const each of of.slice(0, 6)) all = all.flatMap((one) => [one, [...one, each]]);
  return all;
}
