/**
 * Compiles a checked bundle to decision programs: one per tool and channel, with the rules that can apply to it.
 * Deterministic; the result is immutable.
 */
import { createHash } from "node:crypto";
import type {
  Agent,
  ApprovalScheme,
  Channel,
  Exception,
  Limit,
  LimitKey,
  NameSpace,
  Program,
  Reach,
  Role,
  Rule,
  Tool,
  Transaction,
} from "../check/program.js";
import type { Span } from "../source/source.js";
import { compileNormaliser, compileOpenNormaliser, type Normalised } from "../values/normalise.js";
import type { RecordType, RecordValue } from "../values/type.js";
import { type Candidate, candidateOf, type Verb } from "./candidate.js";
import { CandidateIndex } from "./candidate-index.js";
import { type CompiledLimit, type CompiledRule, compileLimit, compileRule } from "./compiled-rule.js";
import { ExpressionCompiler } from "./expression.js";
import { priorCellName } from "./prior-key.js";

/** The decision program for calls of one tool, or sends through one channel. */
export interface TargetProgram {
  readonly kind: "tool" | "channel";
  readonly target: Tool | Channel;
  /** The tool; undefined for a channel. */
  readonly tool: Tool | undefined;
  /** The root `tool` of conditions. */
  readonly toolRoot: RecordValue;
  readonly normaliseArgs: (json: unknown) => Normalised;
  readonly args: RecordType | undefined;
  /** Rules and limits: its own and those that many targets share, including those in shadow. */
  readonly indexes: readonly CandidateIndex[];
  /** Exceptions that match this target, by the rule or limit they waive. */
  readonly exceptions: ReadonlyMap<string, CandidateIndex>;
  /** Cells that the `prior` expressions of the bundle's rules read about this tool. */
  readonly priorCells: readonly PriorCell[];
}

/** One cell that a call of a tool writes for `prior`. */
export interface PriorCell {
  readonly name: string;
  readonly keys: readonly LimitKey[];
  /** The longest age that any rule reads, ms. */
  readonly within: number;
  /** Whether any rule reads denials. */
  readonly denials: boolean;
}

/** A bundle ready to decide: one program per tool, and lookups by the names on the wire. */
export interface CompiledBundle {
  readonly program: Program;
  readonly revision: string;
  /** By name on the wire or in the catalogue. */
  target(kind: "tool" | "channel", name: string): TargetProgram | undefined;
  readonly tools: ReadonlyMap<string, TargetProgram>;
  readonly channels: ReadonlyMap<string, TargetProgram>;
  readonly limits: ReadonlyMap<string, CompiledLimit>;
  agent(name: string): Agent | undefined;
  /** Those that are declared, each once. */
  roles(names: readonly string[]): readonly Role[];
  /** Roles that a name may mean because several modules declare it, except those that are certainly held. */
  possibleRoles(names: readonly string[]): readonly Role[];
  /** A role as rules compare it: its id, in any spelling it was sent; an undeclared role as sent. */
  roleName(name: string): string;
  /** The id of a label by its name or its former full name; undefined if it is not declared. */
  label(name: string): string | undefined;
  /** The current id of a label in the state, stored under this id or its former full name; undefined for others. */
  heldLabel(id: string): string | undefined;
  /** A tool by its id, or by its former full name. */
  heldTool(id: string): Tool | undefined;
  scheme(id: string): ApprovalScheme | undefined;
  transaction(name: string): Transaction | undefined;
  /** Rank of an `acr` value; -1 for one that no level declares. */
  rankOfAcr(acr: string | undefined): number;
  /** Labels that carry `integrity`. */
  readonly integrityLabels: ReadonlySet<string>;
  /** Undeclared attributes of a user or an agent are ignored. */
  readonly userSchema: (json: unknown) => Normalised;
  readonly agentSchema: (json: unknown) => Normalised;
  readonly contextSchema: (json: unknown) => Normalised;
  readonly expressions: ExpressionCompiler;
  /** `file:line:column` of a place in the bundle. */
  readonly locate: (span: Span) => string;
}

const NO_ROLES: readonly Role[] = [];

/** Roles by a name that several modules declare. A full name means only that role. */
function twinRoles(program: Program): ReadonlyMap<string, readonly Role[]> {
  const named = new Map<string, Role[]>();
  for (const role of program.roles.values()) named.set(role.name, [...(named.get(role.name) ?? []), role]);
  return new Map([...named].filter(([, roles]) => roles.length > 1));
}

/** Compiles a program that has been checked. `revision` names it in every answer. */
export function compile(
  program: Program,
  revision: string,
  locate: (span: Span) => string = (span) => `${span.file}@${span.start}`,
): CompiledBundle {
  const expressions = new ExpressionCompiler(program);
  const limits = new Map(
    [...program.limits.values()].map((limit) => [limit.id, compileLimit(limit, program, expressions)]),
  );
  const rules = [...program.rules.values()].map((rule) => compileRule(rule, program, expressions));
  const exceptions = [...program.exceptions.values()].map((exception) =>
    compileRule(exception, program, expressions),
  );
  const { tools, channels } = targetPrograms(program, { rules: [...rules, ...limits.values()], exceptions });
  const byWire = new Map(
    [...program.tools.values()].map((tool) => [tool.wire, tools.get(tool.id) as TargetProgram]),
  );
  const resolve = cachedResolver(program);
  const twins = twinRoles(program);
  const renamed = renamedIn(program);
  const ranks = new Map(program.assurance.map((level) => [level.acr, level.rank]));
  return {
    program,
    revision,
    tools,
    channels,
    limits,
    target(kind, name) {
      if (kind === "channel") return channels.get(resolve("channel", name) ?? "");
      return byWire.get(name) ?? tools.get(resolve("tool", name) ?? "");
    },
    agent: (name) => program.agents.get(resolve("agent", name) ?? ""),
    roles(names) {
      const roles: Role[] = [];
      for (const name of names) {
        const role = program.roles.get(resolve("role", name) ?? "");
        // One role under two names is one role: a rule must not be found twice.
        if (role !== undefined && !roles.includes(role)) roles.push(role);
      }
      return roles;
    },
    possibleRoles(names) {
      if (twins.size === 0) return NO_ROLES;
      const held = new Set(names.map((name) => resolve("role", name)));
      return [...new Set(names.flatMap((name) => twins.get(name) ?? NO_ROLES))].filter(
        ({ id }) => !held.has(id),
      );
    },
    roleName: (name) => resolve("role", name) ?? name,
    label: (name) => resolve("label", name) ?? renamed.labels.get(name),
    heldLabel: (id) => (program.labels.has(id) ? id : renamed.labels.get(id)),
    heldTool: (id) => program.tools.get(id) ?? renamed.tools.get(id),
    scheme: (id) => program.approvals.get(id),
    transaction: (name) => program.transactions.get(resolve("transaction", name) ?? ""),
    rankOfAcr: (acr) => (acr === undefined ? -1 : (ranks.get(acr) ?? -1)),
    integrityLabels: new Set(
      [...program.labels.values()].filter((label) => label.integrity).map((label) => label.id),
    ),
    userSchema: compileOpenNormaliser(program.schemas.user),
    agentSchema: compileOpenNormaliser(program.schemas.agent),
    contextSchema: compileNormaliser(program.schemas.context),
    expressions,
    locate,
  };
}

interface CompiledRules {
  /** Limits too. */
  readonly rules: readonly CompiledRule<Rule | Limit>[];
  readonly exceptions: readonly CompiledRule<Exception>[];
}

/** The programs by their targets' ids. */
function targetPrograms(
  program: Program,
  compiled: CompiledRules,
): Pick<CompiledBundle, "tools" | "channels"> {
  const priors = priorCellsByTool([...compiled.rules, ...compiled.exceptions]);
  const reach = { tool: reachByTarget(compiled, "tools"), channel: reachByTarget(compiled, "channels") };

  const programOf = (kind: "tool" | "channel", target: Tool | Channel): TargetProgram => {
    const { own, shared, exceptions } = reach[kind](target.id);
    const tool = kind === "tool" ? (target as Tool) : undefined;
    return {
      kind,
      target,
      tool,
      toolRoot: toolRoot(kind, target),
      args: tool?.args,
      normaliseArgs: tool === undefined ? opaqueArgs : compileNormaliser(tool.args),
      indexes: own.length === 0 ? shared : [new CandidateIndex(own), ...shared],
      exceptions: exceptionsByWaived(exceptions),
      priorCells: tool === undefined ? [] : (priors.get(tool.id) ?? []),
    };
  };
  return {
    tools: new Map([...program.tools.values()].map((tool) => [tool.id, programOf("tool", tool)])),
    channels: new Map(
      [...program.channels.values()].map((channel) => [channel.id, programOf("channel", channel)]),
    ),
  };
}

function toolRoot(kind: "tool" | "channel", target: Tool | Channel): RecordValue {
  const root: Record<string, RecordValue[string]> = Object.create(null);
  root.name = target.name;
  if (kind === "tool") {
    const tool = target as Tool;
    root.tier = tool.tier;
    root.action = tool.action;
    root.irreversible = tool.irreversible;
    root.tags = [...tool.tags];
  }
  return root;
}

/** A channel's payload is never inspected. */
function opaqueArgs(_json: unknown): Normalised {
  return { ok: true, value: Object.create(null) as RecordValue };
}

/** The rules that match one target. Rules that name no tool match hundreds of targets, which share an index. */
interface TargetReach {
  readonly own: Candidate[];
  readonly shared: CandidateIndex[];
  readonly exceptions: Candidate<Exception>[];
}

/** From this many rules over this many targets, a shared index pays off. */
const SHARED_RULES_MIN = 8;
const SHARED_TARGETS_MIN = 8;

const verbs: readonly Verb[] = ["deny", "allow", "require", "limit", "exception"];

/** Every rule, limit and exception that can apply to calls of a target, including those in shadow, by verb, each once. */
export function candidatesOf(target: TargetProgram): readonly Candidate[] {
  let candidates = candidatesByTarget.get(target);
  if (candidates === undefined) {
    const all = [...target.indexes, ...target.exceptions.values()].flatMap((index) => index.all);
    const first = new Map(all.map((candidate) => [candidate.rule.id, candidate]));
    candidates = verbs.flatMap((verb) => [...first.values()].filter((candidate) => candidate.verb === verb));
    candidatesByTarget.set(target, candidates);
  }
  return candidates;
}

const candidatesByTarget = new WeakMap<TargetProgram, readonly Candidate[]>();

/** The rules that match each tool, or each channel. */
function reachByTarget(
  { rules, exceptions }: CompiledRules,
  kind: "tools" | "channels",
): (id: string) => TargetReach {
  const targets = new Map<string, TargetReach>();
  const at = (id: string): TargetReach => {
    let target = targets.get(id);
    if (target === undefined) {
      target = { own: [], shared: [], exceptions: [] };
      targets.set(id, target);
    }
    return target;
  };
  for (const [reach, alike] of byReach(rules)) {
    const inside = [...reach[kind].values()];
    const isShared = alike.length >= SHARED_RULES_MIN && inside.length >= SHARED_TARGETS_MIN;
    if (isShared && inside.every((each) => each === "anywhere")) {
      const index = new CandidateIndex(alike.map((rule) => candidateOf(rule, "anywhere")));
      for (const id of reach[kind].keys()) at(id).shared.push(index);
    } else {
      for (const rule of alike)
        for (const [id, inside] of reach[kind]) at(id).own.push(candidateOf(rule, inside));
    }
  }
  for (const exception of exceptions)
    for (const [id, inside] of exception.source.reach[kind])
      at(id).exceptions.push(candidateOf(exception, inside));
  return at;
}

/** Equal `call` clauses match the same targets. */
function byReach(rules: readonly CompiledRule[]): ReadonlyMap<Reach, readonly CompiledRule[]> {
  const alike = new Map<Reach, CompiledRule[]>();
  for (const rule of rules) {
    const { reach } = rule.source;
    const others = alike.get(reach);
    if (others === undefined) alike.set(reach, [rule]);
    else others.push(rule);
  }
  return alike;
}

function exceptionsByWaived(
  exceptions: readonly Candidate<Exception>[],
): ReadonlyMap<string, CandidateIndex> {
  const lists = new Map<string, Candidate[]>();
  for (const each of exceptions) {
    for (const waived of each.rule.source.lifts) lists.set(waived, [...(lists.get(waived) ?? []), each]);
  }
  return new Map([...lists].map(([waived, list]) => [waived, new CandidateIndex(list)]));
}

function priorCellsByTool(rules: readonly CompiledRule[]): ReadonlyMap<string, readonly PriorCell[]> {
  const byTool = new Map<string, Map<string, PriorCell>>();
  for (const { asks } of rules) {
    for (const expr of asks.priors) {
      const cells = byTool.get(expr.tool) ?? new Map<string, PriorCell>();
      const name = priorCellName(expr);
      const known = cells.get(name);
      cells.set(name, {
        name,
        keys: expr.same,
        within: Math.max(known?.within ?? 0, expr.within),
        denials: (known?.denials ?? false) || expr.status === "denied",
      });
      byTool.set(expr.tool, cells);
    }
  }
  return new Map([...byTool].map(([tool, cells]) => [tool, [...cells.values()]]));
}

/** Declarations whose name differs from the name in the state, by the name in the state. */
function renamedIn({ labels, tools }: Program): {
  readonly labels: ReadonlyMap<string, string>;
  readonly tools: ReadonlyMap<string, Tool>;
} {
  const was = <T extends { readonly was?: string }>(all: Iterable<T>) =>
    [...all].flatMap((each) => (each.was === undefined ? [] : [[each.was, each] as const]));
  return {
    labels: new Map(was(labels.values()).map(([name, { id }]) => [name, id])),
    tools: new Map(was(tools.values())),
  };
}

/** Caches only names that resolve, because names come from outside. */
function cachedResolver(program: Program): (space: NameSpace, name: string) => string | undefined {
  const spaces = new Map<NameSpace, Map<string, string>>();
  return (space, name) => {
    let known = spaces.get(space);
    if (known === undefined) {
      known = new Map();
      spaces.set(space, known);
    }
    const hit = known.get(name);
    if (hit !== undefined) return hit;
    const id = program.resolve(space, name);
    if (id !== undefined && known.size < 100_000) known.set(name, id);
    return id;
  };
}

/**
 * What a limit's cells are counted by: its name, keys, meter and window, not its cap or who it is for. If this changes,
 * the count starts from zero.
 */
export function limitDefinition(limit: Limit): string {
  const amount = limit.meter.kind === "of" ? limit.meter.amount : undefined;
  const text = JSON.stringify(
    [limit.id, limit.keys, limit.meter.kind, amount, limit.window],
    (key, value: unknown) => (key === "span" ? undefined : value),
  );
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}
