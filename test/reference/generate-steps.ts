/** Requests for a bundle, and runs of what callers, users and approvers do one after another. */
import type { AgentActor, UserActor } from "../../src/model/common.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { JsonValue } from "../../src/values/type.js";
import type { Draw } from "./draw.js";
import { EMAILS, invalidJson, validRecord } from "./generate-values.js";
import type { AgentInfo, ToolInfo, Vocabulary } from "./generate-vocabulary.js";

/** A request whose times are told from the moment at which it is sent. */
export interface Asked {
  readonly request: Omit<DecideRequest, "actors" | "transaction">;
  readonly actors: readonly (Omit<UserActor, "auth_time"> | Omit<AgentActor, "credential">)[];
  /** Seconds since the user signed in. */
  readonly authAge: number | undefined;
  /** For each agent: seconds since its credential was issued, and for how many it is good. */
  readonly credentials: readonly (readonly [age: number, life: number] | undefined)[];
  /** The index of an opened transaction, or an id that is none. */
  readonly transaction: number | string | undefined;
  readonly caller: string;
}
/** The approval that waits, or one by how long ago it was asked for. */
export type ApprovalAim = number | "pending";

export type Step =
  | { readonly do: "decide"; readonly asked: Asked }
  /** Sends an earlier request again, by its index or one that was approved since, with something changed. */
  | {
      readonly do: "again";
      readonly of: number | "approved";
      readonly change: "nothing" | "sign in" | "note";
    }
  /** Makes the next call of an opened transaction's plan. */
  | { readonly do: "planned"; readonly of: number; readonly asked: Asked }
  | {
      readonly do: "outcome";
      readonly of: number;
      readonly status: "ok" | "failed" | "not_run" | "unknown";
      readonly reported: number | undefined;
      readonly labels: readonly string[];
      readonly result: JsonValue | undefined;
      readonly caller: string;
    }
  | {
      readonly do: "approve" | "reject";
      readonly of: ApprovalAim;
      /** A person by name, or found when the step is taken. */
      readonly by: string;
      readonly acr: string;
      readonly roles: readonly string[];
    }
  | { readonly do: "withdraw"; readonly of: ApprovalAim }
  | {
      readonly do: "open session";
      readonly id: string;
      readonly parent: string | undefined;
      readonly stated: string | undefined;
      readonly actors: Asked["actors"];
      readonly tenant?: string | undefined;
    }
  | { readonly do: "end session"; readonly id: string }
  /** Another policy from now on, or the first one again. */
  | { readonly do: "swap" }
  | {
      readonly do: "begin";
      readonly kind: string;
      readonly session: string;
      readonly plan:
        | readonly { readonly tool: string; readonly args: Record<string, JsonValue> }[]
        | undefined;
      readonly asked: Asked;
    }
  | { readonly do: "commit" | "abort"; readonly of: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "outage"; readonly on: boolean };

const SESSIONS = ["s1", "s2", "s3"];
const SECOND = 1000;
const SUPPORTED = [
  "timeout",
  "rows",
  "redact",
  "drop",
  "mask",
  "filter",
  "notify",
  "sandbox",
  "log",
] as const;

/** The request with its times, as it goes over the wire at `now`. */
export function actorsAt(asked: Asked, now: number): DecideRequest["actors"] {
  let agent = 0;
  return asked.actors.map((actor) => {
    if (actor.type === "user") {
      return asked.authAge === undefined ? actor : { ...actor, auth_time: now / SECOND - asked.authAge };
    }
    const credential = asked.credentials[agent++];
    if (credential === undefined) return actor;
    const [age, life] = credential;
    return { ...actor, credential: { issued_at: now / SECOND - age, expires_at: now / SECOND - age + life } };
  });
}

export class StepDrawer {
  #draw: Draw;
  readonly #vocabulary: Vocabulary;
  readonly #people: readonly Omit<UserActor, "auth_time">[];
  /** Who does most of it, in these sessions. */
  readonly #main: Asked["actors"];
  readonly #opened: string[] = [];

  constructor(draw: Draw, vocabulary: Vocabulary) {
    this.#draw = draw;
    this.#vocabulary = vocabulary;
    this.#people = ["ana", "bo"].map((id) => this.#person(id));
    this.#main = this.#chain("bot");
  }

  /** A run that begins with nothing. */
  steps(length: number): Step[] {
    const draw = this.#draw;
    const actors = this.#main;
    const begun: Step[] = SESSIONS.slice(
      0,
      draw.weighted([
        [0.4, () => 0],
        [5, () => 1],
        [3, () => 2],
      ]),
    ).map((id) => this.#openSession(id, actors, true));
    const { transactions } = this.#vocabulary;
    if (begun.length > 0 && transactions.length > 0 && draw.chance(0.75)) {
      begun.push(...(draw.chance(0.8) ? this.#throughTransaction(actors) : [this.#begin(actors)]));
    }
    while (begun.length < length) {
      if (draw.chance(0.45)) begun.push(...this.#scene(actors));
      else begun.push(this.#step(actors));
    }
    return begun.slice(0, length);
  }

  /** One step by itself, as another stream of choices has it, of the same people. */
  step(draw: Draw): Step {
    this.#draw = draw;
    if (this.#opened.length === 0) this.#opened.push(...SESSIONS.slice(0, 2));
    return draw.chance(0.4) ? draw.pick(this.#scene(this.#main)) : this.#step(this.#main);
  }
  /** A session that most requests will name. */
  beginning(): Step {
    return this.#openSession(SESSIONS[0] as string, this.#main, true);
  }

  #step(actors: Asked["actors"]): Step {
    const draw = this.#draw;
    const recent = (): number =>
      draw.weighted([
        [3, () => 0],
        [1, () => draw.int(0, 6)],
      ]);
    return draw.weighted<Step>([
      [18, () => ({ do: "decide", asked: this.asked() })],
      [
        7,
        () => ({ do: "again", of: recent(), change: draw.pick(["nothing", "nothing", "sign in", "note"]) }),
      ],
      [3.5, () => this.#outcome(recent())],
      [
        this.#vocabulary.transactions.some(({ confirmPlan }) => confirmPlan) ? 3 : 0,
        () => ({ do: "planned", of: 0, asked: this.asked() }),
      ],
      [
        5,
        () => ({
          do: draw.chance(0.9) ? "approve" : "reject",
          of: recent(),
          by: draw.pick(["ana", "bo", "tess", "theo", "tess", "theo"]),
          acr: draw.pick(["aal3", "aal3", "aal2", "aal1"]),
          roles: draw.pick([["boss", "auditor"], ["boss"], ["clerk"]]),
        }),
      ],
      [0.2, () => ({ do: "withdraw", of: recent() })],
      [0.7, () => this.#openSession(draw.pick(SESSIONS), actors)],
      [0.25, () => ({ do: "end session", id: draw.pick(SESSIONS) })],
      [this.#vocabulary.transactions.length > 0 ? 0.8 : 0, () => this.#begin(actors)],
      [0.4, () => ({ do: draw.pick(["commit", "abort"]), of: recent() })],
      [
        1.8,
        () => ({
          do: "wait",
          ms: draw.weighted([
            [4, () => draw.int(1, 90) * SECOND],
            [3, () => draw.int(1, 20) * 60 * SECOND],
            [0.6, () => draw.int(1, 26) * 3_600 * SECOND],
            [0.2, () => draw.int(1, 40) * 86_400 * SECOND],
          ]),
        }),
      ],
      [0.2, () => ({ do: "outage", on: draw.chance(0.5) })],
      [0.3, () => ({ do: "swap" })],
    ]);
  }

  /** Steps that belong together and mean to get somewhere. */
  #scene(actors: Asked["actors"]): Step[] {
    const draw = this.#draw;
    const { transactions } = this.#vocabulary;
    return draw.weighted<Step[]>([
      [5, () => [this.#likely(), ...this.#granting()]],
      [2, () => [this.#likely(), this.#word("who may"), this.#word("who did"), this.#word("the requester")]],
      [2, () => this.#underKey()],
      [2, () => this.#inOtherTenant(actors)],
      [transactions.length > 0 ? 5 : 0, () => this.#throughTransaction(actors)],
      [
        3,
        () => [this.#likely(), { do: "again", of: 0, change: "sign in" }, this.#outcome(0), this.#outcome(0)],
      ],
      [2, () => [this.#likely(), { do: "swap" }, { do: "again", of: 0, change: "sign in" }, this.#likely()]],
      [
        0.5,
        () => [
          this.#likely(),
          { do: draw.pick(["reject", "withdraw"]), of: "pending", by: "who may", acr: "", roles: [] },
        ],
      ],
    ]);
  }
  #word(by: string): Step {
    return { do: "approve", of: "pending", by, acr: "", roles: [] };
  }
  /** Everything that a call waits for, and the call again. */
  #granting(): Step[] {
    const words = this.#draw.times(1, 3, () => this.#word("who may"));
    return [...words, { do: "again", of: "approved", change: "sign in" }];
  }
  /** A call that nothing is wrong with, for all that can be told from the vocabulary. */
  #likely(change: Partial<DecideRequest> = {}, transaction?: number, name?: string): Step & { do: "decide" } {
    const draw = this.#draw;
    const { tools, context } = this.#vocabulary;
    const tool = tools.find((each) => each.name === name) ?? draw.pick(tools);
    const actors = this.#main;
    const session = this.#opened[0];
    const agents = actors.filter((actor) => actor.type === "agent");
    const lives = agents.map(
      ({ id }) => this.#vocabulary.agents.find((agent) => agent.name === id)?.credential,
    );
    const request = {
      tool: tool.wire,
      args: validRecord(draw, tool.args),
      context: validRecord(draw, context),
      supports: [...SUPPORTED],
      ...(session === undefined ? {} : { session }),
      ...change,
    };
    return {
      do: "decide",
      asked: {
        request: request as Asked["request"],
        actors,
        authAge: draw.pick([0, 60]),
        credentials: lives.map((life) => (life === undefined ? undefined : [10, life * 60])),
        transaction,
        caller: "pep",
      },
    };
  }
  #underKey(): Step[] {
    const id = this.#draw.pick(["k1", "k2"]);
    const again: Step = { do: "again", of: 0, change: "nothing" };
    const stronger: Step = { do: "again", of: 0, change: "sign in" };
    const before = [this.#likely({ id }), again, stronger, again];
    return this.#draw.pick([before, [...before, this.#outcome(0), again], [...before, this.#likely({ id })]]);
  }
  #inOtherTenant(actors: Asked["actors"]): Step[] {
    const tenant = "other";
    const again: Step = { do: "again", of: 0, change: "sign in" };
    return [
      {
        do: "open session",
        id: this.#opened[0] ?? "s1",
        parent: undefined,
        stated: undefined,
        actors,
        tenant,
      },
      this.#likely({ tenant }),
      again,
      this.#outcome(0),
    ];
  }
  #throughTransaction(actors: Asked["actors"]): Step[] {
    const draw = this.#draw;
    const begin = this.#begin(actors, "s1");
    const kind = this.#vocabulary.transactions.find(({ name }) => name === begin.kind);
    const again: Step = { do: "again", of: 0, change: "sign in" };
    const taken = (step: Step): Step[] =>
      draw.pick([[step], [step], [step, again], [step, this.#word("who may"), this.#word("who may"), again]]);
    const session = SESSIONS[0] as string;
    const steps =
      begin.plan === undefined
        ? (kind?.path ?? []).flatMap((tool) => taken(this.#likely({ session }, 0, tool)))
        : [
            this.#word("who may"),
            ...begin.plan.flatMap(() => taken({ do: "planned", of: 0, asked: this.#likely().asked })),
          ];
    const end: Step & { do: "commit" | "abort" } = { do: draw.pick(["commit", "abort", "abort"]), of: 0 };
    return [begin, ...steps, ...(draw.chance(0.3) ? [this.#outcome(0)] : []), end];
  }

  asked(): Asked {
    const draw = this.#draw;
    const { channels, tools, context } = this.#vocabulary;
    const isChannel = channels.length > 0 && draw.chance(0.08);
    const tool = draw.pick(tools);
    const isMain = draw.chance(0.7);
    const actors = isMain ? this.#main : this.#chain();
    const request: Record<string, unknown> = {};
    if (draw.chance(0.02))
      request[isChannel ? "channel" : "tool"] = draw.pick(["nowhere", "constructor", "__proto__"]);
    else if (isChannel) request.channel = draw.pick(channels);
    else request.tool = draw.pick([tool.wire, tool.wire, tool.name]);
    if (isChannel) request.args = { text: draw.pick(["hello", ...EMAILS]) };
    else request.args = draw.chance(0.02) ? this.#wrongArgs(tool) : validRecord(draw, tool.args);
    if (draw.chance(0.12)) request.labels = this.#labels(tool, isChannel);
    if (draw.chance(isMain ? 0.8 : 0.3)) {
      request.session = draw.weighted([
        [12, () => draw.maybe(this.#opened) ?? "s1"],
        [0.5, () => draw.pick([...SESSIONS, "s9"])],
      ]);
    }
    if (draw.chance(0.8) || context.fields.some((each) => !each.optional))
      request.context = validRecord(draw, context);
    if (draw.chance(0.6)) {
      request.supports = draw.chance(0.85)
        ? [...SUPPORTED]
        : draw.some(["timeout", "log", "redact", "drop"], 0, 3);
    }
    if (draw.chance(0.15)) request.id = draw.pick(["k1", "k2"]);
    if (draw.chance(0.03)) request.dry_run = true;
    if (draw.chance(0.04)) request.tenant = draw.pick(["default", "other"]);
    const hops = actors.filter((actor) => actor.type === "agent");
    return {
      request: request as Asked["request"],
      actors,
      authAge: draw.weighted<number | undefined>([
        [1, () => undefined],
        [5, () => draw.pick([0, 60, 300, 301, 4000])],
        [0.1, () => draw.pick([-30, -61])],
      ]),
      credentials: hops.map((hop) => this.#credential(hop.id)),
      transaction: draw.chance(this.#vocabulary.transactions.length > 0 ? 0.25 : 0.02)
        ? draw.weighted<number | string>([
            [9, () => 0],
            [1, () => 1],
            [0.5, () => "t_none"],
          ])
        : undefined,
      caller: draw.chance(0.97) ? "pep" : "other-pep",
    };
  }

  #wrongArgs(tool: ToolInfo): Record<string, JsonValue> {
    const draw = this.#draw;
    const args = validRecord(draw, tool.args);
    const field = draw.maybe(tool.args.fields);
    if (field === undefined || draw.chance(0.3)) return { ...args, stranger: 1 };
    return { ...args, [field.wire]: invalidJson(draw, field.type) };
  }

  #labels(tool: ToolInfo, isChannel: boolean): DecideRequest["labels"] {
    const draw = this.#draw;
    const place = isChannel ? undefined : draw.maybe(tool.args.fields, 0.5);
    const labels = draw.some([...this.#vocabulary.labels], 1, 2);
    if (draw.chance(0.06)) labels.push("no_label");
    return { [isChannel && draw.chance(0.3) ? "text" : (place?.name ?? "*")]: labels };
  }

  #person(id: string): Omit<UserActor, "auth_time"> {
    const draw = this.#draw;
    const [clerk = "clerk", other = "boss"] = this.#vocabulary.roles;
    const roles = draw.weighted<string[]>([
      [6, () => [clerk]],
      [2, () => [clerk, other]],
      [1, () => []],
      [1, () => ["clerk"]],
      [1, () => ["clerk", "clerk", "m.clerk", "m.one.clerk"]],
    ]);
    return {
      type: "user",
      id,
      roles,
      ...(draw.chance(0.3) ? { groups: draw.some(["g1", "a"], 0, 2) } : {}),
      ...(draw.chance(0.6) ? { scopes: draw.some(["refund", "crm", "a"], draw.pick([1, 3]), 3) } : {}),
      ...(draw.chance(0.9) ? { acr: draw.pick(["aal1", "aal1", "aal2", "aal2", "aal3", "odd"]) } : {}),
      ...(draw.chance(0.3) ? { attributes: { department: draw.pick(["a", "acme"]), stranger: 1 } } : {}),
    };
  }

  #chain(who = this.#who()): Asked["actors"] {
    const draw = this.#draw;
    const agent = (id: string): Omit<AgentActor, "credential"> => ({
      type: "agent",
      id,
      ...(draw.chance(0.06) ? { scopes: draw.some(["refund", "crm"], 1, 2) } : {}),
      ...(draw.chance(0.15) ? { attributes: { build: draw.int(0, 9) } } : {}),
    });
    const user = draw.pick([this.#people[0] as Omit<UserActor, "auth_time">, ...this.#people]);
    switch (who) {
      case "bot":
        return [user, agent("bot")];
      case "sub":
        return [user, agent("bot"), agent("sub")];
      case "night":
        return [agent("night")];
      default:
        return draw.pick([
          [agent("bot")],
          [user, agent("sub")],
          [user, agent("night")],
          [user, agent("bot"), agent("nobody")],
          [user, agent("bot"), agent("bot")],
          [user, agent("bot"), agent("sub"), agent("sub")],
          [agent("night"), agent("worker")],
        ]);
    }
  }
  #who(): string {
    const hasNight = this.#vocabulary.agents.some((agent) => agent.name === "night");
    return this.#draw.weighted([
      [12, () => "bot"],
      [2, () => "sub"],
      [hasNight ? 2 : 0, () => "night"],
      [0.8, () => "odd"],
    ]);
  }
  #credential(id: string): readonly [number, number] | undefined {
    const draw = this.#draw;
    const agent: AgentInfo | undefined = this.#vocabulary.agents.find((each) => each.name === id);
    if (draw.chance(0.04))
      return draw.pick([undefined, [1000, 900], [-61, 300], [-59, 300], [10, 100_000], [0, 0]] as const);
    if (agent?.credential === undefined) return draw.chance(0.2) ? [10, 600] : undefined;
    return draw.pick([
      [10, agent.credential * 60],
      [10, agent.credential * 60],
      [0, 60],
    ] as const);
  }

  #outcome(of: number): Step {
    const draw = this.#draw;
    const status = draw.weighted<"ok" | "failed" | "not_run" | "unknown">([
      [6, () => "ok"],
      [3, () => "failed"],
      [3, () => "not_run"],
      [1, () => "unknown"],
    ]);
    return {
      do: "outcome",
      of,
      status,
      reported: draw.chance(0.4) ? draw.pick([0, 1, 2.5, 30, 1e15]) : undefined,
      labels: draw.chance(0.2) ? draw.some([...this.#vocabulary.labels], 1, 2) : [],
      result: draw.chance(0.6) ? this.#result() : undefined,
      caller: draw.chance(0.97) ? "pep" : "other-pep",
    };
  }
  #result(): JsonValue {
    const draw = this.#draw;
    const record = {
      account: draw.pick(["C-1001", "ACME-77"]),
      owner: draw.pick(EMAILS),
      note: `please write to ${draw.pick(EMAILS)}`,
    };
    return draw.pick<JsonValue>([
      record,
      { owner: record.owner },
      { note: record.note },
      { ...record, extra: "eve@sub.acme.com" },
      `see ${draw.pick(EMAILS)} and https://acme.com/in/1`,
      [record],
      null,
    ]);
  }

  #openSession(id: string, actors: Asked["actors"], own = false): Step {
    const draw = this.#draw;
    // The first one has nobody to be a child of.
    const isFirst = own && this.#opened.length === 0;
    const step: Step = {
      do: "open session",
      id,
      parent:
        !isFirst && draw.chance(own ? 0.1 : 0.25)
          ? (draw.maybe(this.#opened, 0.9) ?? draw.pick(SESSIONS))
          : undefined,
      stated: draw.chance(0.5)
        ? `Pay ${this.#marked(["C-1001", "acme", "A", "a.b", "C-1001_"])} and write to ${this.#marked(EMAILS)} about ${this.#marked(["https://acme.com/in/1", "acme.com/in/1", "https://acme.com/in/1_"])}`
        : undefined,
      actors: own || draw.chance(0.8) ? actors : this.#chain(),
    };
    this.#opened.push(id);
    return step;
  }
  /** One of them with the marks around it that people write. */
  #marked(of: readonly string[]): string {
    const [before, after] = this.#draw.pick([
      ["", ""],
      ["", ""],
      ["*", "*"],
      ["(", ")."],
      ["'", "',"],
      ["_", "_"],
      ["", "."],
      ["o'", ""],
    ] as const);
    return `${before}${this.#draw.pick(of)}${after}`;
  }
  #begin(actors: Asked["actors"], session?: string): Step & { do: "begin" } {
    const draw = this.#draw;
    const kind = draw.pick(this.#vocabulary.transactions);
    const withPlan = kind.confirmPlan ? draw.chance(0.95) : draw.chance(0.15);
    const tools = this.#vocabulary.tools.filter((tool) => kind.tools.includes(tool.name));
    return {
      do: "begin",
      kind: kind.name,
      session: session ?? draw.pick(SESSIONS.slice(0, 2)),
      plan: withPlan
        ? draw.times(1, 3, (index) => {
            const next = tools.find((each) => each.name === kind.path[index]);
            const tool = next !== undefined && draw.chance(0.8) ? next : draw.pick(tools);
            return { tool: tool.wire, args: validRecord(draw, tool.args) };
          })
        : undefined,
      asked: { ...this.#likely().asked, actors: draw.chance(0.9) ? actors : this.#chain() },
    };
  }
}
