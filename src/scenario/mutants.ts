/** Every mutant of a policy: rules dropped, bounds moved, needs weakened, guards removed. Whether one checks is not asked here. */
import type { Source, Span } from "../source/source.js";
import type {
  AgentClause,
  ApprovalDeclaration,
  CallClause,
  Clause,
  Declaration,
  DefineDeclaration,
  ExceptionDeclaration,
  File,
  LimitDeclaration,
  Need,
  Node,
  RuleDeclaration,
  ToolDeclaration,
  TransactionDeclaration,
} from "../syntax/ast.js";
import { writeDuration } from "../values/duration.js";
import type { Mutant } from "./mutant.js";
import { expressionMutants } from "./mutate-expression.js";

/** Where a mutant is being made: its declaration, the text, and the levels of assurance from the weakest on. */
interface Site {
  readonly subject: string;
  readonly source: Source;
  readonly levels: readonly string[];
  readonly add: (what: string, span: Span, text: string) => void;
}

/** In the order of files and places. */
export function mutantsOf(files: readonly File[], sources: ReadonlyMap<string, Source>): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const levels = files.flatMap(({ items }) =>
    items.flatMap((item) => (item.kind === "assurance" ? item.levels.map(({ name }) => name.text) : [])),
  );
  for (const file of files) {
    const source = sources.get(file.path);
    if (source === undefined) continue;
    for (const item of file.items) {
      const subject = "name" in item ? item.name.text : item.kind;
      const add: Site["add"] = (what, span, text) => {
        if (source.slice(span) !== text) mutants.push({ what, subject, span, text });
      };
      ofDeclaration(item, { subject, source, levels, add });
    }
  }
  return mutants;
}

function ofDeclaration(item: Declaration, site: Site): void {
  switch (item.kind) {
    // A shadow rule decides nothing, so no test could notice.
    case "rule":
      if (!item.shadow) ofRule(item, site);
      break;
    case "limit":
      if (!item.shadow) ofLimit(item, site);
      break;
    case "exception":
      ofException(item, site);
      break;
    case "define":
      ofDefine(item, site);
      break;
    case "approval":
      ofApproval(item, site);
      break;
    case "transaction":
      ofTransaction(item, site);
      break;
    case "tool":
      ofTool(item, site);
      break;
    case "agent":
      for (const each of item.items)
        if (each.kind === "invoked-by") site.add("lets anybody invoke the agent", each.span, "");
      break;
    case "delegation":
      site.add("deepens the delegation", item.depth.span, String(item.depth.value + 1));
      break;
    default:
  }
}

// --- rules ------------------------------------------------------------------------------------------------

function ofRule(rule: RuleDeclaration, site: Site): void {
  site.add(`drops the ${rule.effect}`, rule.span, "");
  flipEffect(rule, site);
  ofClauses(rule.clauses, site);
}

/** `allow` for `deny` and the other way round; a `deny` has no needs, so they go. */
function flipEffect(rule: RuleDeclaration, site: Site): void {
  if (rule.effect === "require") return;
  const { source } = site;
  const other = rule.effect === "allow" ? "deny" : "allow";
  const from = rule.annotations.at(-1)?.span.end ?? rule.span.start;
  const head = source.text.slice(from, rule.name.span.start);
  const keyword = head.lastIndexOf(rule.effect);
  if (keyword < 0) return;
  const start = from + keyword;
  let text = `${other}${source.text.slice(start + rule.effect.length, rule.span.end)}`;
  for (const clause of rule.clauses) {
    if (clause.kind !== "need-clause") continue;
    const written = source.slice(clause.span);
    text = text.replace(written, "");
  }
  site.add(`turns \`${rule.effect}\` into \`${other}\``, { ...rule.span, start }, text);
}

function ofException(exception: ExceptionDeclaration, site: Site): void {
  site.add("drops the exception", exception.span, "");
  for (const clause of exception.clauses)
    if (clause.kind === "uses")
      site.add("allows one use more", clause.value.span, String(clause.value.value + 1));
  ofClauses(
    exception.clauses.filter((clause): clause is Clause => clause.kind !== "uses"),
    site,
  );
}

function ofClauses(clauses: readonly Clause[], site: Site): void {
  for (const clause of clauses) {
    switch (clause.kind) {
      case "agent-clause":
        ofAgent(clause, site);
        break;
      case "call-clause":
        ofCall(clause, site);
        break;
      case "when":
      case "unless":
        site.add(`removes the \`${clause.kind}\``, clause.span, "");
        expressionMutants(clause.condition, site.source, site.add);
        break;
      case "need-clause":
        ofNeeds(clause, clause.needs, site);
        break;
      case "with-clause":
        eachRemoved(clause, clause.obligations, "an obligation", site);
        break;
      case "until":
        site.add("never ends", clause.span, "");
        break;
      default:
    }
  }
}

function ofAgent(clause: AgentClause, site: Site): void {
  site.add("removes who it is for", clause.span, "");
  if (clause.agents !== "any" && clause.agents.length > 1)
    eachRemoved(clause, clause.agents, "an agent", site);
  const whom = clause.for;
  if (whom?.kind !== "role" && whom?.kind !== "user" && whom?.kind !== "nobody") return;
  site.add("is for anybody", whom.span, anybody(site.source.slice(whom.span)));
  if (whom.kind === "role" && whom.roles.length > 1) eachRemoved(clause, whom.roles, "a role", site);
  if (whom.kind === "user" && whom.users.length > 1) eachRemoved(clause, whom.users, "a user", site);
}

/** The span of `for …` may or may not begin with the word itself. */
function anybody(written: string): string {
  return /^for\b/.test(written) ? "for any" : "any";
}

function ofCall(clause: CallClause, site: Site): void {
  if (clause.targets.length > 1) eachRemoved(clause, clause.targets, "a target", site);
  for (const target of clause.targets) {
    for (const filter of target.filters) {
      const words = {
        action: "the action",
        tier: "the tier",
        irreversible: "`irreversible`",
        tagged: "the tag",
        inside: "`inside`",
      };
      site.add(`removes ${words[filter.kind]} from what it reaches`, filter.span, "");
    }
  }
}

function ofNeeds(clause: Node, needs: readonly Need[], site: Site): void {
  if (needs.length === 1) site.add("needs nothing", clause.span, "");
  else eachRemoved(clause, needs, "a need", site);
  for (const need of needs) {
    if (need.kind !== "step-up") continue;
    const rank = site.levels.indexOf(need.level.text.slice(need.level.text.lastIndexOf(".") + 1));
    const lower = site.levels[rank - 1];
    if (lower !== undefined) site.add("asks for a weaker sign-in", need.level.span, lower);
    if (need.within !== undefined) moveDuration("lets the sign-in be older", need.within, 2, site);
  }
}

// --- limits -----------------------------------------------------------------------------------------------

function ofLimit(limit: LimitDeclaration, site: Site): void {
  site.add("drops the limit", limit.span, "");
  for (const item of limit.items) {
    switch (item.kind) {
      case "agent-clause":
        ofAgent(item, site);
        break;
      case "call-clause":
        ofCall(item, site);
        break;
      case "when":
      case "unless":
        site.add(`removes the \`${item.kind}\``, item.span, "");
        expressionMutants(item.condition, site.source, site.add);
        break;
      case "per":
        if (item.keys.length > 1) eachRemoved(item, item.keys, "a key", site);
        break;
      case "at-most":
        site.add("raises the cap", item.cap.span, String(item.cap.value + 1));
        if (item.cap.value >= 1) site.add("lowers the cap", item.cap.span, String(item.cap.value - 1));
        if (item.meter.kind === "of") expressionMutants(item.meter.amount, site.source, site.add);
        if (item.window.kind === "rolling")
          moveDuration("shortens the window", item.window.duration, 0.5, site);
        break;
      case "over":
        site.add("refuses in place of what it says", item.span, "");
        if (item.over !== "alert") site.add("only alerts", item.span, "over alert");
        break;
      default:
    }
  }
  if (!limit.items.some(({ kind }) => kind === "over")) {
    const brace = site.source.text.lastIndexOf("}", limit.span.end);
    const line = site.source.text.lastIndexOf("\n", brace) + 1;
    const own = site.source.text.slice(line, brace).trim() === "";
    const at = own ? line : brace;
    site.add("only alerts", { ...limit.span, start: at, end: at }, own ? "  over alert\n" : " over alert ");
  }
}

// --- what rules rely on -----------------------------------------------------------------------------------

function ofDefine(define: DefineDeclaration, site: Site): void {
  expressionMutants(define.body, site.source, site.add);
}

function ofApproval(approval: ApprovalDeclaration, site: Site): void {
  for (const item of approval.items) {
    switch (item.kind) {
      case "from": {
        if (item.roles.length > 1) eachRemoved(item, item.roles, "a role", site);
        const { at } = item;
        if (at === undefined) break;
        const last = item.roles.at(-1)?.span.end ?? at.span.start;
        site.add("takes any sign-in of the approver", { ...at.span, start: last }, "");
        break;
      }
      case "quorum":
        if (item.value.value > 1)
          site.add("lowers the quorum", item.value.span, String(item.value.value - 1));
        break;
      case "expires":
        moveDuration("lets the approval last longer", item.duration, 2, site);
        break;
      case "uses":
        site.add("allows one use more", item.value.span, String(item.value.value + 1));
        break;
      case "binds":
        break;
    }
  }
}

function ofTransaction(transaction: TransactionDeclaration, site: Site): void {
  for (const item of transaction.items) {
    switch (item.kind) {
      case "agent-clause":
        ofAgent(item, site);
        break;
      case "lasts":
        moveDuration("lets it last longer", item.duration, 2, site);
        break;
      case "idle":
        site.add("lets it idle", item.span, "");
        break;
      case "steps":
        site.add("allows one step more", item.value.span, String(item.value.value + 1));
        break;
      case "order":
        site.add("removes the order", item.span, "");
        for (const step of item.steps) {
          site.add("drops a step of the order", step.span, "");
          if (step.count === "once")
            site.add(
              "makes a step optional",
              step.span,
              site.source.slice(step.span).replace(/^once/, "maybe"),
            );
          if (typeof step.count === "number")
            site.add(
              "allows a step once more",
              step.span,
              site.source.slice(step.span).replace(/[0-9][0-9_]*/, String(step.count + 1)),
            );
        }
        break;
      case "irreversible-last":
        site.add("lets calls follow the irreversible one", item.span, "");
        break;
      case "confirm-plan":
        site.add("takes the plan unconfirmed", item.span, "");
        break;
    }
  }
}

function ofTool(tool: ToolDeclaration, site: Site): void {
  for (const item of tool.items) {
    switch (item.kind) {
      case "accepts":
        if (item.labels !== "any") site.add("accepts any label", item.span, "accepts any");
        break;
      case "yields":
        for (const label of item.labels)
          if (label.text !== "nothing")
            site.add("yields one label less", item.span, withoutLabel(item.labels, label.text));
        break;
      case "tags":
        site.add("has no tags", item.span, "");
        break;
      case "scope":
        site.add("asks for no scope", item.span, "");
        break;
      default:
    }
  }
}

function withoutLabel(labels: readonly { readonly text: string }[], gone: string): string {
  const left = labels.filter(({ text }) => text !== gone).map(({ text }) => text);
  return `yields ${left.length === 0 ? "nothing" : left.join(", ")}`;
}

// --- edits ------------------------------------------------------------------------------------------------

/** Each element of a comma list left out in turn; the only one cannot be. */
function eachRemoved(block: Node, items: readonly Node[], what: string, site: Site): void {
  if (items.length === 1) site.add(`removes ${what}`, block.span, "");
  items.forEach((item, i) => {
    const before = items[i - 1];
    const after = items[i + 1];
    if (after !== undefined) site.add(`removes ${what}`, { ...item.span, end: after.span.start }, "");
    else if (before !== undefined) site.add(`removes ${what}`, { ...item.span, start: before.span.end }, "");
  });
}

function moveDuration(
  what: string,
  duration: Node & { readonly ms: number },
  factor: number,
  site: Site,
): void {
  site.add(what, duration.span, writeDuration(Math.max(1, Math.floor(duration.ms * factor))));
}
