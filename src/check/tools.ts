import type { Span } from "../source/source.js";
import type { Name, ToolDeclaration } from "../syntax/ast.js";
import { checkAnnotations } from "./annotations.js";
import type { Bundle } from "./bundle.js";
import { type Draft, declared, entriesOf } from "./declare.js";
import { BROKEN } from "./fold-value.js";
import { lasting, one } from "./items.js";
import { messages } from "./messages.js";
import type { Entry } from "./names.js";
import type { Tool } from "./program.js";
import type { TypeResolver } from "./resolve-type.js";

/** Checks the tool catalogue. A tool with a mistake stays in it, so that rules about it are not reported as well. */
export function checkTools(bundle: Bundle, types: TypeResolver): void {
  for (const entry of entriesOf(bundle, "tool", "tool")) {
    bundle.syntax.tools.set(entry.id, entry.declaration);
    bundle.tools.set(entry.id, checkTool(bundle, types, entry, entry.declaration));
  }
  checkWireNames(bundle);
}

function checkTool(bundle: Bundle, types: TypeResolver, entry: Entry, tool: ToolDeclaration): Tool {
  const annotations = checkAnnotations(bundle, tool.annotations, "tool");
  const items = tool.items;
  const action = one(items, "action");
  const args = one(items, "args");
  const result = one(items, "result");
  const accepts = one(items, "accepts");
  const yields = one(items, "yields");
  const tags = one(items, "tags");
  const title = one(items, "title")?.text.value;
  const scope = one(items, "scope")?.scope.value;
  const timeout = one(items, "timeout");
  const undo = action?.undo && bundle.find("tool", action.undo, "tool")?.id;
  const limit = timeout && lasting(bundle, "a timeout", timeout.duration);
  const resultType = result && types.resolve(result.type);
  const checked: Draft<Tool> = {
    id: entry.id,
    name: entry.name,
    span: tool.span,
    nameSpan: entry.nameSpan,
    wire: tool.wire?.value ?? tool.name.text,
    action: action?.action ?? "read",
    irreversible: action?.irreversible ?? false,
    tier: checkRisk(bundle, tool),
    args: args === undefined ? { kind: "record", fields: [] } : types.record(args.record),
    accepts: accepts && acceptedLabels(bundle, accepts.labels),
    yields: yields === undefined ? [] : givenLabels(bundle, yields.labels),
    tags: new Set(tags === undefined ? [] : bundle.findAll("tag", tags.tags, "tag")),
    review: annotations.review !== undefined,
  };
  if (annotations.was !== undefined) checked.was = annotations.was;
  if (tool.doc !== undefined) checked.doc = tool.doc;
  if (title !== undefined) checked.title = title;
  if (undo !== undefined) checked.undo = undo;
  if (resultType !== undefined && resultType !== BROKEN) checked.result = resultType;
  if (scope !== undefined) checked.scope = scope;
  if (limit !== undefined) checked.timeout = limit;
  return checked;
}

/** Checks action and tier: each is required, and they must be consistent. */
function checkRisk(bundle: Bundle, tool: ToolDeclaration): 1 | 2 | 3 {
  const name = tool.name.text;
  const action = one(tool.items, "action");
  const tier = one(tool.items, "tier");
  if (action === undefined) {
    bundle.problems.add(
      messages.missingClause(
        "tool",
        name,
        "action",
        tool.name.span,
        "add `action read`, `action write` or `action admin`",
      ),
    );
  }
  if (tier === undefined) {
    const help = "add `tier 1` (reads), `tier 2` (low-impact writes) or `tier 3` (high-impact ones)";
    bundle.problems.add(messages.missingClause("tool", name, "tier", tool.name.span, help));
    return 1;
  }
  const { value, span } = tier.value;
  if (value !== 1 && value !== 2 && value !== 3) {
    bundle.problems.add(messages.outOfRange("a tier", span, "1, 2 or 3"));
    return 3;
  }
  if (action !== undefined && action.action !== "read" && value === 1) {
    bundle.problems.add(
      messages.riskMismatch(
        span,
        `tier 1 is read-only, and \`${name}\` has \`action ${action.action}\``,
        "write `tier 2` or `tier 3`",
      ),
    );
  }
  if (action?.action === "read" && (action.irreversible || action.undo !== undefined)) {
    const help = "write `action write`, or leave that out";
    bundle.problems.add(
      messages.riskMismatch(action.span, "a read leaves nothing that could be undone", help),
    );
  }
  return value;
}

/** The labels that a tool accepts, including every label they imply. */
export function acceptedLabels(bundle: Bundle, labels: "any" | readonly Name[]): "any" | ReadonlySet<string> {
  if (labels === "any") return "any";
  if (labels.length === 1 && labels[0]?.text === "nothing") return new Set();
  const accepted = new Set<string>();
  for (const id of bundle.findAll("label", labels, "label")) {
    for (const implied of bundle.labels.get(id)?.closure ?? [id]) accepted.add(implied);
  }
  return accepted;
}

/** The labels that a tool yields; `nothing` means none, and must be alone. */
export function givenLabels(bundle: Bundle, labels: readonly Name[]): string[] {
  if (labels.length === 1 && labels[0]?.text === "nothing") return [];
  return bundle.findAll("label", labels, "label");
}

/**
 * Reports names that could mean two tools. A call uses the wire name, declared name or id, so no name of one tool may
 * be one of another.
 */
function checkWireNames(bundle: Bundle): void {
  const wires = new Map<string, { readonly tool: Tool; readonly span: Span }>();
  for (const tool of bundle.tools.values()) {
    const span = bundle.syntax.tools.get(tool.id)?.wire?.span ?? tool.nameSpan;
    const first = wires.get(tool.wire);
    if (first === undefined) wires.set(tool.wire, { tool, span });
    else bundle.problems.add(messages.wireClash(tool.wire, span, first.span));
  }
  for (const tool of bundle.tools.values()) {
    for (const name of new Set([tool.name, tool.id])) {
      const other = wires.get(name);
      if (other !== undefined && other.tool !== tool && tool.wire !== name) {
        bundle.problems.add(messages.wireClash(name, other.span, tool.nameSpan));
      }
    }
  }
}

/** Checks channels: destinations of data that are not tool calls. */
export function checkChannels(bundle: Bundle): void {
  for (const entry of entriesOf(bundle, "channel", "channel")) {
    const { annotations, accepts, yields } = entry.declaration;
    checkAnnotations(bundle, annotations, "other");
    bundle.channels.set(entry.id, {
      ...declared(entry),
      accepts: acceptedLabels(bundle, accepts),
      yields: yields === undefined ? [] : givenLabels(bundle, yields),
    });
  }
}
