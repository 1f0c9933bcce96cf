import type { CallClause, Filter, Target } from "../syntax/ast.js";
import type { Bundle } from "./bundle.js";
import { messages } from "./messages.js";
import type { Inside, Reach, Tool } from "./program.js";
import type { TargetReach } from "./target-reach.js";

/**
 * What a `call` clause targets, as a whole and per target. Equal clauses share one `reach`, so that types computed for
 * it are shared too.
 */
export interface ClauseReach {
  readonly reach: Reach;
  readonly targets: readonly TargetReach[];
}

/** Determines which tools and channels clauses target. */
export class ReachFinder {
  readonly #bundle: Bundle;
  readonly #reaches = new Map<string, Reach>();
  readonly #patterns = new Map<string, readonly Tool[]>();
  readonly #segments = new Map<Tool, readonly (readonly string[])[]>();

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  /**
   * `grants` is true for the `call` of an allow or exception. Their wildcards leave out tools marked `@review`, whose
   * tier and action are guesses; wildcards of a deny, require or limit include them.
   */
  find(clause: CallClause, grants: boolean): ClauseReach {
    const targets = clause.targets.map((target) => this.#target(target, grants));
    const key = targets.map(keyOf).join("\n");
    let reach = this.#reaches.get(key);
    if (reach === undefined) {
      reach = { tools: new Map(), channels: new Map() };
      for (const target of targets) {
        for (const tool of target.tools) add(reach.tools, tool.id, target.inside);
        for (const channel of target.channels) add(reach.channels, channel, target.inside);
      }
      this.#reaches.set(key, reach);
    }
    return { reach, targets };
  }

  /** The tools that a pattern matches, by declared name or id. A `*` is one segment; at the end it is one or more. */
  matching(text: string, span: Target["span"]): readonly Tool[] {
    const known = this.#patterns.get(text);
    const wild = text.includes("*");
    // A cached answer is used only if there is nothing to report: mistakes and watched references are
    // reported at each occurrence.
    const isKnown = known !== undefined && known.length > 0 && (wild || !this.#bundle.isWatched);
    const tools = isKnown ? known : wild ? this.#wildcard(text, span) : this.#exact(text, span);
    if (wild && this.#bundle.isWatched) {
      const entries = tools.flatMap((tool) => this.#bundle.names.byId("tool", tool.id) ?? []);
      this.#bundle.report({ kind: "pattern", text, span, entries });
    }
    this.#patterns.set(text, tools);
    return tools;
  }

  #exact(text: string, span: Target["span"]): readonly Tool[] {
    const entry = this.#bundle.find("tool", { text, span }, "tool");
    const tool = entry && this.#bundle.tools.get(entry.id);
    return tool === undefined ? [] : [tool];
  }

  #wildcard(text: string, span: Target["span"]): readonly Tool[] {
    const pattern = text.split(".");
    const tools = [...this.#bundle.tools.values()].filter((tool) =>
      this.#segmentsOf(tool).some((segments) => matches(pattern, segments)),
    );
    if (tools.length === 0) {
      const groups = [...this.#bundle.tools.values()].map((tool) => tool.name.replace(/\.[^.]*$/, ".*"));
      this.#bundle.problems.add(messages.patternMatchesNothing(text, span, new Set(groups)));
    }
    return tools;
  }

  #segmentsOf(tool: Tool): readonly (readonly string[])[] {
    let segments = this.#segments.get(tool);
    if (segments === undefined) {
      segments = tool.id === tool.name ? [tool.id.split(".")] : [tool.name.split("."), tool.id.split(".")];
      this.#segments.set(tool, segments);
    }
    return segments;
  }

  #target(target: Target, grants: boolean): TargetReach {
    const inside = this.#inside(target.filters);
    const { what } = target;
    if (what.kind === "channel") {
      for (const filter of target.filters) {
        if (filter.kind !== "inside") {
          this.#bundle.problems.add(
            messages.mismatch(filter.span, "a channel has no action, tier or tags", "remove this filter"),
          );
        }
      }
      const found =
        what.channel === "any"
          ? [...this.#bundle.channels.keys()]
          : this.#bundle.findAll("channel", [what.channel], "channel");
      return {
        target,
        open: what.channel === "any",
        broken: what.channel !== "any" && found.length === 0,
        tools: [],
        unreviewed: [],
        channels: found,
        inside,
      };
    }
    const open = what.kind === "any" || what.text.includes("*");
    const named =
      what.kind === "any" ? [...this.#bundle.tools.values()] : this.matching(what.text, what.span);
    const found = this.#filtered(named, target.filters);
    const isCovered = (tool: Tool) => !(open && grants && tool.review);
    return {
      target,
      open,
      broken: what.kind === "pattern" && named.length === 0,
      tools: found.every(isCovered) ? found : found.filter(isCovered),
      unreviewed: found.every(isCovered) ? [] : found.filter((tool) => !isCovered(tool)),
      channels: [],
      inside,
    };
  }

  #filtered(tools: readonly Tool[], filters: readonly Filter[]): readonly Tool[] {
    if (filters.length === 0) return tools;
    const tests = filters.flatMap((filter) => this.#test(filter) ?? []);
    return tools.filter((tool) => tests.every((test) => test(tool)));
  }

  /**
   * The test a filter applies to a tool; undefined for `inside`, which does not filter tools, and after a mistake is
   * reported.
   */
  #test(filter: Filter): ((tool: Tool) => boolean) | undefined {
    switch (filter.kind) {
      case "action":
        return (tool) => filter.actions.includes(tool.action);
      case "tier":
        if (filter.from < 1 || filter.to > 3 || filter.from > filter.to) {
          return this.#bundle.problems.add(messages.outOfRange("a tier", filter.span, "1, 2 or 3"));
        }
        return (tool) => tool.tier >= filter.from && tool.tier <= filter.to;
      case "irreversible":
        return (tool) => tool.irreversible;
      case "tagged": {
        const tag = this.#bundle.find("tag", filter.tag, "tag");
        return tag && ((tool) => tool.tags.has(tag.id));
      }
      case "inside":
        return undefined;
    }
  }

  #inside(filters: readonly Filter[]): Inside {
    if (filters.length === 0) return "anywhere";
    const found = filters.filter((filter) => filter.kind === "inside");
    const [first, second] = found;
    if (first === undefined) return "anywhere";
    if (second !== undefined) {
      this.#bundle.problems.add(messages.duplicateBlock("inside", second.span, first.span));
    }
    return new Set(this.#bundle.findAll("transaction", [first.transaction], "transaction"));
  }
}

/** Adds a target. Targeting one tool twice is a union: anywhere, or in any of the transactions. */
function add(reached: ReadonlyMap<string, Inside>, id: string, inside: Inside): void {
  const map = reached as Map<string, Inside>;
  const before = map.get(id);
  if (before === undefined) map.set(id, inside);
  else if (before !== "anywhere") {
    map.set(id, inside === "anywhere" ? inside : new Set([...before, ...inside]));
  }
}

function keyOf(target: TargetReach): string {
  const inside = target.inside === "anywhere" ? "" : [...target.inside].join(",");
  const { what, filters } = target.target;
  if (what.kind === "pattern" && !target.open && filters.length === 0) {
    return target.tools.map((tool) => tool.id).join();
  }
  return [...target.tools.map((tool) => tool.id), "/", ...target.channels, "/", inside].join(" ");
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const last = pattern.length - 1;
  const rest = pattern[last] === "*" && segments.length > pattern.length;
  if (!rest && segments.length !== pattern.length) return false;
  return pattern.every((part, index) => part === "*" || part === segments[index]);
}
