/** What a generated bundle has: labels, tools, agents, data and the rest that rules speak of. */
import type { FieldType, RecordType, Type } from "../../src/values/type.js";
import type { Draw } from "./draw.js";
import {
  DOMAINS,
  literal,
  printNumber,
  printRecord,
  printType,
  quote,
  START,
  TEXTS,
} from "./generate-values.js";

/** One declaration: `file` is the index of the file it stands in. */
export interface Piece {
  readonly file: number;
  readonly text: string;
}
export interface ToolInfo {
  readonly name: string;
  readonly wire: string;
  readonly action: "read" | "write" | "admin";
  readonly tier: 1 | 2 | 3;
  readonly irreversible: boolean;
  readonly tags: readonly string[];
  readonly args: RecordType;
  readonly result: RecordType | undefined;
  readonly scope: string | undefined;
  /** The tool that undoes it. */
  readonly undo: string | undefined;
}
export interface AgentInfo {
  readonly name: string;
  readonly acts: "for-user" | "alone";
  readonly invokedBy: readonly string[];
  /** Minutes. */
  readonly credential: number | undefined;
}
export interface DataInfo {
  readonly name: string;
  readonly type: Type;
}
export interface DefineInfo {
  readonly name: string;
  readonly params: readonly Type[];
}
export interface TransactionInfo {
  readonly name: string;
  readonly tools: readonly string[];
  readonly confirmPlan: boolean;
  /** Tools of its steps in an order that it takes. */
  readonly path: readonly string[];
}
/** Everything that rules and requests may name. */
export interface Vocabulary {
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  readonly levels: readonly string[];
  readonly roles: readonly string[];
  /** Roles written out in full. */
  readonly roleIds: readonly string[];
  readonly tools: readonly ToolInfo[];
  readonly channels: readonly string[];
  readonly agents: readonly AgentInfo[];
  readonly data: readonly DataInfo[];
  readonly defines: DefineInfo[];
  readonly approvals: readonly string[];
  readonly transactions: TransactionInfo[];
  readonly user: RecordType;
  readonly agent: RecordType;
  readonly context: RecordType;
}

const plain = { labels: [], advisory: false };
const field = (name: string, type: Type, extra: Partial<FieldType> = {}): FieldType => ({
  name,
  wire: name,
  optional: false,
  type,
  ...plain,
  ...extra,
});
const record = (fields: readonly FieldType[], name?: string): RecordType => ({
  kind: "record",
  ...(name === undefined ? {} : { name }),
  fields,
});
const text = (max: number): Type => ({ kind: "text", max });

export const MESSAGE = record(
  [
    field("to", { kind: "list", of: { kind: "email" }, max: 3 }),
    field("subject", text(40)),
    field("body", text(200), { optional: true, labels: ["pii"] }),
    field("memo", text(60), { optional: true, advisory: true }),
  ],
  "Message",
);

/** The same to a policy, and another thing on the wire. */
const LETTER = record([
  field("to", { kind: "list", of: { kind: "email" }, max: 3 }, { wire: "rcpt" }),
  field("subject", text(60)),
  field("body", text(200), { optional: true }),
  field("memo", text(60), { optional: true, advisory: true }),
]);

/** Arguments by name; those of one name have one type, so that tools share them. */
const POOL: readonly FieldType[] = [
  field("amount", { kind: "number", min: 0, max: 10_000 }),
  field("ratio", { kind: "number" }),
  field("count", { kind: "int", min: 0, max: 100 }),
  field("big", { kind: "int" }),
  field("flag", { kind: "bool" }),
  field("mode", { kind: "union", options: ["a", "b", "c"] }),
  field("subject", text(40)),
  field("blob", text(20_000)),
  field("customer", { kind: "text", min: 1, max: 24 }),
  field("recipient", text(32)),
  field("at", { kind: "time" }),
  field("ttl", { kind: "duration" }),
  field("to", { kind: "email" }),
  field("cc", { kind: "list", of: { kind: "email" }, max: 4 }),
  field("link", { kind: "url" }),
  field("host", { kind: "domain" }),
  field("file", { kind: "path" }),
  field("work", { kind: "path", root: "/srv/work" }),
  field("addr", { kind: "ip" }),
  field("names", { kind: "set", of: text(12), max: 4 }),
  field("nums", { kind: "list", of: { kind: "int", min: 0, max: 9 }, max: 5 }),
  field("meta", { kind: "map", of: text(20), max: 4 }),
  field("message", MESSAGE),
  field("raw", { kind: "json" }),
];
const NOTE = field("note", text(60), { optional: true, advisory: true });
const DEFAULTS: Readonly<Record<string, FieldType["default"]>> = {
  amount: 5,
  count: 1,
  flag: true,
  mode: "a",
};

function drawField(draw: Draw, from: FieldType): FieldType {
  const given = DEFAULTS[from.name];
  const labels = draw.chance(0.15) ? [draw.pick(["pii", "secret", "internal"])] : [];
  const wire = draw.chance(0.1) ? `x-${from.name}` : from.name;
  if (given !== undefined && draw.chance(0.3)) return { ...from, labels, wire, default: given };
  return { ...from, labels, wire, optional: draw.chance(0.3) };
}

function drawTool(draw: Draw, index: number): ToolInfo {
  const action = draw.weighted<ToolInfo["action"]>([
    [5, () => "read"],
    [5, () => "write"],
    [1, () => "admin"],
  ]);
  const name = `${draw.pick(["crm", "pay", "ops"])}.t${index}`;
  const fields = draw
    .some(POOL, 0, 5)
    .map((from) => (from.name === "message" && draw.chance(0.3) ? { ...from, type: LETTER } : from))
    .map((from) => drawField(draw, from));
  if (draw.chance(0.25)) fields.push(NOTE);
  const result = record([
    field("account", text(64), { optional: true }),
    field("owner", { kind: "email" }, { optional: true, labels: draw.some(["untrusted", "pii"], 0, 1) }),
    field("note", text(200), { optional: true, labels: ["untrusted"] }),
  ]);
  return {
    name,
    wire: draw.chance(0.2) ? `mcp/t${index}` : name,
    action,
    tier: action === "read" ? draw.pick([1, 1, 1, 2]) : draw.pick([2, 3]),
    irreversible: action !== "read" && draw.chance(0.25),
    tags: draw.some(["external", "money"], 0, 1),
    args: record(fields),
    result: draw.chance(0.4) ? result : undefined,
    scope: draw.chance(0.08) ? draw.pick(["refund", "crm"]) : undefined,
    undo: undefined,
  };
}

function printTool(draw: Draw, tool: ToolInfo): string {
  const wire = tool.wire === tool.name ? "" : ` as ${quote(tool.wire)}`;
  const accepts = draw.weighted([
    [7, () => "accepts any"],
    [0.6, () => "accepts nothing"],
    [3, () => `accepts ${draw.some(["internal", "pii", "secret", "untrusted"], 1, 3).join(", ")}`],
    [1, () => (tool.tags.length > 0 ? "accepts any" : "")],
  ]);
  const yields = draw.weighted([
    [3, () => "yields nothing"],
    [3, () => `yields ${draw.some(["internal", "pii", "secret", "untrusted"], 1, 2).join(", ")}`],
    [1, () => ""],
  ]);
  const lines = [
    `title ${quote(`Tool ${tool.name}`)}`,
    `action ${tool.action}${tool.irreversible ? " irreversible" : tool.undo === undefined ? "" : ` undo ${tool.undo}`}`,
    `tier ${tool.tier}`,
    `args ${printRecord(tool.args)}`,
    tool.result === undefined ? "" : `result ${printType(tool.result)}`,
    accepts,
    yields,
    tool.tags.length === 0 ? "" : `tags ${tool.tags.join(", ")}`,
    tool.scope === undefined ? "" : `scope ${quote(tool.scope)}`,
    draw.chance(0.3) ? `timeout ${draw.pick(["500ms", "5s", "20s"])}` : "",
  ];
  return `tool ${tool.name}${wire} {\n  ${lines.filter((line) => line !== "").join("\n  ")}\n}`;
}

/** Tools of which some undo others. */
function drawTools(draw: Draw, least: number, most: number): ToolInfo[] {
  const tools = draw.times(least, most, (index) => drawTool(draw, index));
  const writes = tools.filter(({ action }) => action !== "read");
  return tools.map((tool) => {
    if (tool.action === "read" || tool.irreversible || !draw.chance(0.5)) return tool;
    return { ...tool, undo: draw.maybe(writes.filter((other) => other !== tool))?.name };
  });
}

function drawAgents(draw: Draw, isLarge: boolean): AgentInfo[] {
  const credential = (): number | undefined => (draw.chance(0.25) ? draw.pick([5, 15]) : undefined);
  const agents: AgentInfo[] = [
    { name: "bot", acts: "for-user", invokedBy: [], credential: credential() },
    { name: "sub", acts: "for-user", invokedBy: ["bot"], credential: credential() },
  ];
  if (draw.chance(0.7))
    agents.push({ name: "night", acts: "alone", invokedBy: [], credential: credential() });
  if (draw.chance(0.3))
    agents.push({ name: "worker", acts: "alone", invokedBy: ["night"], credential: undefined });
  if (isLarge) {
    const more = draw.times(6, 12, (index): AgentInfo => {
      const acts = draw.chance(0.8) ? "for-user" : "alone";
      return { name: `a${index}`, acts, invokedBy: [], credential: undefined };
    });
    agents.push(...more);
  }
  return agents.filter(({ name }) => name !== "worker" || agents.some((agent) => agent.name === "night"));
}
function printAgent(draw: Draw, agent: AgentInfo): string {
  const parts = [
    `title ${quote(agent.name)}`,
    draw.chance(0.6) ? `owner ${quote(`team:${agent.name}`)}` : "",
    agent.acts === "for-user" ? "acts for user" : "acts alone",
    agent.invokedBy.length === 0 ? "" : `invoked by ${agent.invokedBy.join(", ")}`,
    agent.credential === undefined ? "" : `credential ${agent.credential}m`,
  ];
  return `agent ${agent.name} { ${parts.filter((part) => part !== "").join(" ")} }`;
}

const DATA: readonly (DataInfo & { readonly value: (draw: Draw) => string })[] = [
  { name: "cap", type: { kind: "number" }, value: (draw) => printNumber(draw.pick([0.5, 10, 100, 2500])) },
  { name: "few", type: { kind: "int" }, value: (draw) => String(draw.int(0, 5)) },
  { name: "open", type: { kind: "bool" }, value: (draw) => draw.pick(["true", "false"]) },
  {
    name: "ours",
    type: { kind: "set", of: { kind: "domain" }, max: 256 },
    value: (draw) => `[${draw.some(DOMAINS.slice(0, 3), 1, 2).map(quote).join(", ")}]`,
  },
  {
    name: "words",
    type: { kind: "set", of: text(4096), max: 256 },
    value: (draw) => `[${draw.some(TEXTS, 0, 4).map(quote).join(", ")}]`,
  },
  {
    name: "limits",
    type: { kind: "list", of: { kind: "int" }, max: 256 },
    value: (draw) => `[${draw.times(1, 3, () => draw.int(0, 9)).join(", ")}]`,
  },
  {
    name: "season",
    type: { kind: "span" },
    value: (draw) => {
      const from = START + draw.pick([-86_400_000, 0, 60_000]);
      const stamp = (at: number): string => new Date(at).toISOString().replace(".000", "");
      return `${stamp(from)} .. ${stamp(from + draw.pick([60_000, 3_600_000, 86_400_000]))}`;
    },
  },
  {
    name: "terms",
    type: record([field("most", { kind: "number" }), field("who", text(4096))]),
    value: (draw) => `{ most: ${draw.int(1, 100)}, who: ${quote(draw.pick(TEXTS))} }`,
  },
];

function printData(draw: Draw, data: (typeof DATA)[number]): string {
  const plainSet = data.type.kind === "set" || data.type.kind === "list";
  const type = plainSet
    ? `${data.type.kind}<${printSimple((data.type as { of: Type }).of)}>`
    : printSimple(data.type);
  return `data ${data.name}: ${type} = ${data.value(draw)}`;
}
function printSimple(type: Type): string {
  if (type.kind === "record")
    return `{ ${type.fields.map((each) => `${each.name}: ${printSimple(each.type)}`).join(" ")} }`;
  return type.kind;
}

/** Draws the declarations that rules build on. */
export function drawVocabulary(
  draw: Draw,
  modules: readonly string[],
  isLarge = false,
): { readonly vocabulary: Vocabulary; readonly pieces: Piece[] } {
  const pieces: Piece[] = [];
  const files = modules.length;
  const add = (piece: string, file = draw.int(0, files - 1)): void => {
    pieces.push({ file, text: piece });
  };
  add("label internal");
  add(`label pii${draw.chance(0.7) ? " implies internal" : ""}`);
  add(`label secret${draw.chance(0.5) ? ` implies ${draw.pick(["internal", "pii"])}` : ""}`);
  add("label untrusted integrity");
  if (draw.chance(0.2)) add("label tainted integrity implies untrusted");
  add('tag external "Carries data out"');
  add("tag money");
  const levels = draw.chance(0.8) ? ["password", "mfa", "hardware"] : ["password", "mfa"];
  const acrs = ["aal1", "aal2", "aal3"];
  add(`assurance ${levels.map((level, i) => `${level} as ${quote(acrs[i] as string)}`).join(" < ")}`);
  // A name that two modules share is written out in full.
  const isShared = modules.length === 2 && modules[0] !== modules[1] && draw.chance(0.25);
  const clerks = isShared ? modules.map((module) => `${module}.clerk`) : ["clerk"];
  const inFull = (name: string, file: number): string =>
    modules[file] === "" ? name : `${modules[file]}.${name}`;
  const qualified = isShared ? "@qualified " : "";
  add(`${qualified}role clerk "Handles cases"`, 0);
  if (isShared) add(`${qualified}role clerk`, 1);
  add("role boss", 0);
  add("role auditor");
  add(`type Message = ${printRecord(MESSAGE)}`);
  const context = record([
    field("incident", text(24), { optional: true }),
    field("addr", { kind: "ip" }, { optional: true }),
    field("risk", { kind: "int", min: 0, max: 10 }, { optional: draw.chance(0.5), wire: "risk-score" }),
    field("seen", { kind: "time" }, { optional: true }),
  ]);
  const user = record([field("department", text(40), { optional: true })]);
  const agent = record([field("build", { kind: "int", min: 0, max: 9 }, { optional: true })]);
  add(`schema context ${printRecord(context)}`);
  add(`schema user ${printRecord(user)}`);
  add(`schema agent ${printRecord(agent)}`);
  const tools = isLarge ? drawTools(draw, 8, 12) : drawTools(draw, 3, 6);
  for (const tool of tools) add(printTool(draw, tool));
  const channels = draw.some(["prompt", "memory"], 0, 2);
  for (const channel of channels) {
    const accepts = draw.pick(["any", "internal, pii", "nothing", "internal, untrusted"]);
    add(
      `channel ${channel} accepts ${accepts}${draw.chance(0.5) ? ` yields ${draw.pick(["internal", "pii"])}` : ""}`,
    );
  }
  const agents = drawAgents(draw, isLarge);
  for (const each of agents) add(printAgent(draw, each));
  if (draw.chance(0.8)) add(`delegation { depth ${draw.pick([1, 2, 2, 2, 3])} }`);
  const data = draw.some(DATA, 2, DATA.length);
  for (const each of data) add(printData(draw, each));
  const approvals = draw.some(["pair", "single"], 1, 2);
  for (const name of approvals) {
    const parts = [
      `from role ${draw.some(["boss", "auditor"], 1, 2).join(", ")}${draw.chance(0.4) ? ` at ${draw.pick(levels)}` : ""}`,
      name === "pair" ? "quorum 2" : draw.pick(["", "quorum 1"]),
      `expires ${draw.pick(["10m", "1h"])}`,
      draw.chance(0.3) ? "uses 2" : "",
      draw.chance(0.15) ? "binds plan" : "",
    ];
    add(`approval ${name} { ${parts.filter((part) => part !== "").join(" ")} }`);
  }
  const vocabulary: Vocabulary = {
    labels: ["internal", "pii", "secret", "untrusted"],
    tags: ["external", "money"],
    levels,
    roles: [...clerks, "boss", "auditor"],
    roleIds: [inFull("clerk", 0), inFull("boss", 0)],
    tools,
    channels,
    agents,
    data,
    defines: [],
    approvals,
    transactions: [],
    user,
    agent,
    context,
  };
  return { vocabulary, pieces };
}

export { field, literal, POOL };
