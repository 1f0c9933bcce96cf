/** One request, read: its target, chain, arguments and labels, with every refusal that needs neither rule nor state. */
import type { CompiledBundle, TargetProgram } from "../../compile/compile.js";
import { type Frame, nothingKnown, type UserFacts } from "../../compile/frame.js";
import type { UserActor } from "../../model/common.js";
import type { Reason } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import { blank } from "../../values/blank.js";
import { canonicalJson, toWire } from "../../values/canonical.js";
import { textsIn } from "../../values/texts.js";
import type { JsonValue, RecordType, RecordValue } from "../../values/type.js";
import { cellKeys } from "./cell-keys.js";
import { type Chain, chainRefusals, effectiveScopes, readChain } from "./chain.js";
import { digestOf, shortDigest } from "./digest.js";
import { builtin } from "./refusal.js";
import { type Caller, RequestProblem } from "./types.js";

export const DEFAULT_TENANT = "default";

export interface Call {
  readonly request: DecideRequest;
  readonly caller: Caller;
  readonly tenant: string;
  readonly chain: Chain;
  /** Undefined where the catalogue does not know it; then `refusals` says so. */
  readonly target: TargetProgram | undefined;
  readonly frame: Frame;
  /** False where `args` did not parse: the frame's arguments are empty then, and no condition on them means anything. */
  readonly hasArgs: boolean;
  /** Refusals of the first stage, unsorted. */
  readonly refusals: readonly Reason[];
  /** Labels that the caller attests, by dotted path of the argument or `*`; ids. */
  readonly attested: ReadonlyMap<string, readonly string[]>;
  /** The key of the cell of the session that is named; undefined where none is. One text for all who look it up. */
  readonly sessionKey: string | undefined;
  /** Whom a session or transaction belongs to: tenant, user, first agent. */
  readonly owner: () => string;
  /** What an approval is bound to. Computed when first asked for. */
  readonly digest: () => string;
  /** The arguments as JSON with wire names, defaults filled in. */
  readonly wireArgs: (withoutAdvisory: boolean) => JsonValue;
}

/** Throws RequestProblem (400) for an envelope that no verdict fits. */
export function readCall(request: DecideRequest, caller: Caller, bundle: CompiledBundle, now: number): Call {
  const chain = readChain(request.actors, bundle);
  const kind = targetKind(request);
  const name = (kind === "tool" ? request.tool : request.channel) as string;
  const target = bundle.target(kind, name);
  const refusals = chainRefusals(chain, target?.tool, bundle.program.delegationDepth, now);
  if (target === undefined) refusals.push(builtin(kind === "tool" ? "unknown_tool" : "unknown_channel"));

  let args = noArgs;
  let hasArgs = false;
  if (target !== undefined) {
    const normalised = target.normaliseArgs(request.args ?? {});
    if (normalised.ok) {
      args = normalised.value as RecordValue;
      hasArgs = true;
    } else {
      refusals.push(
        builtin(
          "invalid_arguments",
          { pointers: normalised.problems.map(({ pointer }) => pointer) },
          argumentMessage(normalised.problems),
        ),
      );
    }
  }
  const attested = attestedLabels(request, bundle, target, refusals);
  const tenant = request.tenant ?? DEFAULT_TENANT;
  const wireArgs = (withoutAdvisory: boolean): JsonValue =>
    target?.args === undefined
      ? ((request.args ?? {}) as JsonValue)
      : toWire(target.args, args, { withoutAdvisory, sortSets: withoutAdvisory });
  let digest: string | undefined;
  let owner: string | undefined;
  return {
    request,
    caller,
    tenant,
    chain,
    target,
    frame: frameOf(request, chain, bundle, target, args, now),
    hasArgs,
    refusals,
    attested,
    sessionKey: request.session === undefined ? undefined : cellKeys.session(tenant, request.session),
    owner: () => {
      owner ??= ownerOf(tenant, chain);
      return owner;
    },
    wireArgs,
    digest: () => {
      digest ??= digestOf([
        tenant,
        actorsOf(chain),
        kind,
        target?.target.id ?? name,
        wireArgs(true),
        request.session ?? null,
        request.transaction ?? null,
      ]);
      return digest;
    },
  };
}

const noLabels: ReadonlyMap<string, readonly string[]> = new Map();
const noArgs: RecordValue = Object.freeze(Object.create(null)) as RecordValue;

function targetKind(request: DecideRequest): "tool" | "channel" {
  if ((request.tool === undefined) === (request.channel === undefined)) {
    const message = "exactly one of `tool` and `channel` is required";
    throw new RequestProblem(400, "malformed", message, [{ pointer: "", message }]);
  }
  return request.tool === undefined ? "channel" : "tool";
}

/** Type and id of every hop, agents under their declared names. */
export function actorsOf(chain: Chain): [string, string][] {
  const hops: [string, string][] = chain.user === undefined ? [] : [["user", chain.user.id]];
  for (const { actor, declared } of chain.agents) hops.push(["agent", declared?.id ?? actor.id]);
  return hops;
}

export function ownerOf(tenant: string, chain: Chain): string {
  const first = chain.agents[0];
  return JSON.stringify([tenant, chain.user?.id ?? null, first?.declared?.id ?? first?.actor.id ?? null]);
}

/** What is wrong with the arguments, without any of their values. */
function argumentMessage(
  problems: readonly { readonly pointer: string; readonly message: string }[],
): string {
  const shown = problems
    .slice(0, 5)
    .map(({ pointer, message }) => `${pointer === "" ? "args" : pointer}: ${message}`);
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  return `The arguments do not fit the tool's declaration: ${shown.join("; ")}${more}.`;
}

function attestedLabels(
  request: DecideRequest,
  bundle: CompiledBundle,
  target: TargetProgram | undefined,
  refusals: Reason[],
): ReadonlyMap<string, readonly string[]> {
  if (request.labels === undefined) return noLabels;
  const attested = new Map<string, readonly string[]>();
  for (const [path, names] of Object.entries(request.labels)) {
    if (path !== "*" && target?.args !== undefined && !hasPath(target.args, path)) {
      const message = `no argument \`${path}\` to label: name an argument of the tool, or \`*\` for all of them`;
      throw new RequestProblem(400, "malformed", message, [
        { pointer: `/labels/${escapePointer(path)}`, message },
      ]);
    }
    const ids: string[] = [];
    for (const name of names) {
      const label = bundle.label(name);
      if (label === undefined) refusals.push(builtin("unknown_label"));
      else ids.push(label);
    }
    attested.set(path, ids);
  }
  return attested;
}

function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

function hasPath(record: RecordType, path: string): boolean {
  let type: RecordType["fields"][number]["type"] = record;
  for (const name of path.split(".")) {
    while (type.kind === "list" || type.kind === "set") type = type.of;
    if (type.kind !== "record") return false;
    const field: RecordType["fields"][number] | undefined = type.fields.find((each) => each.name === name);
    if (field === undefined) return false;
    type = field.type;
  }
  return true;
}

function frameOf(
  request: DecideRequest,
  chain: Chain,
  bundle: CompiledBundle,
  target: TargetProgram | undefined,
  args: RecordValue,
  now: number,
): Frame {
  const scopes = effectiveScopes(chain);
  const acting = chain.agents[chain.agents.length - 1] as Chain["agents"][number];
  return new CallFrame(
    args,
    chain.user === undefined ? undefined : userFacts(chain.user, bundle),
    agentRoot(acting, scopes[scopes.length - 1] ?? [], bundle, chain),
    acting.declared?.id ?? `\u0000${acting.actor.id}`,
    acting.declared?.index ?? -1,
    contextOf(request, bundle),
    target?.toolRoot ?? noArgs,
    now,
    () => chainRoot(chain, scopes),
    () => (target?.args === undefined ? [] : textsIn(target.args, args)),
  );
}

/** A class, because engines keep an object literal with a getter in their slow form. */
class CallFrame implements Frame {
  state: Frame["state"] = nothingKnown;
  reported: number | undefined = undefined;
  readonly variables: Frame["variables"] = [];
  private chainFacts: RecordValue | undefined = undefined;
  private textFacts: { readonly found: readonly string[] | undefined } | undefined = undefined;

  constructor(
    readonly args: RecordValue,
    readonly user: UserFacts | undefined,
    readonly agent: RecordValue,
    readonly agentId: string,
    readonly agentIndex: number,
    readonly context: RecordValue,
    readonly tool: RecordValue,
    public now: number,
    private readonly readChain: () => RecordValue,
    private readonly readTexts: () => readonly string[] | undefined,
  ) {}

  /** Few rules look at the chain itself. */
  get chain(): RecordValue {
    this.chainFacts ??= this.readChain();
    return this.chainFacts;
  }

  /** Few rules look through all of the arguments. */
  get texts(): readonly string[] | undefined {
    this.textFacts ??= { found: this.readTexts() };
    return this.textFacts.found;
  }
}

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
  const declared = bundle.roles(names);
  return {
    id: user.id,
    root,
    roles: declared,
    roleIndexes: declared.map(({ index }) => index),
    possibleRoles: bundle.possibleRoles(names),
  };
}

function agentRoot(
  hop: Chain["agents"][number],
  scopes: readonly string[],
  bundle: CompiledBundle,
  chain: Chain,
): RecordValue {
  const index = (chain.user === undefined ? 0 : 1) + chain.agents.indexOf(hop);
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

/** Attributes that a schema declares, read strictly; the others are ignored. A missing required one is the sender's mistake. */
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
  // A record of this call's own, so that what else is known can be put beside it.
  if (normalised.ok) return normalised.value as Record<string, RecordValue[string]>;
  throw new RequestProblem(
    400,
    "malformed",
    `${pointer} does not fit what the bundle declares`,
    normalised.problems.map((problem) => ({ pointer: pointer + problem.pointer, message: problem.message })),
  );
}

/** A value as part of a cell's key: short ones as they are, in JSON, long ones by digest. */
export function keyPart(json: JsonValue | undefined): string {
  const text = json === undefined ? "" : canonicalJson(json);
  return text.length <= 100 ? text : `#${shortDigest(text)}`;
}
