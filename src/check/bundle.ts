import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type {
  DataDeclaration,
  DefineDeclaration,
  Name,
  NameValue,
  RuleDeclaration,
  ToolDeclaration,
} from "../syntax/ast.js";
import type { RecordType, Type } from "../values/type.js";
import { messages } from "./messages.js";
import { type Entry, type Lookup, type NameGroup, Names } from "./names.js";
import type {
  Agent,
  ApprovalScheme,
  AssuranceLevel,
  Channel,
  Data,
  Define,
  Exception,
  Label,
  Limit,
  NamedType,
  Role,
  Rule,
  Tag,
  Tool,
  Transaction,
} from "./program.js";
import type { Reference, Watcher } from "./reference.js";
import type { TargetReach } from "./target-reach.js";

/** The inputs of checking. The checker reads no file and no clock itself. */
export interface CheckOptions extends Watcher {
  /** Returns the parsed content of a data file. `path` is the path as written in the policy. */
  readonly readData: (path: string) => { readonly json: unknown } | { readonly problem: string };
  /** The current time in milliseconds; if it is missing, nothing counts as expired. */
  readonly now?: number;
  /** Returns what is wrong with the pattern of a `matches`, or undefined if it is accepted. */
  readonly isPattern?: (text: string) => string | undefined;
  /** Catalogues of threats that rules are checked against, named as for `--profile`; none by default. */
  readonly threatProfiles?: readonly string[];
  /** `false` skips warnings, for a caller that checks one text many times; the program is the same. */
  readonly warnings?: boolean;
}

/** Collects diagnostics in the order they are found; sorting happens at the end. */
export class Problems {
  readonly found: Diagnostic[] = [];
  #errors = 0;

  get errors(): number {
    return this.#errors;
  }

  add(problem: Diagnostic): undefined {
    if (problem.severity === "error") this.#errors++;
    this.found.push(problem);
    return undefined;
  }
}

/**
 * What is known of the bundle so far. Stages fill it in the order of `check.ts`; each reads only what earlier stages
 * filled.
 */
export class Bundle {
  readonly names = new Names();
  readonly problems = new Problems();
  readonly labels = new Map<string, Label>();
  readonly tags = new Map<string, Tag>();
  readonly assurance: AssuranceLevel[] = [];
  readonly roles = new Map<string, Role>();
  readonly types = new Map<string, NamedType>();
  schemas: { user: RecordType; agent: RecordType; context: RecordType } = {
    user: { kind: "record", fields: [] },
    agent: { kind: "record", fields: [] },
    context: { kind: "record", fields: [] },
  };
  readonly tools = new Map<string, Tool>();
  readonly channels = new Map<string, Channel>();
  readonly agents = new Map<string, Agent>();
  delegationDepth = 1;
  /** Types of data, which are known before their values and even if a value is wrong. */
  readonly dataTypes = new Map<string, Type>();
  readonly data = new Map<string, Data>();
  readonly defines = new Map<string, Define>();
  readonly approvals = new Map<string, ApprovalScheme>();
  readonly transactions = new Map<string, Transaction>();
  readonly rules = new Map<string, Rule>();
  readonly limits = new Map<string, Limit>();
  readonly exceptions = new Map<string, Exception>();
  /** What each rule, limit and exception targets, one entry per target. */
  readonly targets = new Map<string, readonly TargetReach[]>();
  /** The syntax of some declarations, for checks that underline a part of one. */
  readonly syntax = {
    tools: new Map<string, ToolDeclaration>(),
    data: new Map<string, DataDeclaration>(),
    defines: new Map<string, DefineDeclaration>(),
    rules: new Map<string, RuleDeclaration>(),
  };
  readonly options: CheckOptions;

  constructor(options: CheckOptions) {
    this.options = options;
  }

  /**
   * The entry that a name means in a group of names, or undefined after the mistake is reported. `what` names the kind
   * of thing in the message.
   */
  find(group: NameGroup, name: Name, what: string): Entry | undefined {
    if (name.text === "") return undefined;
    const lookup = this.names.find(group, name.text);
    if (this.isWatched)
      this.report({ kind: "declared", text: name.text, span: name.span, group, entries: entriesOf(lookup) });
    if (lookup.kind === "found") return lookup.entry;
    if (lookup.kind === "ambiguous") {
      return this.problems.add(messages.ambiguousName(what, name.text, name.span, lookup.entries));
    }
    return this.problems.add(messages.unknownName(what, name.text, name.span, this.names.candidates(group)));
  }

  /** Whether references are being watched. If not, callers skip the work of building them. */
  get isWatched(): boolean {
    return this.options.onReference !== undefined;
  }

  /** Reports to the watcher what a name was resolved to. */
  report(reference: Reference): void {
    this.options.onReference?.(reference);
  }

  /** The ids of all known names; unknown ones are reported. */
  findAll(group: NameGroup, names: readonly (Name | NameValue)[], what: string): string[] {
    const ids: string[] = [];
    for (const name of names) {
      const entry = this.find(group, "kind" in name ? name.name : name, what);
      if (entry !== undefined && !ids.includes(entry.id)) ids.push(entry.id);
    }
    return ids;
  }
}

function entriesOf(lookup: Lookup): readonly Entry[] {
  return lookup.kind === "found" ? [lookup.entry] : lookup.kind === "ambiguous" ? lookup.entries : [];
}
