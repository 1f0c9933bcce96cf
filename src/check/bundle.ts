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

/** What checking asks of the outside. It does nothing else: no file is read here, and no clock. */
export interface CheckOptions extends Watcher {
  /** The parsed content of a data file, its path as the policy writes it. */
  readonly readData: (path: string) => { readonly json: unknown } | { readonly problem: string };
  /** Milliseconds; without it nothing counts as expired. */
  readonly now?: number;
  /** What is wrong with the pattern of a `matches`; undefined for an accepted one. */
  readonly isPattern?: (text: string) => string | undefined;
  /** Catalogues of threats that rules are held against, as `--profile` names them; none by default. */
  readonly threatProfiles?: readonly string[];
  /** `false` looks for errors alone, for a caller that checks one text many times; the program is the same. */
  readonly warnings?: boolean;
}

/** Collects what is found; order is for the end. */
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

/** What is known of the bundle so far. Stages fill it in the order of `check.ts`; each reads only what earlier ones filled. */
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
  /** Types of data are known before, and without, their values. */
  readonly dataTypes = new Map<string, Type>();
  readonly data = new Map<string, Data>();
  readonly defines = new Map<string, Define>();
  readonly approvals = new Map<string, ApprovalScheme>();
  readonly transactions = new Map<string, Transaction>();
  readonly rules = new Map<string, Rule>();
  readonly limits = new Map<string, Limit>();
  readonly exceptions = new Map<string, Exception>();
  /** What each rule, limit and exception reaches, target by target. */
  readonly targets = new Map<string, readonly TargetReach[]>();
  /** The syntax behind some of them, for checks that underline a part. */
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

  /** What a name means in a group of names, or undefined once the mistake is reported. `what` names the kind of thing. */
  find(group: NameGroup, name: Name, what: string): Entry | undefined {
    if (name.text === "") return undefined;
    const lookup = this.names.find(group, name.text);
    if (this.isWatched)
      this.tell({ kind: "declared", text: name.text, span: name.span, group, entries: entriesOf(lookup) });
    if (lookup.kind === "found") return lookup.entry;
    if (lookup.kind === "ambiguous") {
      return this.problems.add(messages.ambiguousName(what, name.text, name.span, lookup.entries));
    }
    return this.problems.add(messages.unknownName(what, name.text, name.span, this.names.candidates(group)));
  }

  /** Whether anybody is told: what takes time to put together need not be, where nobody is. */
  get isWatched(): boolean {
    return this.options.onReference !== undefined;
  }

  /** Tells whoever watches what a name was taken for. */
  tell(reference: Reference): void {
    this.options.onReference?.(reference);
  }

  /** Ids of all names that are known; the others are reported. */
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
