/** One request, read: its target, chain, arguments and labels, with every refusal that needs neither rule nor state. */
import type { CompiledBundle, TargetProgram } from "../../compile/compile.js";
import type { Reason } from "../../model/decision.js";
import type { DecideRequest } from "../../model/request.js";
import { canonicalJson, toWire } from "../../values/canonical.js";
import { escapePointer } from "../../values/json-pointer.js";
import type { JsonValue, RecordType, RecordValue } from "../../values/type.js";
import { cellKeys } from "./cell-keys.js";
import { type Chain, chainRefusals, readChain } from "./chain.js";
import { digestOf, shortDigest } from "./digest.js";
import { type CallFrame, frameOf, noArgs } from "./frame.js";
import { builtin } from "./refusal.js";
import { type Caller, RequestProblem } from "./types.js";

export const DEFAULT_TENANT = "default";

export interface Call {
  readonly request: DecideRequest;
  readonly caller: Caller;
  readonly tenant: string;
  readonly chain: Chain;
  /** Undefined if it is not in the catalogue; `refusals` then has the reason. */
  readonly target: TargetProgram | undefined;
  /** What conditions see of the call. Reading the state yields a new call with another frame. */
  readonly frame: CallFrame;
  /** False if `args` did not parse: the frame's arguments are then empty, and conditions on them mean nothing. */
  readonly hasArgs: boolean;
  /** Refusals of the first stage, unsorted. */
  readonly refusals: readonly Reason[];
  /** Labels that the caller attests, by dotted path of the argument or `*`; ids. */
  readonly attested: ReadonlyMap<string, readonly string[]>;
  /** The cell key of the named session; undefined if none is named. All lookups share this string. */
  readonly sessionKey: string | undefined;
  /** The owner of a session or transaction: tenant, user, first agent. */
  readonly owner: () => string;
  /** The digest that an approval is bound to. Computed on first use. */
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
  const read = target === undefined ? undefined : readArguments(request, target, refusals);
  const args = read ?? noArgs;
  const attested = attestedLabels(request, bundle, target, refusals);
  const tenant = request.tenant ?? DEFAULT_TENANT;
  const wireArgs = (withoutAdvisory: boolean): JsonValue =>
    target?.args === undefined
      ? ((request.args ?? {}) as JsonValue)
      : toWire(target.args, args, { withoutAdvisory, sortSets: withoutAdvisory });
  const bound = () => [kind, target?.target.id ?? name, wireArgs(true)] as const;
  return {
    request,
    caller,
    tenant,
    chain,
    target,
    frame: frameOf({ request, chain, bundle, target, args }, now),
    hasArgs: read !== undefined,
    refusals,
    attested,
    sessionKey: request.session === undefined ? undefined : cellKeys.session(tenant, request.session),
    owner: once(() => ownerOf(tenant, chain)),
    wireArgs,
    digest: once(() =>
      digestOf([tenant, actorsOf(chain), ...bound(), request.session ?? null, request.transaction ?? null]),
    ),
  };
}

/** The same call with another frame. */
export function withFrame(call: Call, frame: CallFrame): Call {
  return {
    request: call.request,
    caller: call.caller,
    tenant: call.tenant,
    chain: call.chain,
    target: call.target,
    frame,
    hasArgs: call.hasArgs,
    refusals: call.refusals,
    attested: call.attested,
    sessionKey: call.sessionKey,
    owner: call.owner,
    wireArgs: call.wireArgs,
    digest: call.digest,
  };
}

/** A string that is computed on first use. */
function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The arguments in normal form; undefined, with a refusal, if they do not fit the declaration. */
function readArguments(
  request: DecideRequest,
  target: TargetProgram,
  refusals: Reason[],
): RecordValue | undefined {
  const normalised = target.normaliseArgs(request.args ?? {});
  if (normalised.ok) return normalised.value as RecordValue;
  const pointers = normalised.problems.map(({ pointer }) => pointer);
  refusals.push(builtin("invalid_arguments", { pointers }, argumentMessage(normalised.problems)));
  return undefined;
}

const noLabels: ReadonlyMap<string, readonly string[]> = new Map();

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

/** A value as part of a cell key: short values as JSON, long ones as a digest. */
export function keyPart(json: JsonValue | undefined): string {
  const text = json === undefined ? "" : canonicalJson(json);
  return text.length <= 100 ? text : `#${shortDigest(text)}`;
}
