/** Conditions: well typed, every construct of the language, with guards where something may be absent. */
import type { RecordType, Type } from "../../src/values/type.js";
import type { Draw } from "./draw.js";
import { literal, printNumber, printType, quote, START } from "./generate-values.js";
import { field, type ToolInfo, type Vocabulary } from "./generate-vocabulary.js";

/** Something that can be read: how it is written, and what must be there first. */
export interface Readable {
  readonly path: string;
  readonly type: Type;
  readonly guards: readonly string[];
}
export interface Scope {
  readonly draw: Draw;
  readonly vocabulary: Vocabulary;
  readonly readables: readonly Readable[];
  /** Arguments as wholes and in parts, for `labels_of`, `stated` and `same`. */
  readonly args: readonly Readable[];
  readonly tools: readonly ToolInfo[];
  /** Whether session, transaction and history may be asked for. */
  readonly state: boolean;
  readonly txnSure: boolean;
  readonly isDefine: boolean;
  /** Whether `texts(args)` may be read: in a deny, require or limit on tools. */
  readonly texts: boolean;
  /** Quantifiers are not nested: their worst case would be refused. */
  readonly inQuantifier: boolean;
  depth: number;
  names: number;
}

const number = { kind: "number" } as const;

/** What may be read where a rule reaches these tools. Without tools (a channel, a define) there are no arguments. */
export function scopeFor(
  draw: Draw,
  vocabulary: Vocabulary,
  about: {
    readonly tools: readonly ToolInfo[];
    readonly channel: boolean;
    readonly hasUser: boolean;
    readonly inside: boolean;
    readonly texts?: boolean;
    readonly params?: readonly Readable[];
  },
): Scope {
  const isDefine = about.params !== undefined;
  const args = isDefine || about.channel ? [] : sharedArguments(about.tools);
  const user = about.hasUser ? [] : ["user"];
  const roots: Readable[] = [
    ...recordOf("user", vocabulary.user, user),
    { path: "user.id", type: { kind: "text", max: 4096 }, guards: user },
    { path: "user.acr", type: { kind: "text", max: 4096 }, guards: [...user, "user.acr"] },
    { path: "user.auth_time", type: { kind: "time" }, guards: [...user, "user.auth_time"] },
    { path: "user.groups", type: { kind: "set", of: { kind: "text", max: 4096 }, max: 256 }, guards: user },
    { path: "user.scopes", type: { kind: "set", of: { kind: "text", max: 4096 }, max: 256 }, guards: user },
    ...recordOf("agent", vocabulary.agent, []),
    { path: "agent.owner", type: { kind: "text", max: 4096 }, guards: ["agent.owner"] },
    { path: "agent.scopes", type: { kind: "set", of: { kind: "text", max: 4096 }, max: 256 }, guards: [] },
    { path: "chain.depth", type: { kind: "int", min: 0 }, guards: [] },
    ...recordOf("context", vocabulary.context, []),
  ];
  if (!about.channel) {
    roots.push(
      { path: "tool.tier", type: { kind: "int", min: 1, max: 3 }, guards: [] },
      { path: "tool.irreversible", type: { kind: "bool" }, guards: [] },
      { path: "tool.action", type: { kind: "union", options: ["read", "write", "admin"] }, guards: [] },
    );
  }
  return {
    draw,
    vocabulary,
    readables: [...args.filter(({ type }) => type.kind !== "json"), ...(about.params ?? []), ...roots],
    args,
    tools: about.tools,
    state: true,
    txnSure: about.inside,
    isDefine,
    texts: about.texts === true && about.tools.length > 0 && !about.channel,
    inQuantifier: false,
    depth: 0,
    names: 0,
  };
}

function sharedArguments(tools: readonly ToolInfo[]): Readable[] {
  const [first, ...rest] = tools;
  if (first === undefined) return [];
  return first.args.fields.flatMap((own) => {
    const others = rest.map((tool) => tool.args.fields.find((each) => each.name === own.name));
    const all = [own, ...others];
    if (all.some((each) => each === undefined || each.advisory)) return [];
    const guards = all.some((each) => each?.optional) ? [`args.${own.name}`] : [];
    const whole: Readable = { path: `args.${own.name}`, type: own.type, guards };
    return own.type.kind === "record" ? [whole, ...recordOf(whole.path, own.type, guards)] : [whole];
  });
}
function recordOf(path: string, type: RecordType, guards: readonly string[]): Readable[] {
  return type.fields
    .filter((each) => !each.advisory)
    .map((each) => ({
      path: `${path}.${each.name}`,
      type: each.type,
      guards: each.optional ? [...guards, `${path}.${each.name}`] : guards,
    }));
}

/** A condition that holds only where its guards do: as a conjunction, or as an implication. */
function guarded(draw: Draw, guards: readonly string[], condition: string): string {
  if (guards.length === 0) return condition;
  if (draw.chance(0.75)) {
    const parts = [...guards.map((guard) => `has ${guard}`), condition];
    return `(${(draw.chance(0.1) ? parts.reverse() : parts).join(" and ")})`;
  }
  return `(${[...guards.map((guard) => `not has ${guard}`), condition].join(" or ")})`;
}

export function condition(scope: Scope): string {
  const { draw } = scope;
  scope.depth++;
  const deep = scope.depth > 3;
  const made = draw.weighted<string>([
    [deep ? 0 : 3, () => `(${condition(scope)} and ${condition(scope)})`],
    [deep ? 0 : 3, () => `(${condition(scope)} or ${condition(scope)})`],
    [deep ? 0 : 1.5, () => `not (${condition(scope)})`],
    [12, () => aboutReadable(scope)],
    [2, () => comparison(scope)],
    [1.5, () => aboutTime(scope)],
    [1.5, () => aboutNames(scope)],
    [scope.state ? 4 : 0, () => aboutState(scope)],
    // Inside a quantifier a search costs as often as that has elements, which is refused beyond a bound.
    [scope.texts ? (scope.inQuantifier ? 0.1 : 1) : 0, () => aboutTexts(scope)],
    [1, () => aboutData(scope)],
    [scope.vocabulary.defines.length > 0 ? 1.5 : 0, () => useDefine(scope)],
    [0.5, () => draw.pick(["true", "false"])],
  ]);
  scope.depth--;
  return made;
}

function aboutReadable(scope: Scope): string {
  const { draw } = scope;
  // Arguments are what policies are mostly about.
  const args = scope.readables.filter(({ path }) => !/^(user|agent|chain|context|tool)\./.test(path));
  const readable = draw.pick(args.length > 0 && draw.chance(0.7) ? args : scope.readables);
  const last = readable.guards.at(-1);
  if (last === readable.path && draw.chance(0.2)) {
    return guarded(draw, readable.guards.slice(0, -1), `has ${readable.path}`);
  }
  const fallback =
    last === readable.path && readable.guards.length === 1 ? literal(draw, readable.type) : undefined;
  if (fallback !== undefined && draw.chance(0.35)) {
    return relation(scope, `(${readable.path} else ${fallback})`, widened(readable.type));
  }
  return guarded(draw, readable.guards, relation(scope, readable.path, readable.type));
}

/** A type as wide as a fallback may have made it. */
function widened(type: Type): Type {
  if (type.kind === "text") return { kind: "text", max: 4096 };
  if (type.kind === "int" || type.kind === "number") return { kind: type.kind };
  return type;
}

/** Something that is true or false of a value that is there. */
export function relation(scope: Scope, of: string, type: Type): string {
  const { draw } = scope;
  const equals = (value: string): string => `${of} ${draw.pick(["==", "!="])} ${value}`;
  switch (type.kind) {
    case "bool":
      return draw.pick([of, `not ${of}`, `${of} == true`]);
    case "int":
    case "number":
      return ordered(draw, of, type);
    case "duration":
    case "time":
      return `${of} ${draw.pick(["<", "<=", ">", ">=", "==", "!="])} ${literal(draw, type)}`;
    case "text":
      return aboutText(scope, of, type);
    case "union":
      return draw.pick([
        equals(literal(draw, type) as string),
        `${of} in [${type.options.slice(0, 2).map(quote).join(", ")}]`,
        `${of} like "${draw.pick(["a*", "*", "b", "re**"])}"`,
      ]);
    case "email":
      return draw.weighted([
        [2, () => equals(literal(draw, type) as string)],
        [1, () => relation(scope, `${of}.domain`, { kind: "domain" })],
        [1, () => aboutText(scope, `${of}.local`, { kind: "text", max: 4096 })],
      ]);
    case "url":
      return draw.weighted([
        [1, () => equals(literal(draw, type) as string)],
        [2, () => relation(scope, `${of}.host`, { kind: "domain" })],
        [1, () => `${of}.scheme == "https"`],
        [1, () => relation(scope, `${of}.path`, { kind: "path" })],
      ]);
    case "domain":
      return draw.weighted([
        [2, () => equals(literal(draw, type) as string)],
        [
          2,
          () =>
            `${of} like ${quote(draw.pick(["*.com", "**.com", "*.acme.com", "**", "acme.*", "evil.org"]))}`,
        ],
        [1, () => `${of} matches ${quote("(?:[a-z]+\\.)*com")}`],
        [has(scope, "ours") ? 2 : 0, () => `${of} ${draw.pick(["in", "not in"])} ours`],
      ]);
    case "path":
      return draw.weighted([
        [1, () => equals(literal(draw, type) as string)],
        [2, () => `under(${of}, ${quote(draw.pick(["/srv/work", "/", "/etc"]))})`],
        [2, () => `${of} like ${quote(draw.pick(["/srv/*", "/srv/**", "**/a", "/*/*/*"]))}`],
      ]);
    case "ip":
      return draw.weighted([
        [1, () => equals(literal(draw, type) as string)],
        [
          3,
          () =>
            `${of} ${draw.pick(["in", "not in"])} ${quote(draw.pick(["10.0.0.0/8", "192.168.0.0/16", "::/0", "2001:db8::/32"]))}`,
        ],
      ]);
    case "list":
    case "set":
      return aboutMany(scope, of, type);
    case "map":
      return aboutMap(scope, of, type.of);
    case "record": {
      const part = draw.pick(type.fields.filter((each) => !each.advisory));
      const path = `${of}.${part.name}`;
      const inner = relation(scope, path, part.type);
      return part.optional ? guarded(draw, [path], inner) : inner;
    }
    default:
      return "true";
  }
}

function ordered(draw: Draw, of: string, type: Type & { kind: "int" | "number" }): string {
  const { min = -Infinity, max = Infinity } = type;
  const at = Math.min(Number.isFinite(max) ? max - 1 : 12, Math.max(min + 1, draw.int(0, 12)));
  const value = type.kind === "number" && draw.chance(0.3) ? printNumber(at + 0.25) : String(at);
  return `${of} ${draw.pick(["<", "<=", ">", ">=", "==", "!="])} ${value}`;
}

function aboutText(scope: Scope, of: string, type: Type & { kind: "text" }): string {
  const { draw } = scope;
  return draw.weighted([
    [3, () => `${of} ${draw.pick(["==", "!="])} ${literal(draw, type)}`],
    [2, () => `${of} like ${quote(draw.pick(["a*", "*", "**", "INC-*", "x *", "*b", "C-1***1"]))}`],
    [1.5, () => `${of} matches ${quote(draw.pick(["[a-z]+", ".*", "INC-[0-9]+", "(?:a|b)?", "\\w* ?y"]))}`],
    [1, () => `${of} finds ${quote(draw.pick(["[a-z].[a-z]", "C-[0-9]{2}", "^a", "1$", "é|y", "z{9}"]))}`],
    [1, () => `size(${of}) ${draw.pick(["<", ">=", "!="])} ${draw.int(1, 6)}`],
    [1, () => `lower(${of}) == ${quote(draw.pick(["a", "inc-1", ""]))}`],
    [
      1.5,
      () =>
        `${draw.pick(["contains", "starts_with", "ends_with"])}(${of}, ${quote(draw.pick(["a", "C", "1", "INC-1", "\n", "é"]))})`,
    ],
    [has(scope, "words") && !scope.inQuantifier ? 1 : 0, () => `${of} ${draw.pick(["in", "not in"])} words`],
    [1, () => `${of} in [${literal(draw, type)}, ${literal(draw, type)}]`],
  ]);
}

function aboutMany(scope: Scope, of: string, type: Type & { kind: "list" | "set" }): string {
  const { draw } = scope;
  const item = literal(draw, type.of);
  return draw.weighted([
    [3, () => quantified(scope, of, type.of)],
    [1, () => `size(${of}) ${draw.pick(["<", "<=", ">", "=="])} ${draw.int(1, 3)}`],
    [item === undefined ? 0 : 2, () => `${item} ${draw.pick(["in", "not in"])} ${of}`],
    [1, () => `${of} == ${of}`],
  ]);
}
function quantified(scope: Scope, over: string, of: Type): string {
  const { draw } = scope;
  if (scope.inQuantifier) return `size(${over}) != ${draw.int(0, 2)}`;
  const name = `v${scope.names++}`;
  const inner = { ...scope, depth: scope.depth + 1, inQuantifier: true };
  const body = draw.chance(0.6)
    ? relation(scope, name, of)
    : `(${relation(scope, name, of)} ${draw.pick(["and", "or"])} ${condition(inner)})`;
  scope.names = Math.max(scope.names, inner.names);
  return `${draw.pick(["some", "all"])} ${name} in ${over} { ${body} }`;
}

function aboutMap(scope: Scope, of: string, element: Type): string {
  const { draw } = scope;
  const key = `${of}["${draw.pick(["k", "kind", "é", "constructor", "__proto__"])}"]`;
  return draw.weighted([
    [2, () => guarded(draw, [key], relation(scope, key, element))],
    [1, () => `has ${key}`],
    [1, () => `(${key} else "none") == ${quote(draw.pick(["a", "none"]))}`],
    [1, () => `"k" in keys(${of})`],
    [1, () => quantified(scope, `values(${of})`, element)],
    [1, () => `size(${of}) < 2`],
  ]);
}

/** Two numbers, durations or times compared, with arithmetic that may overflow. */
function comparison(scope: Scope): string {
  const { draw } = scope;
  const left = numeric(scope, 0);
  const right = numeric(scope, 0);
  const guards = [...new Set([...left.guards, ...right.guards])];
  return guarded(draw, guards, `${left.text} ${draw.pick(["<", "<=", ">", ">="])} ${right.text} + 0.5`);
}
interface Numeric {
  readonly text: string;
  readonly guards: readonly string[];
}
export function numeric(scope: Scope, depth: number): Numeric {
  const { draw } = scope;
  const numbers = scope.readables.filter(({ type }) => type.kind === "int" || type.kind === "number");
  return draw.weighted<Numeric>([
    [4, () => pickNumber(draw, numbers)],
    [2, () => ({ text: literal(draw, number) as string, guards: [] })],
    [has(scope, "cap") ? 1 : 0, () => ({ text: "cap", guards: [] })],
    [0.8, () => ({ text: "9_007_199_254_740_991", guards: [] })],
    [
      depth > 2 ? 0 : 3,
      () => {
        const [left, right] = [numeric(scope, depth + 1), numeric(scope, depth + 1)];
        return {
          text: `(${left.text} ${draw.pick(["+", "-", "*"])} ${right.text})`,
          guards: [...left.guards, ...right.guards],
        };
      },
    ],
    [
      depth > 2 ? 0 : 0.5,
      () => {
        const inner = numeric(scope, depth + 1);
        return { text: `-(${inner.text} + 1)`, guards: inner.guards };
      },
    ],
  ]);
}
function pickNumber(draw: Draw, numbers: readonly Readable[]): Numeric {
  const found = draw.pick(numbers);
  return { text: found.path, guards: found.guards };
}

function aboutTime(scope: Scope): string {
  const { draw } = scope;
  const stamp = literal(draw, { kind: "time" });
  const times = scope.readables.filter(({ type }) => type.kind === "time");
  return draw.weighted([
    [2, () => `now ${draw.pick(["<", ">="])} ${stamp}`],
    [has(scope, "season") ? 2 : 0, () => `now ${draw.pick(["in", "not in"])} season`],
    [
      1,
      () =>
        `weekday(now, ${quote(draw.pick(["Europe/Berlin", "UTC", "Asia/Tokyo"]))}) ${draw.pick(["==", "!="])} "fri"`,
    ],
    [1, () => `minute(now, "Asia/Kolkata") ${draw.pick(["<", ">="])} ${draw.int(10, 50)}`],
    [0.5, () => `minute(now + 99999999d, "UTC") == 1`],
    [1, () => `hour(now, "America/New_York") ${draw.pick(["<", ">="])} ${draw.int(6, 14)}`],
    [
      times.length > 0 ? 2 : 0,
      () => {
        const { path, guards } = draw.pick(times);
        return guarded(
          draw,
          guards,
          `now - ${path} ${draw.pick(["<", ">="])} ${draw.pick(["5m", "1d", "0ms"])}`,
        );
      },
    ],
    [1, () => `now + ${draw.pick(["1h", "2 * 5m", "1d"])} > ${stamp}`],
    [0.5, () => `now + 104249991d > now`],
    [0.5, () => `weekday(now + 99999999d, "UTC") == "mon"`],
  ]);
}

/** Conditions on texts that name something of the bundle. */
function aboutNames(scope: Scope): string {
  const { draw, vocabulary } = scope;
  const user = scope.readables.find(({ path }) => path === "user.id")?.guards ?? [];
  const isChannel = !scope.readables.some(({ path }) => path === "tool.tier");
  return draw.weighted([
    [
      3,
      () =>
        guarded(
          draw,
          user,
          `${quote(writtenRole(draw, vocabulary))} ${draw.pick(["in", "not in"])} user.roles`,
        ),
    ],
    [1, () => guarded(draw, user, `user.id == ${quote(draw.pick(["ana", "bo"]))}`)],
    [1, () => `agent.id ${draw.pick(["==", "!="])} ${quote(draw.pick(vocabulary.agents).name)}`],
    [1, () => `some h${scope.names++} in chain.hops { h${scope.names - 1}.type == "user" }`],
    [1, () => `all h${scope.names++} in chain.hops { "crm" in h${scope.names - 1}.scopes }`],
    [isChannel ? 0 : 1, () => `${quote(draw.pick(vocabulary.tags))} in tool.tags`],
    [isChannel ? 0 : 1, () => `tool.name == ${quote(draw.pick(vocabulary.tools).name)}`],
  ]);
}

/** A role's name as an author may write it: bare where it is unique, or in full. */
function writtenRole(draw: Draw, vocabulary: Vocabulary): string {
  return draw.pick([...vocabulary.roles, ...vocabulary.roleIds]);
}

/** Types with values that are not remembered: `stated` of one does not compile. */
const NEVER_STATED: ReadonlySet<Type["kind"]> = new Set([
  "bool",
  "duration",
  "time",
  "span",
  "label",
  "json",
  "map",
]);

function aboutState(scope: Scope): string {
  const { draw, vocabulary } = scope;
  const label = draw.pick(vocabulary.labels);
  const within = draw.pick(["in", "not in"]);
  const arg = draw.maybe(scope.args);
  const named = draw.maybe(scope.args.filter(({ type }) => !NEVER_STATED.has(type.kind)));
  const txn = (inner: string): string => (scope.txnSure ? inner : guarded(draw, ["txn"], inner));
  const kinds = vocabulary.transactions.map(({ name }) => name);
  return draw.weighted([
    [4, () => `${label} ${within} session.labels`],
    [2, () => `session.steps ${draw.pick(["<", ">="])} ${draw.int(1, 4)}`],
    [2, () => `${label} ${within} labels`],
    [1, () => `some l${scope.names++} in session.labels { l${scope.names - 1} == ${label} }`],
    [1, () => txn(`txn.steps ${draw.pick(["<", ">="])} ${draw.int(1, 3)}`)],
    [1, () => txn(`txn.age < ${draw.pick(["1m", "5m"])}`)],
    [scope.txnSure ? 0 : 1, () => "has txn"],
    [kinds.length > 0 ? 1 : 0, () => txn(`txn.kind == ${quote(draw.pick(kinds))}`)],
    [named === undefined ? 0 : 3, () => guarded(draw, named?.guards ?? [], `stated(${named?.path})`)],
    [
      arg === undefined ? 0 : 3,
      () => guarded(draw, arg?.guards ?? [], `${label} ${within} labels_of(${arg?.path})`),
    ],
    [scope.isDefine ? 1 : 3, () => prior(scope)],
  ]);
}

function prior(scope: Scope): string {
  const { draw, vocabulary } = scope;
  const [own, ...others] = scope.tools;
  const isOwn = own !== undefined && others.length === 0 && draw.chance(0.4);
  const tool = isOwn ? own : draw.pick(vocabulary.tools);
  if (isOwn && draw.chance(0.6)) {
    const same = draw.pick(["args", "(args, user)", "(args)"]);
    return `prior ${tool.name} ${draw.pick(["", "ok ", "denied "])}within ${draw.pick(["1m", "1d"])} same ${same}`;
  }
  const shared = scope.args.filter(
    ({ path, type }) =>
      type.kind !== "json" && tool.args.fields.some((each) => `args.${each.name}` === path && !each.advisory),
  );
  const keys = draw.some(["user", "session", "agent", "tenant", ...shared.map(({ path }) => path)], 1, 2);
  const same = keys.length === 1 && draw.chance(0.5) ? keys[0] : `(${keys.join(", ")})`;
  const status = draw.pick(["", "ok ", "failed ", "denied "]);
  const guards = [
    ...new Set(shared.filter(({ path }) => keys.includes(path)).flatMap((each) => each.guards)),
  ];
  return guarded(
    draw,
    guards,
    `prior ${tool.name} ${status}within ${draw.pick(["1m", "10m", "1d"])} same ${same}`,
  );
}

/** What is looked for anywhere in the arguments. */
function aboutTexts(scope: Scope): string {
  const { draw } = scope;
  const word = quote(draw.pick(["a", "INC-1", "k", "__proto__", "acme.com", "z"]));
  if (scope.inQuantifier) return `${word} ${draw.pick(["in", "not in"])} texts(args)`;
  const name = `v${scope.names++}`;
  return draw.pick([
    `${word} in texts(args)`,
    `some ${name} in texts(args) { ${draw.pick(["contains", "starts_with"])}(${name}, ${word}) }`,
    `all ${name} in texts(args) { size(${name}) < ${draw.int(2, 9)} }`,
    `size(texts(args)) ${draw.pick(["<", ">="])} ${draw.int(1, 6)}`,
  ]);
}

function aboutData(scope: Scope): string {
  const { draw } = scope;
  const usable = scope.vocabulary.data.filter(({ type }) => type.kind !== "span");
  const data = draw.maybe(usable);
  return data === undefined ? "true" : relation(scope, data.name, data.type);
}

/** Types that a define takes. */
export const PARAMETERS: readonly Type[] = [
  { kind: "number" },
  { kind: "text", max: 4096 },
  { kind: "list", of: { kind: "email" }, max: 4 },
  { kind: "duration" },
  { kind: "set", of: { kind: "text", max: 12 }, max: 4 },
];
export function parameter(index: number, type: Type): Readable {
  return { path: `p${index}`, type, guards: [] };
}
export function printParameter({ path, type }: Readable): string {
  return `${path}: ${type.kind === "text" ? "text" : printType(type)}`;
}

function useDefine(scope: Scope): string {
  const { draw, vocabulary } = scope;
  const define = draw.pick(vocabulary.defines);
  const guards: string[] = [];
  const args = define.params.map((type) => {
    const fitting = scope.readables.filter((each) => assignable(each.type, type));
    const found = draw.maybe(fitting, 0.7);
    if (found !== undefined) guards.push(...found.guards);
    return found?.path ?? literal(draw, type) ?? undefined;
  });
  if (args.includes(undefined)) return "true";
  const call = args.length === 0 ? define.name : `${define.name}(${args.join(", ")})`;
  return guarded(draw, [...new Set(guards)], call);
}
function assignable(from: Type, to: Type): boolean {
  if (to.kind === "number") return from.kind === "int" || from.kind === "number";
  if (to.kind === "text") return from.kind === "text" || from.kind === "union";
  if (from.kind !== to.kind) return false;
  return !("of" in to) || !("of" in from) || (from.max <= to.max && from.of.kind === to.of.kind);
}

function has(scope: Scope, data: string): boolean {
  return scope.vocabulary.data.some(({ name }) => name === data);
}

export { field, START };
