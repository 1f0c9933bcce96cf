/**
 * What a test assumes at one moment: who acts for whom, in which situation. Each `given` applies until the next of its
 * kind.
 */
import type { Program } from "../check/program.js";
import { DEFAULT_TENANT } from "../engine/request/call.js";
import type { Actor, AgentActor, UserActor } from "../model/common.js";
import type { Given, RecordValue } from "../syntax/ast.js";
import type { JsonValue } from "../values/type.js";
import { wireRecord } from "./wire-json.js";

type GivenUser = Extract<Given, { kind: "given-user" }>;
type GivenAgent = Extract<Given, { kind: "given-agent" }>;
type Json = Record<string, JsonValue>;

/** The session that a test sets; by default it is open, without `stated` values. */
export interface GivenSession {
  readonly open: boolean;
  readonly stated: string | undefined;
  /** Ids. */
  readonly labels: readonly string[];
  readonly steps: number;
}

const plainSession: GivenSession = { open: true, stated: undefined, labels: [], steps: 0 };

/** Fields of `given user` and `given agent` that have their own fields in a request; the others are attributes. */
const USER_FIELDS = ["roles", "groups", "scopes", "acr", "auth_time"];
const AGENT_FIELDS = ["scopes", "issued_at", "expires_at"];

/** The actors and situation of a test, as set by the `given` steps so far. */
export class Scene {
  readonly #program: Program;
  #user: { readonly actor: UserActor; readonly signsInNow: boolean } | undefined;
  /** When the current user signed in; undefined until the test first acts as that user. */
  #signedIn: number | undefined;
  #agents: GivenAgent["hops"] = [];
  tenant = DEFAULT_TENANT;
  context: Json | undefined;
  session: GivenSession = plainSession;
  /** Distinguishes one `given session` from the next. */
  sessionNumber = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  giveUser(given: GivenUser): void {
    const { schemas, resolve } = this.#program;
    const fields = wireRecord(given.fields, { ...schemas.user }, resolve);
    const signIn = fields.auth_time;
    const attributes = omit(fields, USER_FIELDS);
    const actor = {
      type: "user",
      id: given.id.value,
      ...pick(fields, ["roles", "groups", "scopes", "acr"]),
      ...(typeof signIn === "string" ? { auth_time: seconds(signIn) } : {}),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    } as UserActor;
    this.#user = { actor, signsInNow: signIn === undefined };
    this.#signedIn = undefined;
  }

  giveAgent(given: GivenAgent): void {
    this.#agents = given.hops;
  }

  giveContext(record: RecordValue): void {
    this.context = wireRecord(record, this.#program.schemas.context, this.#program.resolve);
  }

  giveSession(record: RecordValue): void {
    const fields = wireRecord(record, undefined, this.#program.resolve);
    const { stated } = fields;
    this.session = {
      open: fields.open !== false,
      stated: Array.isArray(stated) ? stated.join("\n") : typeof stated === "string" ? stated : undefined,
      labels: Array.isArray(fields.labels) ? fields.labels.map(String) : [],
      steps: typeof fields.steps === "number" ? fields.steps : 0,
    };
    this.sessionNumber++;
  }

  /** Records that the current user signed in at this time (ms), because the test has begun to act as that user. */
  settleSignIn(now: number): void {
    this.#signedIn ??= now;
  }

  get hasAgent(): boolean {
    return this.#agents.length > 0;
  }

  /** Returns the chain at this time (ms), with freshly issued credentials. */
  actors(now: number): Actor[] {
    const agents = this.#withScopes(this.#agents.map((hop) => this.#agentActor(hop, now)));
    if (this.#user === undefined) return agents;
    const { actor, signsInNow } = this.#user;
    return [signsInNow ? { ...actor, auth_time: (this.#signedIn ?? now) / 1000 } : actor, ...agents];
  }

  /** Returns the owner of a session; equal texts are one owner. */
  owner(): string {
    const first = this.#agents[0]?.agent.text ?? "";
    const agent = this.#program.resolve("agent", first) ?? first;
    return JSON.stringify([this.tenant, this.#user?.actor.id ?? null, agent]);
  }

  /** A chain without scopes has those of the catalogue, just as its credentials are those the agents declare. */
  #withScopes([first, ...others]: AgentActor[]): AgentActor[] {
    if (first === undefined) return [];
    const isSaid = [this.#user?.actor, first, ...others].some((actor) => actor?.scopes !== undefined);
    const scopes = new Set([...this.#program.tools.values()].flatMap(({ scope }) => scope ?? []));
    return [isSaid || scopes.size === 0 ? first : { ...first, scopes: [...scopes] }, ...others];
  }

  #agentActor({ agent, fields }: GivenAgent["hops"][number], now: number): AgentActor {
    const { agents, resolve, schemas } = this.#program;
    const json = wireRecord(fields, schemas.agent, resolve);
    const lifetime = agents.get(resolve("agent", agent.text) ?? "")?.credential;
    const issued = typeof json.issued_at === "string" ? seconds(json.issued_at) : now / 1000;
    const expires = typeof json.expires_at === "string" ? seconds(json.expires_at) : undefined;
    const attributes = omit(json, AGENT_FIELDS);
    const presents = lifetime !== undefined || json.issued_at !== undefined || expires !== undefined;
    return {
      type: "agent",
      id: agent.text,
      ...pick(json, ["scopes"]),
      ...(presents
        ? { credential: { issued_at: issued, expires_at: expires ?? issued + (lifetime ?? HOUR) / 1000 } }
        : {}),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    } as AgentActor;
  }
}

const HOUR = 3_600_000;

/** Returns a timestamp of the language as seconds since the epoch. */
function seconds(timestamp: string): number {
  return Date.parse(timestamp) / 1000;
}

function pick(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.flatMap((name) => (json[name] === undefined ? [] : [[name, json[name]]])));
}

function omit(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}
