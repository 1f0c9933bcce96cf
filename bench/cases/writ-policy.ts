/** A workload as Writ's own text, and as the bundle that decides by it. */
import { check } from "../../src/check/check.js";
import { type CompiledBundle, compile } from "../../src/compile/compile.js";
import type { DecideRequest } from "../../src/model/request.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import {
  type RequestSpec,
  type RuleSpec,
  roleNames,
  TOOLS,
  tierOf,
  toolName,
  type Workload,
} from "./workload.js";

const RULES_A_FILE = 500;

/** Files by their path in the bundle. */
export function writPolicy(rules: readonly RuleSpec[]): ReadonlyMap<string, string> {
  const files = new Map([["catalogue.writ", catalogue()]]);
  for (let start = 0; start < rules.length; start += RULES_A_FILE) {
    const texts = rules.slice(start, start + RULES_A_FILE).map(ruleText);
    files.set(`rules-${start / RULES_A_FILE}.writ`, `module bench\n\n${texts.join("\n\n")}\n`);
  }
  return files;
}

function catalogue(): string {
  const tools = Array.from(
    { length: TOOLS },
    (_, i) => `tool ${toolName(i)} {
  title   "Tool ${i}"
  action  read
  tier    ${tierOf(i)}
  args    { region: text<16>  purpose: text<16>  amount: number<0..10_000> }
  accepts any
  yields  nothing
}`,
  );
  const roles = [...roleNames, "staff"].map((name) => `role ${name}`);
  const agent = 'agent helper { title "Assistant"  owner "team:bench"  acts for user }';
  return `module bench\n\n${roles.join("\n")}\n\n${agent}\n\n${tools.join("\n\n")}\n`;
}

function ruleText(rule: RuleSpec): string {
  const call = rule.tool ?? `any read tier ${rule.tier}`;
  if (rule.effect === "deny") {
    return `deny ${rule.name} {
  call any
  when args.purpose == "${rule.purpose}" and args.amount > ${rule.amount}
}`.replace("call any", `call ${call}`);
  }
  return `allow ${rule.name} {
  agent helper for role ${rule.role}
  call  ${call}
  when  args.region == "${rule.region}" and args.amount <= ${rule.amount}
}`;
}

/** Text to a bundle that decides. Throws with the first diagnostic where the text has an error. */
export function compiledBundle(work: Pick<Workload, "rules">): CompiledBundle {
  return compileTexts(writPolicy(work.rules));
}

/** The same for any texts. */
export function compileTexts(texts: ReadonlyMap<string, string>): CompiledBundle {
  const parsed = [...texts].map(([path, text]) => parse(new Source(path, text)));
  const checked = check(
    parsed.map(({ file }) => file),
    { readData: () => ({ problem: "no data files here" }) },
  );
  const wrong = [...parsed.flatMap(({ diagnostics }) => diagnostics), ...checked.diagnostics].find(
    ({ severity }) => severity === "error",
  );
  if (wrong !== undefined || checked.program === undefined)
    throw new Error(`${wrong?.code}: ${wrong?.message} (${wrong?.primary.span.file})`);
  return compile(checked.program, "sha256:bench");
}

/** Returns the request as sent over HTTP. */
export function writRequest(spec: RequestSpec): DecideRequest {
  const { user, roles, tool, region, purpose, amount } = spec;
  return {
    actors: [
      { type: "user", id: user, roles: [...roles] },
      { type: "agent", id: "helper" },
    ],
    tool,
    args: { region, purpose, amount },
  };
}
