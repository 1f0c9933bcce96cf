/** Obligations of rules and tools, worked out for one call and merged. */
import type { Exception, ObligationTemplate, Rule } from "../../check/program.js";
import type { TargetProgram } from "../../compile/compile.js";
import type { ExpressionCompiler, Result, ValueCode } from "../../compile/expression.js";
import type { Frame } from "../../compile/frame.js";
import type { Obligation } from "../../model/decision.js";
import { canonicalJson } from "../../values/canonical.js";
import type { Email, Type, Url } from "../../values/type.js";
import { withoutAdvisory } from "./without-advisory.js";

/** Compiled arguments by template, so that they are compiled once per bundle. */
export class ObligationPlans {
  readonly #compiler: ExpressionCompiler;
  readonly #plans = new WeakMap<ObligationTemplate, readonly ValueCode[]>();

  constructor(compiler: ExpressionCompiler) {
    this.#compiler = compiler;
  }

  argsOf(template: ObligationTemplate): readonly ValueCode[] {
    let plan = this.#plans.get(template);
    if (plan === undefined) {
      plan = template.args.map((arg) => this.#compiler.value(arg));
      this.#plans.set(template, plan);
    }
    return plan;
  }
}

const maskStrength = ["last4", "hash", "full"] as const;

/** The sources of a call's obligations. */
export interface ObligationSources {
  readonly rules: readonly (Rule | Exception)[];
  readonly target: TargetProgram;
  /** Paths of arguments that are dropped in addition to what the rules say. */
  readonly drops: readonly string[];
}

/** Merged obligations; `unknown` if one of them cannot be computed, and then the call must not be made. */
export function obligationsOf(
  { rules, target, drops }: ObligationSources,
  frame: Frame,
  plans: ObligationPlans,
): Obligation[] | "unknown" {
  const timeout = target.tool?.timeout;
  if (drops.length === 0 && rules.every(({ obligations }) => obligations.length === 0))
    return timeout === undefined ? [] : [{ type: "timeout", seconds: timeout / 1000 }];
  const merged = new Merged();
  if (timeout !== undefined) merged.timeout(timeout);
  for (const { obligations } of rules) {
    for (const template of obligations) {
      const args = argumentsOf(template, frame, plans);
      if (args === "unknown" || !merged.add(template.name, args)) return "unknown";
    }
  }
  if (drops.length > 0) merged.add("drop", drops);
  return merged.list();
}

function argumentsOf(
  template: ObligationTemplate,
  frame: Frame,
  plans: ObligationPlans,
): readonly unknown[] | "unknown" {
  const args: unknown[] = [];
  for (const code of plans.argsOf(template)) {
    const value: Result = code(frame);
    if (typeof value === "symbol") return "unknown";
    args.push(value);
  }
  return args;
}

/** Obligations that are a set of words. */
type Wordy = "redact" | "drop" | "notify" | "sandbox";

/** One slot per kind; each kind defines how two of its obligations merge. */
class Merged {
  #timeout: number | undefined;
  #rows: number | undefined;
  #log: "standard" | "full" | undefined;
  // Most calls have only a timeout and a log level: create the other slots only if needed.
  readonly #words: { [Name in Wordy]?: Set<string> } = {};
  #masks: Map<string, (typeof maskStrength)[number]> | undefined;
  #filters: Map<string, readonly string[]> | undefined;

  timeout(ms: number): void {
    this.#timeout = Math.min(this.#timeout ?? ms, ms);
  }

  add(name: ObligationTemplate["name"], args: readonly unknown[]): boolean {
    const [first, second] = args;
    switch (name) {
      case "timeout":
        if (typeof first !== "number" || first < 0) return false;
        this.timeout(first);
        return true;
      case "rows":
        if (typeof first !== "number" || first < 0) return false;
        this.#rows = Math.min(this.#rows ?? first, first);
        return true;
      case "log":
        if (first !== "standard" && first !== "full") return false;
        this.#log = this.#log === "full" || first === "full" ? "full" : "standard";
        return true;
      case "mask": {
        const how = maskStrength.find((each) => each === second);
        if (typeof first !== "string" || how === undefined) return false;
        this.#masks ??= new Map();
        const known = this.#masks.get(first);
        if (known === undefined || maskStrength.indexOf(known) < maskStrength.indexOf(how))
          this.#masks.set(first, how);
        return true;
      }
      case "filter": {
        if (typeof first !== "string" || !Array.isArray(second)) return false;
        const values = second.map(textOf);
        this.#filters ??= new Map();
        const known = this.#filters.get(first);
        this.#filters.set(
          first,
          known === undefined ? values : known.filter((value) => values.includes(value)),
        );
        return true;
      }
      default: {
        this.#words[name] ??= new Set();
        const words = this.#words[name];
        for (const word of args) {
          if (typeof word !== "string") return false;
          words.add(word);
        }
        return true;
      }
    }
  }

  list(): Obligation[] {
    const obligations: Obligation[] = [];
    if (this.#timeout !== undefined) obligations.push({ type: "timeout", seconds: this.#timeout / 1000 });
    if (this.#rows !== undefined) obligations.push({ type: "rows", count: this.#rows });
    const { redact, drop, notify, sandbox } = this.#words;
    if (redact !== undefined) obligations.push({ type: "redact", places: [...redact].sort() });
    if (drop !== undefined) obligations.push({ type: "drop", places: [...drop].sort() });
    if (this.#masks !== undefined)
      for (const [place, how] of [...this.#masks].sort(byKey)) obligations.push({ type: "mask", place, how });
    if (this.#filters !== undefined)
      for (const [column, values] of [...this.#filters].sort(byKey))
        obligations.push({ type: "filter", column, values: [...new Set(values)].sort() });
    if (notify !== undefined) obligations.push({ type: "notify", whom: [...notify].sort() });
    if (sandbox !== undefined) obligations.push({ type: "sandbox", profiles: [...sandbox].sort() });
    if (this.#log !== undefined) obligations.push({ type: "log", level: this.#log });
    return obligations;
  }
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null && "text" in value
    ? (value as Email | Url).text
    : String(value);
}

/** The same arguments as JSON with wire names, as they were approved and as they are asked for now. */
export interface ArgumentVersions {
  readonly approved: unknown;
  readonly asked: unknown;
}

/**
 * The advisory fields of `asked`, at any depth, that are not as in `approved`: dotted from `args`, without the indices of
 * lists or the keys of maps. The two are equal but for these fields.
 */
export function changedPlaces(type: Type, versions: ArgumentVersions): ReadonlySet<string> {
  const places = new Set<string>();
  addChanged(type, versions, "args", places);
  return places;
}

function addChanged(
  type: Type,
  { approved, asked }: ArgumentVersions,
  place: string,
  into: Set<string>,
): void {
  if (typeof asked !== "object" || asked === null) return;
  if (type.kind === "record") {
    for (const field of type.fields) {
      const inner = `${place}.${field.name}`;
      const [before, after] = [memberOf(approved, field.wire), memberOf(asked, field.wire)];
      if (after === undefined) continue;
      if (!field.advisory) addChanged(field.type, { approved: before, asked: after }, inner, into);
      else if (JSON.stringify(before) !== JSON.stringify(after)) into.add(inner);
    }
  } else if (type.kind === "set") {
    addChangedInSet(type.of, { approved, asked }, place, into);
  } else if (type.kind === "list" || type.kind === "map") {
    for (const [key, after] of Object.entries(asked))
      addChanged(type.of, { approved: memberOf(approved, key), asked: after }, place, into);
  }
}

/** Elements of a set have no order: compares each with the element that is equal to it except for advisory fields. */
function addChangedInSet(
  of: Type,
  { approved, asked }: ArgumentVersions,
  place: string,
  into: Set<string>,
): void {
  if (!holdsAdvisory(of)) return;
  const keyOf = (element: unknown): string => canonicalJson(withoutAdvisory(of, element));
  const before = new Map(
    (Array.isArray(approved) ? approved : []).map((element) => [keyOf(element), element]),
  );
  for (const after of Object.values(asked as object))
    addChanged(of, { approved: before.get(keyOf(after)), asked: after }, place, into);
}

/** Obligations that also drop these paths of the arguments. */
export function withDrops(obligations: readonly Obligation[], places: ReadonlySet<string>): Obligation[] {
  if (places.size === 0) return [...obligations];
  const known = obligations.find((each) => each.type === "drop");
  const drop: Obligation = {
    type: "drop",
    places: [...new Set([...(known?.places ?? []), ...places])].sort(),
  };
  if (known !== undefined) return obligations.map((each) => (each === known ? drop : each));
  return [...obligations, drop];
}

const advisory = new WeakMap<Type, boolean>();

/** Whether a field of the type is `@advisory`, at any depth. */
export function holdsAdvisory(type: Type): boolean {
  let holds = advisory.get(type);
  if (holds === undefined) {
    holds =
      type.kind === "record"
        ? type.fields.some((field) => field.advisory || holdsAdvisory(field.type))
        : (type.kind === "list" || type.kind === "map" || type.kind === "set") && holdsAdvisory(type.of);
    advisory.set(type, holds);
  }
  return holds;
}

function memberOf(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name)
    ? (of as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Obligations that every caller can carry out, even if it does not list them. */
const assumedSupport: readonly string[] = ["timeout", "log"];

/** The obligations that the caller cannot carry out, each once. */
export function unsupported(
  obligations: readonly Obligation[],
  supports: readonly string[] = [],
): readonly Obligation["type"][] {
  const isLacking = (type: string) => !assumedSupport.includes(type) && !supports.includes(type);
  return [...new Set(obligations.map(({ type }) => type).filter(isLacking))];
}
