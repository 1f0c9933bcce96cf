import type { Agent, Program, Tool } from "../check/program.js";
import { CellFinder, type RulesAt } from "./cell.js";
import type { Cell, Posture, PostureRow, PostureTool } from "./posture.js";

/** Selects a part of the matrix, and the time. */
export interface PostureOptions {
  /** Adds a row for users of each role, and one for users without roles. */
  readonly roles?: boolean;
  /** Milliseconds; rules that have expired by then are omitted. Without it no rule has expired. */
  readonly now?: number;
}

const NEVER: Cell = { access: "never", ways: [] };
const ACTIONS = ["read", "write", "admin"];

/**
 * Derives the permission matrix of a bundle. A cell is `never` only if no request can be allowed; other cells may also
 * be unreachable, because the analysis is incomplete.
 */
export function derivePosture(program: Program, revision: string, options: PostureOptions = {}): Posture {
  const tools = [...program.tools.values()].sort(
    (a, b) =>
      a.tier - b.tier ||
      ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1),
  );
  const rules = new Map(tools.map((tool) => [tool, rulesAt(tool, program, options.now)]));
  const reached = reachableAgents(program);
  const rows = [...program.agents.values()].flatMap((agent) =>
    rowsOf(agent, program, options).map((row): PostureRow => {
      const cells = tools.map((tool) =>
        reached.has(agent.id) ? cellOf(row, agent, tool, rules.get(tool) as RulesAt, program) : NEVER,
      );
      return { ...row, cells };
    }),
  );
  return { revision, tools: tools.map((tool) => toolOf(tool, program)), rows };
}

type Head = Omit<PostureRow, "cells">;

function rowsOf(agent: Agent, program: Program, { roles }: PostureOptions): Head[] {
  const head: Head = {
    agent: agent.id,
    name: agent.name,
    acts: agent.acts,
    ...(agent.title === undefined ? {} : { title: agent.title }),
    ...(agent.owner === undefined ? {} : { owner: agent.owner }),
  };
  if (roles !== true || agent.acts === "alone") return [head];
  const each = [...program.roles.values()].map((role) => ({ ...head, role: role.id, roleName: role.name }));
  return [head, ...each, { ...head, role: null }];
}

function cellOf(row: Head, agent: Agent, tool: Tool, rules: RulesAt, program: Program): Cell {
  const roles = row.role === undefined ? {} : { roles: new Set(row.role === null ? [] : [row.role]) };
  const user = agent.acts === "alone" ? "absent" : "present";
  return new CellFinder({ program, tool, agent: agent.id, user, ...roles }, rules).cell();
}

function rulesAt(tool: Tool, program: Program, now: number | undefined): RulesAt {
  const holds = (rule: { readonly until?: number }) =>
    now === undefined || rule.until === undefined || now < rule.until;
  const rules = [...program.rules.values()].filter(
    (rule) => !rule.shadow && holds(rule) && rule.reach.tools.has(tool.id),
  );
  return {
    allows: rules.filter(({ effect }) => effect === "allow"),
    denies: rules.filter(({ effect }) => effect === "deny"),
    requires: rules.filter(({ effect, needs }) => effect === "require" && needs.length > 0),
    exceptions: [...program.exceptions.values()].filter(
      (exception) => holds(exception) && exception.reach.tools.has(tool.id),
    ),
  };
}

/** Returns the agents at the end of some chain. All agents of a chain act for its user, or all act alone. */
function reachableAgents(program: Program): ReadonlySet<string> {
  const all = [...program.agents.values()];
  const reached = new Set(all.filter(({ invokedBy }) => invokedBy.size === 0).map(({ id }) => id));
  for (let depth = 2; depth <= program.delegationDepth; depth++) {
    const before = new Set(reached);
    for (const agent of all) {
      const invoked = [...agent.invokedBy].some(
        (by) => before.has(by) && program.agents.get(by)?.acts === agent.acts,
      );
      if (invoked) reached.add(agent.id);
    }
    if (before.size === reached.size) break;
  }
  return reached;
}

function toolOf(tool: Tool, program: Program): PostureTool {
  const { id, name, title, tier, action, irreversible, accepts, scope } = tool;
  const preconditions = [
    ...(accepts === undefined || accepts === "any" ? [] : ["an open session"]),
    ...(scope === undefined ? [] : [`scope ${JSON.stringify(scope)}`]),
  ];
  const limits = [...program.limits.values()].filter(
    (limit) => !limit.shadow && limit.over.kind !== "alert" && limit.reach.tools.has(id),
  );
  return {
    id,
    name,
    ...(title === undefined ? {} : { title }),
    tier,
    action,
    irreversible,
    preconditions,
    limits: limits.map((limit) => limit.name),
  };
}
