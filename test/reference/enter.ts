/**
 * From a request to what is asked for, and every refusal that needs no rule: the chain and the catalogue.
 */
import type { Agent, Channel, LimitKey, Program, Tool } from "../../src/check/program.js";
import type { Actor, AgentActor, UserActor } from "../../src/model/common.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { RecordType, RecordValue, Type, Value } from "../../src/values/type.js";
import { type Facts, UNKNOWN } from "./evaluate.js";
import { digestText, read, UNREADABLE } from "./reading.js";
import type { Call } from "./world.js";

const SKEW = 60_000;
export const DEFAULT_TENANT = "default";

export interface Entered {
  /** Built-in refusals, sorted; with any of them nothing further is judged. */
  readonly refusals: readonly string[];
  readonly request: DecideRequest;
  /** False where the arguments did not parse; then they are empty here. */
  readonly hasArgs: boolean;
  readonly call: Call;
  readonly target: Tool | Channel;
  readonly tool: Tool | undefined;
  readonly hasUser: boolean;
  readonly userRoles: ReadonlySet<string>;
  /** Roles that a name may mean which several modules declare. */
  readonly possibleRoles: ReadonlySet<string>;
  readonly userId: string | undefined;
  readonly acr: string | undefined;
  readonly authTime: number | undefined;
  /** Labels that the caller attests, as ids, by argument path; `*` is all. */
  readonly attested: ReadonlyMap<string, readonly string[]>;
  /** With everything that is state unknown. */
  readonly blind: Facts;
}

/** What a request asks for; only its refusals where it cannot be told. */
export function enter(
  program: Program,
  request: DecideRequest,
  now: number,
): Entered | Pick<Entered, "refusals"> {
  const refusals = new Set<string>();
  const actors = request.actors ?? [];
  const user = actors.find((actor): actor is UserActor => actor.type === "user");
  const hops = actors.filter((actor): actor is AgentActor => actor.type === "agent");
  const agents = hops.map((hop) => program.agents.get(program.resolve("agent", hop.id) ?? ""));
  for (const refusal of refuseChain(program, user, hops, agents, now)) refusals.add(refusal);

  const target = findTarget(program, request);
  if (target === undefined) {
    refusals.add(request.channel === undefined ? "builtin.unknown_tool" : "builtin.unknown_channel");
  }
  const tool = target !== undefined && "tier" in target ? target : undefined;
  const scope = tool?.scope;
  if (
    scope !== undefined &&
    (actors.every((actor) => actor.scopes === undefined) ||
      actors.some((actor) => actor.scopes !== undefined && !actor.scopes.includes(scope)))
  ) {
    refusals.add("builtin.scope_missing");
  }
  const args = tool === undefined ? undefined : read(tool.args, request.args ?? {});
  if (args === UNREADABLE) refusals.add("builtin.invalid_arguments");
  const attested = new Map<string, readonly string[]>();
  for (const [path, names] of Object.entries(request.labels ?? {})) {
    const ids = names.map((name) => program.resolve("label", name));
    if (ids.includes(undefined)) refusals.add("builtin.unknown_label");
    attested.set(path, ids as string[]);
  }
  const sorted = [...refusals].sort();
  if (target === undefined || agents.includes(undefined)) return { refusals: sorted };

  const call = callOf(
    request,
    target,
    tool,
    user,
    agents as Agent[],
    (args === undefined || args === UNREADABLE ? {} : args) as RecordValue,
  );
  const last = agents.at(-1) as Agent;
  const roles = new Set((user?.roles ?? []).flatMap((role) => program.resolve("role", role) ?? []));
  const possible = new Set(
    (user?.roles ?? [])
      .filter((role) => program.resolve("role", role) === undefined)
      .flatMap((name) => [...program.roles.values()].filter((role) => role.name === name))
      .map(({ id }) => id)
      .filter((id) => !roles.has(id)),
  );
  const blind: Facts = {
    program,
    now,
    args: call.args,
    tool: toolRecord(target, tool),
    user: user && userRecord(program, user),
    agent: agentRecord(program, last, hops.at(-1) as AgentActor, scopesAt(actors, actors.length - 1)),
    chain: chainRecord(actors, agents as Agent[]),
    possibleRoles: possible,
    texts: tool === undefined ? [] : allTexts(tool.args, call.args),
    context: parsed(program.schemas.context, request.context ?? {}),
    session: UNKNOWN,
    txn: request.transaction === undefined ? undefined : UNKNOWN,
    labels: UNKNOWN,
    labelsOf: () => UNKNOWN,
    stated: () => UNKNOWN,
    prior: () => UNKNOWN,
    reported: undefined,
  };
  return {
    refusals: sorted,
    request,
    hasArgs: args !== UNREADABLE,
    call,
    target,
    tool,
    hasUser: user !== undefined,
    userId: user?.id,
    userRoles: roles,
    possibleRoles: possible,
    acr: user?.acr,
    authTime: user?.auth_time === undefined ? undefined : user.auth_time * 1000,
    attested,
    blind,
  };
}

/** Every text of the arguments, keys of maps and of JSON too; unknown where they are more than can be looked through. */
function allTexts(type: Type, value: Value): readonly string[] | typeof UNKNOWN {
  const texts = flatTexts(type, value);
  const size = texts
    .map((text) => new TextEncoder().encode(text).length)
    .reduce((sum, each) => sum + each, 0);
  return texts.length > 4096 || size > 1024 * 1024 ? UNKNOWN : texts;
}
function flatTexts(type: Type, value: Value): string[] {
  if (type.kind === "json") return jsonTexts(value);
  if (type.kind === "list" || type.kind === "set") {
    return (value as readonly Value[]).flatMap((item) => flatTexts(type.of, item));
  }
  if (type.kind === "map") {
    return [...(value as ReadonlyMap<string, Value>)].flatMap(([key, item]) => [
      key,
      ...flatTexts(type.of, item),
    ]);
  }
  if (type.kind === "record") {
    return type.fields.flatMap((field) => {
      const held = (value as RecordValue)[field.name];
      return held === undefined ? [] : flatTexts(field.type, held);
    });
  }
  if (type.kind === "email" || type.kind === "url" || type.kind === "ip")
    return [(value as { text: string }).text];
  return typeof value === "string" ? [value] : [];
}
function jsonTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(jsonTexts);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...jsonTexts(item)]);
}

function findTarget(program: Program, request: DecideRequest): Tool | Channel | undefined {
  if (request.channel !== undefined)
    return program.channels.get(program.resolve("channel", request.channel) ?? "");
  const byWire = [...program.tools.values()].find((tool) => tool.wire === request.tool);
  return byWire ?? program.tools.get(program.resolve("tool", request.tool ?? "") ?? "");
}

function refuseChain(
  program: Program,
  user: UserActor | undefined,
  hops: readonly AgentActor[],
  agents: readonly (Agent | undefined)[],
  now: number,
): string[] {
  const refusals: string[] = [];
  if (hops.length > program.delegationDepth) refusals.push("builtin.chain_too_deep");
  if (user?.auth_time !== undefined && user.auth_time * 1000 > now + SKEW) {
    refusals.push("builtin.credential_in_future");
  }
  let held = user?.scopes;
  for (const [i, hop] of hops.entries()) {
    if (hop.scopes !== undefined) {
      if (held !== undefined && hop.scopes.some((scope) => !held?.includes(scope))) {
        refusals.push("builtin.scope_widened");
      }
      held = hop.scopes;
    }
    const agent = agents[i];
    if (agent === undefined) {
      refusals.push("builtin.undeclared_agent");
      continue;
    }
    const caller = i === 0 ? undefined : agents[i - 1];
    const mayBeFirst = agent.invokedBy.size === 0;
    const edge = i === 0 ? mayBeFirst : caller === undefined || agent.invokedBy.has(caller.id);
    if (!edge) refusals.push("builtin.undeclared_edge");
    if (agent.acts === "for-user" && user === undefined) refusals.push("builtin.missing_user");
    if (agent.acts === "alone" && user !== undefined) refusals.push("builtin.user_not_allowed");
    refusals.push(...refuseCredential(agent, hop, now));
  }
  return refusals;
}

function refuseCredential(agent: Agent, hop: AgentActor, now: number): string[] {
  const { credential } = hop;
  if (credential === undefined) return agent.credential === undefined ? [] : ["builtin.credential_missing"];
  const issued = credential.issued_at * 1000;
  const expires = credential.expires_at * 1000;
  const refusals: string[] = [];
  if (issued > now + SKEW) refusals.push("builtin.credential_in_future");
  if (expires <= now || expires < issued) refusals.push("builtin.credential_expired");
  const longest = agent.credential ?? Number.POSITIVE_INFINITY;
  if (expires - issued > longest || now - issued > longest) {
    refusals.push("builtin.credential_too_long");
  }
  return refusals;
}

function toolRecord(target: Tool | Channel, tool: Tool | undefined): RecordValue {
  if (tool === undefined) return record({ name: target.name });
  return record({
    name: tool.name,
    tier: tool.tier,
    action: tool.action,
    irreversible: tool.irreversible,
    tags: [...tool.tags],
  });
}
function userRecord(program: Program, user: UserActor): RecordValue {
  return record({
    ...parsed(program.schemas.user, declaredOnly(program.schemas.user, user.attributes)),
    id: user.id,
    roles: [...new Set((user.roles ?? []).map((role) => program.resolve("role", role) ?? role))],
    groups: [...new Set(user.groups)],
    scopes: [...new Set(user.scopes)],
    acr: user.acr,
    auth_time: user.auth_time === undefined ? undefined : user.auth_time * 1000,
  });
}
function agentRecord(
  program: Program,
  agent: Agent,
  hop: AgentActor,
  scopes: readonly string[],
): RecordValue {
  return record({
    ...parsed(program.schemas.agent, declaredOnly(program.schemas.agent, hop.attributes)),
    id: agent.name,
    owner: agent.owner,
    scopes,
  });
}
function chainRecord(actors: readonly Actor[], agents: readonly Agent[]): RecordValue {
  const names = agents.map((agent) => agent.name);
  const hops = actors.map((actor, i) =>
    record({
      type: actor.type,
      id: actor.type === "user" ? actor.id : (names.shift() as string),
      scopes: scopesAt(actors, i),
    }),
  );
  return record({ depth: agents.length, hops });
}

/** A hop without scopes has those of the hop before it. */
function scopesAt(actors: readonly Actor[], at: number): readonly string[] {
  const named = actors.slice(0, at + 1).findLast((actor) => actor.scopes !== undefined);
  return [...new Set(named?.scopes ?? [])];
}

/** Only declared attributes count; strangers among them are ignored. */
function declaredOnly(type: RecordType, attributes: UserActor["attributes"]): Record<string, unknown> {
  const wires = new Set(type.fields.map((field) => field.wire));
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => wires.has(name)));
}
/** What does not parse is refused with 400 before anything is decided, and is not looked into here. */
function parsed(type: RecordType, json: unknown): RecordValue {
  const value = read(type, json);
  return (value === UNREADABLE ? {} : value) as RecordValue;
}
function record(fields: Record<string, Value | undefined>): RecordValue {
  const made: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) made[name] = value;
  return made;
}

function callOf(
  request: DecideRequest,
  target: Tool | Channel,
  tool: Tool | undefined,
  user: UserActor | undefined,
  agents: readonly Agent[],
  args: RecordValue,
): Call {
  const tenant = request.tenant ?? DEFAULT_TENANT;
  // What a channel carries is not looked into, not even for whether it is text at all.
  const argsText = tool === undefined ? JSON.stringify(request.args ?? {}) : digestText(tool.args, args);
  const people = [user?.id ?? null, ...agents.map((agent) => agent.id)];
  const where = [request.session ?? null, request.transaction ?? null];
  const key = (limitKey: LimitKey): string | undefined => {
    switch (limitKey.kind) {
      case "user":
        return user?.id;
      case "agent":
        return agents.at(-1)?.id;
      case "tool":
        return target.id;
      case "tenant":
        return tenant;
      case "session":
        return request.session;
      case "transaction":
        return request.transaction;
      case "args":
        if (limitKey.shape === undefined) return argsText;
        return digestText(comparedType((tool as Tool).args, limitKey.shape), args);
      case "argument":
        return argumentKey(tool as Tool, args, limitKey);
    }
  };
  return {
    tenant,
    target: { kind: tool === undefined ? "channel" : "tool", id: target.id },
    user: user?.id,
    agents: agents.map((agent) => agent.id),
    args,
    session: request.session,
    transaction: request.transaction,
    digest: JSON.stringify([tenant, people, target.id, argsText, where]),
    key,
  };
}

/** What two calls are compared by: of records the fields that the shape has, under the names of the policy. */
function comparedType(type: Type, shape: Type | undefined): Type {
  if (type.kind === "list" || type.kind === "set" || type.kind === "map") {
    return { ...type, of: comparedType(type.of, shape?.kind === type.kind ? shape.of : undefined) };
  }
  if (type.kind !== "record") return type;
  const others = shape?.kind === "record" ? shape.fields : type.fields;
  const shared = type.fields.flatMap((field) => {
    const other = others.find(({ name }) => name === field.name);
    if (field.advisory || other === undefined) return [];
    return [{ ...field, wire: field.name, type: comparedType(field.type, other.type) }];
  });
  return { ...type, fields: shared };
}

/** The value of one argument as text; undefined where it is not there. */
function argumentKey(
  tool: Tool,
  args: RecordValue,
  { path, shape }: Extract<LimitKey, { kind: "argument" }>,
): string | undefined {
  let type: RecordType | undefined = tool.args;
  let value: Value | undefined = args;
  let text: string | undefined;
  for (const [i, name] of path.entries()) {
    const field: RecordType["fields"][number] | undefined = type?.fields.find((each) => each.name === name);
    value = value === undefined ? undefined : (value as RecordValue)[name];
    if (field === undefined || value === undefined) return undefined;
    if (i === path.length - 1) text = digestText(comparedType(field.type, shape), value);
    type = field.type.kind === "record" ? field.type : undefined;
  }
  return text;
}
