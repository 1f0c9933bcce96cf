/** Rules, limits, exceptions, defines and transactions over a vocabulary. */
import type { Type } from "../../src/values/type.js";
import type { Draw } from "./draw.js";
import {
  condition,
  numeric,
  PARAMETERS,
  parameter,
  printParameter,
  relation,
  type Scope,
  scopeFor,
} from "./generate-expression.js";
import { printNumber, quote, START } from "./generate-values.js";
import type { Piece, ToolInfo, TransactionInfo, Vocabulary } from "./generate-vocabulary.js";

interface Waivable {
  readonly name: string;
  readonly tools: readonly ToolInfo[];
}

/** So many agents that an index for each of them is not worth it. */
const MANY = 9;

/** Draws everything that decides; names of rules are unique within a file only. */
export class RuleDrawer {
  readonly pieces: Piece[] = [];
  readonly #draw: Draw;
  readonly #vocabulary: Vocabulary;
  readonly #files: readonly string[];
  readonly #waivable: Waivable[] = [];
  readonly #counts = new Map<string, number>();

  /** `modules` holds the module of each file, or "" for none. */
  constructor(draw: Draw, vocabulary: Vocabulary, modules: readonly string[]) {
    this.#draw = draw;
    this.#vocabulary = vocabulary;
    this.#files = modules;
  }

  all(): void {
    const draw = this.#draw;
    for (let i = draw.int(0, 3); i > 0; i--) this.define();
    for (let i = draw.int(0, 2); i > 0; i--) this.transaction();
    // In some bundles little stands in the way, so that runs come further.
    const isCalm = draw.chance(0.4);
    for (const tool of this.#vocabulary.tools) if (draw.chance(0.97)) this.allow(tool, isCalm ? 0.03 : 0.2);
    for (let i = draw.int(0, 3); i > 0; i--) this.allow();
    const few = (most: number): number => (isCalm ? draw.int(0, 1) : draw.int(0, most));
    for (let i = isCalm ? few(1) : draw.int(1, 3); i > 0; i -= draw.int(1, 2)) this.rule("deny");
    for (let i = isCalm ? draw.int(0, 2) : draw.int(1, 4); i > 0; i--) this.rule("require");
    for (let i = draw.int(1, 4); i > 0; i--) this.limit();
    for (let i = few(3); i > 0; i--) this.exception();
    if (draw.chance(0.35)) this.liftedDeny();
    if (draw.chance(0.2)) this.uncertainRequire();
  }

  define(): void {
    const draw = this.#draw;
    const params = draw.times(0, 2, (index) => parameter(index, draw.pick(PARAMETERS) as Type));
    const scope = scopeFor(draw, this.#vocabulary, {
      tools: [],
      channel: true,
      hasUser: false,
      inside: false,
      params,
    });
    const name = this.#name("d", true).name;
    const used = params.map(({ path, type }) => relation(scope, path, type));
    const body = [...used, ...(draw.chance(0.6) || used.length === 0 ? [condition(scope)] : [])];
    const list = params.length === 0 ? "" : `(${params.map(printParameter).join(", ")})`;
    this.#add(`define ${name}${list} = ${body.join(` ${draw.pick(["and", "or"])} `)}`);
    this.#vocabulary.defines.push({ name, params: params.map(({ type }) => type) });
  }

  transaction(): void {
    const draw = this.#draw;
    const { tools } = this.#vocabulary;
    const within = draw.some(tools, 1, 3).sort((a, b) => Number(a.irreversible) - Number(b.irreversible));
    const reversible = within.filter((tool) => !tool.irreversible);
    const last = within.find((tool) => tool.irreversible);
    const ordered = last === undefined ? reversible : [...reversible, last];
    const name = this.#name("x", true).name;
    const steps = ordered.map((tool) => {
      const also = tool.irreversible ? undefined : draw.maybe(reversible, 0.3);
      const count = draw.pick(["once", "maybe", "at most 2"]);
      return `${count} ${tool.name}${also === undefined || also === tool ? "" : ` or ${also.name}`}`;
    });
    const confirmPlan = draw.chance(0.3);
    const parts = [
      draw.chance(0.3)
        ? "agent bot"
        : draw.chance(0.3)
          ? `agent any for role ${this.#vocabulary.roles[0]}`
          : "",
      `lasts ${draw.pick(["10m", "1h"])}`,
      draw.chance(0.4) ? `idle ${draw.pick(["2m", "5m"])}` : "",
      draw.chance(0.5) ? `steps ${draw.int(ordered.length, ordered.length + 2)}` : "",
      draw.chance(0.6) && ordered.length > 0 ? `order { ${steps.join(" ")} }` : "",
      draw.chance(0.4) ? "irreversible last" : "",
      confirmPlan ? "confirm plan" : "",
    ];
    this.#add(`transaction ${name} { ${parts.filter((part) => part !== "").join(" ")} }`);
    const info: TransactionInfo = {
      name,
      tools: within.map((tool) => tool.name),
      confirmPlan,
      path: ordered.map((tool) => tool.name),
    };
    this.#vocabulary.transactions.push(info);
  }

  /** With a tool, one that grants it more often than not. */
  allow(tool?: ToolInfo, conditional = 0.6): void {
    const draw = this.#draw;
    const everybody = {
      text: "",
      hasUser: this.#vocabulary.agents.every((agent) => agent.acts === "for-user"),
    };
    const who = tool !== undefined && draw.chance(0.85) ? everybody : this.#who();
    const own: Target | undefined = tool && { written: [tool.name], tools: [tool], channels: [] };
    const target = own ?? (draw.chance(0.25) ? this.#reads() : this.#named());
    const inside = this.#inside(tool === undefined ? 0.2 : 0.04);
    const needs = draw.chance(0.5) ? this.#needs() : undefined;
    const grave = target.tools.some((tool) => tool.tier === 3);
    const gated = needs?.some((need) => !need.startsWith("confirmation"));
    const note =
      grave && !gated ? '@ungated("generated")\n' : draw.chance(0.1) ? '@id("A") @owner("x")\n' : "";
    this.#rule("allow", note, draw.chance(0.06) ? "shadow " : "", who, target, inside, needs, conditional);
  }

  rule(effect: "deny" | "require"): void {
    const draw = this.#draw;
    const waivable = draw.chance(0.5);
    const marks = `${draw.chance(0.08) ? "shadow " : ""}${waivable ? "waivable " : ""}`;
    const target = this.#anything();
    const both = draw.chance(0.3);
    const needs = effect === "require" && (both || draw.chance(0.6)) ? this.#needs() : undefined;
    const name = this.#rule(
      effect,
      draw.chance(0.2) ? '@threat("LLM06:2025")\n' : "",
      marks,
      this.#who(),
      target,
      this.#inside(0.1),
      needs,
    );
    if (waivable) this.#waivable.push({ name, tools: target.tools });
  }

  #rule(
    effect: "allow" | "deny" | "require",
    note: string,
    marks: string,
    who: Drawn,
    target: Target,
    inside: string,
    needs: readonly string[] | undefined,
    conditional = 0.9,
  ): string {
    const draw = this.#draw;
    const { name, qualified, file } = this.#name(effect[0] as string, false);
    const scope = this.#scope(target, who, inside, effect !== "allow");
    const clauses = [
      who.text === "" && effect === "allow" ? "agent any" : who.text,
      `call ${printTarget(target, inside)}`,
      ...this.#conditions(scope, conditional, effect),
      needs === undefined ? "" : `need ${needs.join(", ")}`,
      effect === "require" && (needs === undefined || draw.chance(0.3))
        ? `with ${this.#obligations(scope, target)}`
        : "",
      draw.chance(0.07)
        ? `until ${stamp(draw.pick([START - 60_000, START + 60_000, START + 86_400_000]))}`
        : "",
      draw.chance(0.3) ? `because ${quote(`The reason of ${name}.`)}` : "",
    ];
    this.#add(`${note}${marks}${effect} ${name} ${block(clauses)}`, file);
    return qualified;
  }

  limit(): void {
    const draw = this.#draw;
    const { name, qualified, file } = this.#name("l", false);
    const who = this.#who();
    const target = this.#anything();
    const inside = this.#inside(0.1);
    const scope = this.#scope(target, who, inside, true);
    const waivable = draw.chance(0.4);
    const marks = `${draw.chance(0.06) ? "shadow " : ""}${waivable ? "waivable " : ""}`;
    const reads =
      target.tools.every((tool) => tool.tier === 1) &&
      target.channels.length === 0 &&
      target.tools.length > 0;
    const meters = ["calls", "calls", "successes", "attempts", "denials", "failures"];
    const sure = scope.args.filter(
      ({ type, guards }) => guards.length === 0 && (type.kind === "int" || type.kind === "number"),
    );
    const amount = draw.weighted([
      [sure.length > 0 ? 3 : 0, () => draw.pick(sure).path],
      [1, () => `reported else ${draw.int(0, 3)}`],
      [
        0.7,
        () => `(reported else 1) ${draw.pick(["+", "*"])} ${sure.length > 0 ? draw.pick(sure).path : "2"}`,
      ],
      [sure.length > 0 ? 1 : 0, () => plainNumeric(scope)],
    ]);
    const meter = draw.chance(0.35)
      ? `${printNumber(draw.pick([1, 5, 7.5, 20]))} of ${amount}`
      : `${draw.int(1, 3)} ${draw.pick(meters)}`;
    const keys = draw.some(
      [
        "user",
        "agent",
        "tool",
        "tenant",
        "session",
        "transaction",
        "args",
        ...scope.args.map(({ path }) => path),
      ],
      0,
      2,
    );
    const clauses = [
      who.text,
      `call ${printTarget(target, inside)}`,
      ...this.#conditions(scope, 0.4),
      keys.length === 0 ? "" : `per ${keys.join(", ")}`,
      `at most ${meter} in ${draw.pick(["1m", "10m", "1h", "1d", "calendar hour", "calendar day", "calendar week", "calendar month", "transaction", "session"])}`,
      draw.weighted([
        [5, () => ""],
        [1, () => "over deny"],
        [1.5, () => "over alert"],
        [2.5, () => `over need ${this.#needs().join(", ")}`],
      ]),
    ];
    this.#add(
      `${reads && draw.chance(0.3) ? '@outage("allow")\n' : ""}${marks}limit ${name} ${block(clauses)}`,
      file,
    );
    if (waivable) this.#waivable.push({ name: qualified, tools: target.tools });
  }

  exception(): void {
    const draw = this.#draw;
    if (this.#waivable.length === 0) return;
    const { name, file } = this.#name("e", false);
    const to = draw.some(this.#waivable, 1, 2);
    const who = this.#who();
    const target = draw.chance(0.5)
      ? this.#anything()
      : { written: ["any"], tools: this.#vocabulary.tools, channels: [] };
    const inside = this.#inside(0.05);
    const scope = this.#scope(target, who, inside, false);
    const clauses = [
      who.text,
      `call ${printTarget(target, inside)}`,
      ...this.#conditions(scope, 0.4),
      `need ${this.#needs().join(", ")}`,
      draw.chance(0.2) ? `with ${this.#obligations(scope, target)}` : "",
      draw.chance(0.4) ? `uses ${draw.int(1, 2)}` : "",
      `until ${stamp(draw.pick([START + 60_000, START + 86_400_000, START + 864_000_000, START - 1_000]))}`,
      'because "Agreed."',
    ];
    this.#add(
      `@ticket("T-1")\nexception ${name} to ${to.map((each) => each.name).join(", ")} ${block(clauses)}`,
      file,
    );
  }

  /** A require that cannot be told of a call outside a session, and holds in every one. */
  uncertainRequire(): void {
    const draw = this.#draw;
    const { name, file } = this.#name("r", false);
    const need = draw.chance(0.5) ? `need ${this.#needs()[0]}` : 'with log("full")';
    const target = draw.chance(0.5) ? "any" : draw.pick(this.#vocabulary.tools).name;
    this.#add(`require ${name} ${block([`call ${target}`, "when session.steps >= 0", need])}`, file);
  }

  /** A deny of everything that a tool is asked for, and an exception that anybody can use. */
  liftedDeny(): void {
    const draw = this.#draw;
    const tool = draw.pick(this.#vocabulary.tools);
    const deny = this.#name("d", false);
    const when =
      tool.args.fields.length > 0 && draw.chance(0.3) ? "size(texts(args)) >= 0" : "chain.depth > 0";
    this.#add(`waivable deny ${deny.name} ${block([`call ${tool.name}`, `when ${when}`])}`, deny.file);
    const lift = this.#name("e", false);
    const clauses = [
      `call ${draw.pick([tool.name, "any"])}`,
      `need ${draw.pick([`step-up ${this.#vocabulary.levels[0]}`, ...this.#needs()])}`,
      draw.chance(0.6) ? `uses ${draw.int(1, 2)}` : "",
      `until ${stamp(START + 864_000_000)}`,
      'because "Agreed."',
    ];
    this.#add(`@ticket("T-1")\nexception ${lift.name} to ${deny.qualified} ${block(clauses)}`, lift.file);
  }

  // --- parts ----------------------------------------------------------------------------------------------

  #who(): Drawn {
    const draw = this.#draw;
    const { agents, roles } = this.#vocabulary;
    if (draw.chance(0.35)) return { text: "", hasUser: agents.every((agent) => agent.acts === "for-user") };
    const named = draw.weighted([
      [4, () => agents],
      [6, () => draw.some(agents, 1, 2)],
      [agents.length > MANY ? 4 : 0, () => draw.some(agents, MANY, agents.length - 1)],
    ]);
    const whom = draw.weighted([
      [3, () => ""],
      [1, () => " for any"],
      [0.5, () => " for nobody"],
      [2.5, () => ` for role ${draw.some(roles, 1, 2).join(", ")}`],
      [1, () => ` for user ${draw.some(["ana", "bo"], 1, 2).map(quote).join(", ")}`],
    ]);
    const forAny = whom === "" || whom === " for any";
    const hasUser = forAny ? named.every((agent) => agent.acts === "for-user") : whom !== " for nobody";
    return {
      text: `agent ${named === agents ? "any" : named.map(({ name }) => name).join(", ")}${whom}`,
      hasUser,
    };
  }

  #named(): Target {
    const draw = this.#draw;
    const tools = draw.some(this.#vocabulary.tools, 1, draw.chance(0.3) ? 3 : 1);
    return { written: tools.map(({ name }) => name), tools, channels: [] };
  }
  #reads(): Target {
    const tools = this.#vocabulary.tools.filter((tool) => tool.action === "read" && tool.tier <= 2);
    return tools.length === 0 ? this.#named() : { written: ["any read tier 1..2"], tools, channels: [] };
  }
  #anything(): Target {
    const draw = this.#draw;
    const { tools, channels } = this.#vocabulary;
    const filtered = (written: string, test: (tool: ToolInfo) => boolean): Target => {
      const found = tools.filter(test);
      return found.length === 0 ? this.#named() : { written: [written], tools: found, channels: [] };
    };
    return draw.weighted<Target>([
      [4, () => this.#named()],
      [3, () => ({ written: ["any"], tools, channels: [] })],
      [1, () => filtered("any write or admin", (tool) => tool.action !== "read")],
      [1, () => filtered("any tier 2..3", (tool) => tool.tier >= 2)],
      [1, () => filtered("any irreversible", (tool) => tool.irreversible)],
      [1, () => filtered("any tagged external", (tool) => tool.tags.includes("external"))],
      [1, () => filtered("crm.*", (tool) => tool.name.startsWith("crm."))],
      [
        channels.length > 0 ? 1 : 0,
        () => {
          const channel = draw.pick([...channels, "any"]);
          const reached = channel === "any" ? channels : [channel];
          return { written: [`channel ${channel}`], tools: [], channels: reached };
        },
      ],
    ]);
  }
  #inside(probability: number): string {
    const transaction = this.#draw.maybe(this.#vocabulary.transactions, probability);
    return transaction === undefined ? "" : ` inside ${transaction.name}`;
  }

  #scope(target: Target, who: Drawn, inside: string, texts: boolean): Scope {
    return scopeFor(this.#draw, this.#vocabulary, {
      tools: target.tools,
      channel: target.channels.length > 0,
      hasUser: who.hasUser,
      inside: inside !== "",
      texts,
    });
  }
  #conditions(scope: Scope, probability: number, effect = ""): string[] {
    const draw = this.#draw;
    const clauses: string[] = [];
    if (draw.chance(probability)) clauses.push(`when ${condition(scope)}`);
    if (draw.chance(0.08)) clauses.push(`unless ${condition(scope)}`);
    if (draw.chance(effect === "deny" ? 0.6 : 0.05)) clauses.push(`when ${condition(scope)}`);
    return clauses;
  }

  #needs(): string[] {
    const draw = this.#draw;
    const { approvals, levels } = this.#vocabulary;
    const one = (): string =>
      draw.weighted([
        [5, () => `approval ${draw.pick(approvals)}`],
        [
          8,
          () => `step-up ${draw.pick(levels)}${draw.chance(0.4) ? ` within ${draw.pick(["5m", "1h"])}` : ""}`,
        ],
        [2, () => "confirmation"],
      ]);
    return [...new Set(draw.times(1, 2, one))];
  }

  #obligations(scope: Scope, target: Target): string {
    const draw = this.#draw;
    const field = target.tools[0]?.args.fields.find((each) => !each.advisory)?.name;
    const place = field === undefined ? '"label:pii"' : quote(`args.${field}`);
    const one = (): string =>
      draw.weighted([
        [3, () => `log(${quote(draw.pick(["standard", "full"]))})`],
        [3, () => `timeout(${draw.pick(["1s", "10s", "1m"])})`],
        [1, () => `rows(${draw.pick([10, 100])})`],
        [1, () => `redact(${place}, "label:pii")`],
        [1, () => `drop("label:secret")`],
        [1, () => `mask(${place}, ${quote(draw.pick(["last4", "hash", "full"]))})`],
        [1, () => `notify("security"${draw.chance(0.5) ? ', "owner"' : ""})`],
        [1, () => `sandbox(${quote(draw.pick(["no-network", "read-only"]))})`],
        [scope.vocabulary.data.some(({ name }) => name === "words") ? 1 : 0, () => 'filter("region", words)'],
      ]);
    return draw.times(1, 2, one).join(", ");
  }

  #name(
    letter: string,
    unique: boolean,
  ): { readonly name: string; readonly qualified: string; readonly file: number } {
    const file = this.#draw.int(0, this.#files.length - 1);
    const scope = unique ? "" : String(file);
    const count = this.#counts.get(letter + scope) ?? 0;
    this.#counts.set(letter + scope, count + 1);
    const module = this.#files[file] as string;
    // Without a module, or where two files have one module, only a name of its own tells them apart.
    const name = unique
      ? `${letter}${count}`
      : module === "" || this.#isShared(module)
        ? `${letter}${file}_${count}`
        : `${letter}${count}`;
    return { name, qualified: module === "" ? name : `${module}.${name}`, file };
  }
  #isShared(module: string): boolean {
    return this.#files.filter((each) => each === module).length > 1;
  }
  #add(text: string, file = this.#draw.int(0, this.#files.length - 1)): void {
    this.pieces.push({ file, text });
  }
}

interface Drawn {
  readonly text: string;
  readonly hasUser: boolean;
}
interface Target {
  readonly written: readonly string[];
  readonly tools: readonly ToolInfo[];
  readonly channels: readonly string[];
}

function printTarget(target: Target, inside: string): string {
  return target.written.map((each) => `${each}${inside}`).join(", ");
}
function plainNumeric(scope: Scope): string {
  const { draw } = scope;
  for (let i = 0; i < 5; i++) {
    const made = numeric(scope, 1);
    if (made.guards.length === 0) return made.text;
  }
  return String(draw.int(0, 5));
}
function block(clauses: readonly string[]): string {
  return `{\n  ${clauses.filter((clause) => clause !== "").join("\n  ")}\n}`;
}
function stamp(at: number): string {
  return new Date(at).toISOString().replace(".000", "");
}
