/**
 * Tests made up for one declaration: somebody whom an allow grants to makes a call that the declaration concerns, with
 * the approvals that it needs. They reach rules that no test of the bundle makes decide.
 */
import type { Agent, Inside, Need, Program, Rule, Tool } from "../check/program.js";
import { Source } from "../source/source.js";
import type { Step } from "../syntax/ast.js";
import { parse } from "../syntax/parse.js";
import { writeDuration } from "../values/duration.js";
import { sampleArguments, sampleValue } from "./sample-value.js";
import type { VariantHints } from "./step-variants.js";

/** One test as it would be written, line by line, and its steps. */
export interface MadeUpTest {
  /** Who asks, and in what. */
  readonly givens: readonly string[];
  readonly lines: readonly string[];
  readonly steps: readonly Step[];
  /** Whether calls near its own are worth asking; where a call is made again and again they are not. */
  readonly vary: boolean;
}

/** How many grants are tried for one declaration. */
const GRANTS_MOST = 16;
const REPEATS_MOST = 130;
const ARGUMENTS_MOST = 3;
const USER = "somebody";

/** `written` are the arguments of calls that tests of the bundle make, by tool. */
export function* madeUpTests(
  subject: string,
  program: Program,
  written: ReadonlyMap<string, readonly string[]>,
  hints: VariantHints,
): Iterable<MadeUpTest> {
  const counts = hints.counts.filter((count) => count >= 1 && count < REPEATS_MOST);
  const grants = grantsFor(subject, program);
  for (const { allow, tool, inside, agent } of grants.slice(0, GRANTS_MOST)) {
    const { givens, user } = whoFor(allow, agent, inside, program);
    const approvals = approvalLines(needsOf(allow, tool, program), user, program);
    const samples = [
      ...(written.get(tool.id) ?? []).slice(0, ARGUMENTS_MOST),
      ...sampleArguments(tool.args).slice(0, ARGUMENTS_MOST),
    ];
    for (const [i, args] of samples.entries()) {
      const call = `call ${nameOf("tool", tool, program)} ${args}`;
      const block = approvals.length === 0 ? [call] : [call, ...approvals, call];
      const made = (lines: readonly string[], vary: boolean) => ({
        givens,
        lines: [...givens, ...lines],
        steps: stepsOf([...givens, ...lines]),
        vary,
      });
      yield made(block, true);
      for (const after of i === 0 ? followers(subject, tool, program, written) : [])
        yield made([...block, ...after], false);
      if (counts.length === 0) continue;
      const most = Math.max(...counts);
      for (const status of ["ok", "failed"])
        yield made(repeated(most + 2, [...block, `outcome ${status}`]), false);
      for (const ms of hints.durations)
        yield made(
          [...repeated(most, block), `wait ${writeDuration(Math.max(1, Math.floor(ms * 0.75)))}`, ...block],
          false,
        );
      const others = givens.map((line) => line.replace(JSON.stringify(USER), '"somebody else"'));
      yield made(
        [...repeated(most, block), ...others.filter((line) => !line.startsWith("begin ")), ...block],
        false,
      );
    }
  }
}

// --- what is concerned ------------------------------------------------------------------------------------

/** An allow, one tool that it grants, and one agent that it grants it to. */
interface Grant {
  readonly allow: Rule;
  readonly tool: Tool;
  readonly inside: Inside;
  readonly agent: Agent;
}

/** Tools and channels that a rule, a limit or an exception reaches, or that have this name; undefined where it is none of these. */
export function toolsOf(subject: string, program: Program): ReadonlySet<string> | undefined {
  const named = [...program.rules.values(), ...program.limits.values(), ...program.exceptions.values()];
  const rules = named.filter(({ name }) => name === subject);
  const targets = [...program.tools.values(), ...program.channels.values()].filter(
    ({ name }) => name === subject,
  );
  if (rules.length === 0) return targets.length === 0 ? undefined : new Set(targets.map(({ id }) => id));
  return new Set(rules.flatMap(({ reach }) => [...reach.tools.keys(), ...reach.channels.keys()]));
}

/** Allows that grant what the declaration is about; the declaration itself first, where it is an allow. */
function grantsFor(subject: string, program: Program): readonly Grant[] {
  const allows = [...program.rules.values()].filter((rule) => rule.effect === "allow" && !rule.shadow);
  const tools = toolsOf(subject, program) ?? new Set();
  const isNeeded = ({ needs }: Rule) =>
    needs.some((need) => need.kind === "approval" && program.approvals.get(need.scheme)?.name === subject);
  const isOwn = (allow: Rule) => allow.name === subject || isNeeded(allow);
  return [...allows]
    .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
    .flatMap((allow) =>
      [...allow.reach.tools].flatMap(([id, inside]) => {
        const tool = program.tools.get(id);
        if (tool === undefined || !(tools.has(id) || isNeeded(allow))) return [];
        return agentsOf(allow, program).map((agent) => ({ allow, tool, inside, agent }));
      }),
    );
}

/** Calls of other tools, after one of a tool that is changed: what it yields may be what they turn on. */
function followers(
  subject: string,
  { id, name }: Tool,
  program: Program,
  written: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  if (name !== subject) return [];
  const others = [...program.tools.values()].filter((other) => other.id !== id);
  return others.flatMap((tool) =>
    grantsFor(tool.name, program)
      .slice(0, 1)
      .map(({ allow, inside, agent }) => {
        const args = written.get(tool.id)?.[0] ?? sampleValue(tool.args);
        return [
          ...whoFor(allow, agent, inside, program).givens,
          `call ${nameOf("tool", tool, program)} ${args}`,
        ];
      }),
  );
}

// --- who asks ---------------------------------------------------------------------------------------------

/** Agents that an allow can grant to: whether they act for a user fits what it says. */
function agentsOf({ who }: Rule, program: Program): readonly Agent[] {
  return [...program.agents.values()].filter(
    ({ id, acts }) =>
      (who.agents === "any" || who.agents.has(id)) &&
      (who.for.kind === "any" || (acts === "alone") === (who.for.kind === "nobody")),
  );
}

function whoFor({ who }: Rule, agent: Agent, inside: Inside, program: Program) {
  const chain = chainTo(agent, program);
  const user = who.for.kind === "users" ? ([...who.for.users][0] ?? USER) : USER;
  const roles =
    who.for.kind === "roles" ? [...who.for.roles].map((role) => program.roles.get(role)?.name ?? role) : [];
  const givens: string[] = [];
  if (chain[0]?.acts !== "alone") givens.push(`given user ${JSON.stringify(user)} ${person(roles, program)}`);
  givens.push(`given agent ${chain.map((each) => nameOf("agent", each, program)).join(" > ")}`);
  const context = sampleValue(program.schemas.context);
  if (context !== "{ }") givens.push(`given context ${context}`);
  const [kind] = inside === "anywhere" ? [] : [...inside];
  const transaction = kind === undefined ? undefined : program.transactions.get(kind);
  if (transaction !== undefined) givens.push(`begin ${nameOf("transaction", transaction, program)}`);
  return { givens, user };
}

/** From the agent that a user or nobody calls down to this one. */
function chainTo(agent: Agent, program: Program): readonly Agent[] {
  const chain = [agent];
  for (let i = 0; i < 8; i++) {
    const [by] = chain[0]?.invokedBy ?? [];
    const before = by === undefined ? undefined : program.agents.get(by);
    if (before === undefined || chain.includes(before)) break;
    chain.unshift(before);
  }
  return chain;
}

function person(roles: readonly string[], program: Program): string {
  const acr = program.assurance.at(-1)?.acr;
  const level = acr === undefined ? "" : `, acr: ${JSON.stringify(acr)}`;
  return `{ roles: [${roles.map((role) => JSON.stringify(role)).join(", ")}]${level} }`;
}

function needsOf(allow: Rule, tool: Tool, program: Program): readonly Need[] {
  const requires = [...program.rules.values()].filter(
    ({ effect, shadow, reach }) => effect === "require" && !shadow && reach.tools.has(tool.id),
  );
  return [allow, ...requires].flatMap(({ needs }) => needs);
}

function approvalLines(needs: readonly Need[], user: string, program: Program): readonly string[] {
  const lines = new Set<string>();
  for (const need of needs) {
    if (need.kind === "confirmation") lines.add(`approve confirmation by ${JSON.stringify(user)}`);
    if (need.kind !== "approval") continue;
    const scheme = program.approvals.get(need.scheme);
    if (scheme === undefined) continue;
    const role = program.roles.get(scheme.roles[0] ?? "")?.name ?? "";
    for (let i = 1; i <= scheme.quorum; i++)
      lines.add(
        `approve ${nameOf("approval", scheme, program)} by "approver ${i}" ${person([role], program)}`,
      );
  }
  return [...lines];
}

// --- text -------------------------------------------------------------------------------------------------

/** The short name, or the whole one where modules share it. */
function nameOf(
  kind: Parameters<Program["resolve"]>[0],
  { id, name }: { readonly id: string; readonly name: string },
  program: Program,
): string {
  return program.resolve(kind, name) === id ? name : id;
}

function repeated(times: number, lines: readonly string[]): readonly string[] {
  return [`repeat ${times} {`, ...lines.map((line) => `  ${line}`), "}"];
}

function stepsOf(lines: readonly string[]): readonly Step[] {
  const { file } = parse(new Source("", `test "made up" {\n${lines.join("\n")}\n}\n`));
  const [test] = file.items;
  return test?.kind === "test" ? test.steps : [];
}
