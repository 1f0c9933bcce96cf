import type {
  AgentClause,
  Clause,
  Filter,
  LimitItem,
  Meter,
  Name,
  Need,
  Obligation,
  Target,
  UsesClause,
  Window,
} from "../syntax/ast.js";
import { commas } from "./bare-lists.js";
import { type Doc, group, indent, join, line } from "./doc.js";
import { expressionDoc, sumDoc } from "./expression.js";
import type { Item } from "./keyword-block.js";
import type { Original } from "./original.js";
import { quoted } from "./value.js";

/** Returns a clause of a rule or an exception, or an item of a limit, as a line of its block. */
export function clauseItem(original: Original, clause: Clause | UsesClause | LimitItem): Item {
  const [keyword, doc] = keywordAndValue(original, clause);
  return { node: clause, keyword, value: { kind: "column", doc } };
}

function keywordAndValue(
  original: Original,
  clause: Clause | UsesClause | LimitItem,
): readonly [string, Doc] {
  switch (clause.kind) {
    case "agent-clause":
      return ["agent", agentDoc(clause)];
    case "call-clause":
      return ["call", commas(original, clause.targets, targetText)];
    case "when":
    case "unless":
      return [clause.kind, expressionDoc(original, clause.condition)];
    case "need-clause":
      return ["need", commas(original, clause.needs, needText)];
    case "with-clause":
      return ["with", obligationsDoc(original, clause.obligations)];
    case "until":
      return ["until", clause.at.raw];
    case "because":
      return ["because", quoted(clause.text.value)];
    case "uses":
      return ["uses", original.spelled(clause.value.span, clause.value.value)];
    case "per":
      return ["per", namesDoc(clause.keys)];
    case "at-most":
      return [
        "at most",
        [clause.cap.raw, " ", meterDoc(original, clause.meter), ` in ${windowText(clause.window)}`],
      ];
    case "over":
      return ["over", typeof clause.over === "string" ? clause.over : ["need ", needsDoc(clause.over.needs)]];
  }
}

/** `support_bot for role clerk`. */
export function agentDoc(clause: AgentClause): Doc {
  const agents = clause.agents === "any" ? "any" : namesDoc(clause.agents);
  const whom = clause.for;
  if (whom === undefined) return agents;
  if (whom.kind === "role") return [agents, " for role ", namesDoc(whom.roles)];
  if (whom.kind === "user")
    return [agents, " for user ", listDoc(whom.users.map((user) => quoted(user.value)))];
  return [agents, ` for ${whom.kind}`];
}

/** Returns names separated by commas, wrapped if they do not fit. */
export function namesDoc(names: readonly Name[]): Doc {
  return listDoc(names.map((name) => name.text));
}

function listDoc(texts: readonly string[]): Doc {
  return group(indent(join([",", line], texts)));
}

function targetText(target: Target): string {
  const { what } = target;
  const first =
    what.kind === "pattern"
      ? what.text
      : what.kind === "any"
        ? "any"
        : `channel ${what.channel === "any" ? "any" : what.channel.text}`;
  return [first, ...target.filters.map(filterText)].join(" ");
}

function filterText(filter: Filter): string {
  switch (filter.kind) {
    case "action":
      return filter.actions.join(" or ");
    case "tier":
      return filter.from === filter.to ? `tier ${filter.from}` : `tier ${filter.from}..${filter.to}`;
    case "irreversible":
      return "irreversible";
    case "tagged":
      return `tagged ${filter.tag.text}`;
    case "inside":
      return `inside ${filter.transaction.text}`;
  }
}

/** `approval treasury_pair`. */
export function needText(need: Need): string {
  switch (need.kind) {
    case "approval":
      return `approval ${need.scheme.text}`;
    case "step-up":
      return `step-up ${need.level.text}${need.within === undefined ? "" : ` within ${need.within.raw}`}`;
    case "confirmation":
      return "confirmation";
  }
}

/** Returns needs as one line, for a position in which no comment can occur between them. */
export function needsDoc(needs: readonly Need[]): Doc {
  return listDoc(needs.map(needText));
}

/** `log("full"), rows(10)`. */
export function obligationsDoc(original: Original, obligations: readonly Obligation[]): Doc {
  return commas(original, obligations, ({ name, args }) => {
    if (args.length === 0) return name.text;
    const docs = args.map((arg) => expressionDoc(original, arg));
    return [name.text, "(", join(", ", docs), ")"];
  });
}

function meterDoc(original: Original, meter: Meter): Doc {
  return meter.kind === "of" ? ["of ", sumDoc(original, meter.amount)] : meter.kind;
}

function windowText(window: Window): string {
  switch (window.kind) {
    case "rolling":
      return window.duration.raw;
    case "calendar":
      return `calendar ${window.period.text}`;
    case "transaction":
    case "session":
      return window.kind;
  }
}
