/** What conditions see of one call, with and without the state that was read. */
import type { Transaction } from "../../check/program.js";
import type { CompiledBundle, TargetProgram } from "../../compile/compile.js";
import { type Frame, nothingKnown, type StateFacts, type UserFacts } from "../../compile/frame.js";
import type { UserActor } from "../../model/common.js";
import type { DecideRequest } from "../../model/request.js";
import { blank } from "../../values/blank.js";
import { textsIn } from "../../values/texts.js";
import type { RecordType, RecordValue } from "../../values/type.js";
import { type Chain, effectiveScopes } from "./chain.js";
import { RequestProblem } from "./types.js";

/** What the request itself states, already parsed. Reading the state does not change it. */
interface RequestFacts {
  readonly args: RecordValue;
  readonly user: UserFacts | undefined;
  readonly agent: RecordValue;
  readonly agentId: string;
  readonly context: RecordValue;
  readonly tool: RecordValue;
  readonly chain: () => RecordValue;
  readonly texts: () => readonly string[] | undefined;
}

/** An immutable frame; reading the state yields another one. A class, because JS engines are slow with getters of object literals. */
export class CallFrame implements Frame {
  readonly args: RecordValue;
  readonly user: UserFacts | undefined;
  readonly agent: RecordValue;
  readonly agentId: string;
  readonly context: RecordValue;
  readonly tool: RecordValue;
  readonly now: number;
  readonly state: StateFacts;
  readonly reported: number | undefined;
  readonly variables: Frame["variables"] = [];
  readonly #facts: RequestFacts;

  constructor(facts: RequestFacts, now: number, state: StateFacts, reported?: number) {
    this.args = facts.args;
    this.user = facts.user;
    this.agent = facts.agent;
    this.agentId = facts.agentId;
    this.context = facts.context;
    this.tool = facts.tool;
    this.now = now;
    this.state = state;
    this.reported = reported;
    this.#facts = facts;
  }

  /** Built on first use, because few rules read the chain itself. */
  get chain(): RecordValue {
    return this.#facts.chain();
  }

  /** Collected on first use, because few rules search all arguments. */
  get texts(): readonly string[] | undefined {
    return this.#facts.texts();
  }

  /** The same call with this state, at this time (ms, by the store's clock). */
  knowing(state: StateFacts, now: number): CallFrame {
    return new CallFrame(this.#facts, now, state);
  }

  /** The same call as its outcome would report it to a limit. */
  reporting(reported: number): CallFrame {
    return new CallFrame(this.#facts, this.now, this.state, reported);
  }
}

/** The state known without reading: a call that names no transaction is in none. */
export function initialFacts(request: DecideRequest): StateFacts {
  return request.transaction === undefined ? outsideTransactions : nothingKnown;
}
const outsideTransactions: StateFacts = Object.freeze({ transaction: "none" });

/** A transaction assumed open after this many steps, to judge a plan before the transaction exists. */
export function assumedFacts(transaction: Transaction, steps: number): StateFacts {
  const root = Object.assign(Object.create(null), { id: "", kind: transaction.name, steps, age: 0 });
  return { transaction: { kind: transaction.id, root } };
}

/** The parts of a frame. */
export interface FrameSource {
  /** Undefined if nothing is called yet. */
  readonly request: DecideRequest | undefined;
  readonly chain: Chain;
  readonly bundle: CompiledBundle;
  readonly target: TargetProgram | undefined;
  readonly args: RecordValue;
}

/** Who acts, at `now` (ms), before any call: no argument, context or state is known, and no context is missing. */
export function actorsFrame(chain: Chain, bundle: CompiledBundle, now: number): CallFrame {
  return frameOf({ request: undefined, chain, bundle, target: undefined, args: noArgs }, now);
}

/** The frame of a call at `now` (ms), before any state was read. Throws RequestProblem for attributes that do not fit their schema. */
export function frameOf({ request, chain, bundle, target, args }: FrameSource, now: number): CallFrame {
  const scopes = effectiveScopes(chain);
  const acting = chain.agents[chain.agents.length - 1] as Chain["agents"][number];
  let chainFacts: RecordValue | undefined;
  let textFacts: { readonly found: readonly string[] | undefined } | undefined;
  const facts: RequestFacts = {
    args,
    user: chain.user === undefined ? undefined : userFacts(chain.user, bundle),
    agent: agentRoot(chain, scopes[scopes.length - 1] ?? [], bundle),
    agentId: acting.declared?.id ?? `\u0000${acting.actor.id}`,
    context: request === undefined ? noArgs : contextOf(request, bundle),
    tool: target?.toolRoot ?? noArgs,
    chain: () => {
      chainFacts ??= chainRoot(chain, scopes);
      return chainFacts;
    },
    texts: () => {
      textFacts ??= { found: target?.args === undefined ? [] : textsIn(target.args, args) };
      return textFacts.found;
    },
  };
  return new CallFrame(facts, now, request === undefined ? nothingKnown : initialFacts(request));
}

/** A record without fields. */
export const noArgs: RecordValue = Object.freeze(Object.create(null)) as RecordValue;

function userFacts(user: UserActor, bundle: CompiledBundle): UserFacts {
  const names = unique(user.roles ?? []);
  const root = declaredAttributes(
    user.attributes,
    bundle.program.schemas.user,
    bundle.userSchema,
    "/actors/0/attributes",
  );
  root.id = user.id;
  root.roles = unique(names.map(bundle.roleName));
  root.groups = unique(user.groups ?? []);
  root.scopes = unique(user.scopes ?? []);
  if (user.acr !== undefined) root.acr = user.acr;
  if (user.auth_time !== undefined) root.auth_time = user.auth_time * 1000;
  return {
    id: user.id,
    root,
    roles: bundle.roles(names),
    possibleRoles: bundle.possibleRoles(names),
  };
}

function agentRoot(chain: Chain, scopes: readonly string[], bundle: CompiledBundle): RecordValue {
  const last = chain.agents.length - 1;
  const hop = chain.agents[last] as Chain["agents"][number];
  const index = (chain.user === undefined ? 0 : 1) + last;
  const root = declaredAttributes(
    hop.actor.attributes,
    bundle.program.schemas.agent,
    bundle.agentSchema,
    `/actors/${index}/attributes`,
  );
  root.id = hop.declared?.name ?? hop.actor.id;
  if (hop.declared?.owner !== undefined) root.owner = hop.declared.owner;
  root.scopes = scopes;
  return root;
}

function chainRoot(chain: Chain, scopes: readonly (readonly string[])[]): RecordValue {
  const hops: RecordValue[] = [];
  if (chain.user !== undefined)
    hops.push(record({ type: "user", id: chain.user.id, scopes: unique(chain.user.scopes ?? []) }));
  chain.agents.forEach(({ actor, declared }, i) => {
    hops.push(record({ type: "agent", id: declared?.name ?? actor.id, scopes: scopes[i] ?? [] }));
  });
  return record({ depth: chain.agents.length, hops });
}

function record(fields: Record<string, RecordValue[string]>): RecordValue {
  return Object.assign(blank<RecordValue[string]>(), fields);
}

function unique(words: readonly string[]): readonly string[] {
  return words.length < 2 ? words : [...new Set(words)];
}

/** Attributes that a schema declares, read strictly; others are ignored. A missing required attribute is an error of the sender. */
function declaredAttributes(
  attributes: Readonly<Record<string, unknown>> | undefined,
  schema: RecordType,
  normaliser: CompiledBundle["userSchema"],
  pointer: string,
): Record<string, RecordValue[string]> {
  if (schema.fields.length === 0) return blank<RecordValue[string]>();
  return normaliseOrRefuse(attributes ?? noArgs, normaliser, pointer);
}

function contextOf(request: DecideRequest, bundle: CompiledBundle): RecordValue {
  if (request.context === undefined && bundle.program.schemas.context.fields.length === 0) return noArgs;
  return normaliseOrRefuse(request.context ?? {}, bundle.contextSchema, "/context");
}

function normaliseOrRefuse(
  json: unknown,
  normaliser: CompiledBundle["userSchema"],
  pointer: string,
): Record<string, RecordValue[string]> {
  const normalised = normaliser(json);
  // A separate record for this call, so that more state can be added to it.
  if (normalised.ok) return normalised.value as Record<string, RecordValue[string]>;
  throw new RequestProblem(
    400,
    "malformed",
    `${pointer} does not fit what the bundle declares`,
    normalised.problems.map((problem) => ({ pointer: pointer + problem.pointer, message: problem.message })),
  );
}
