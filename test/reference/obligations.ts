/** Obligations: everything that applies, merged so that each is carried out at its strictest. */
import type { ObligationTemplate } from "../../src/check/program.js";
import type { Obligation } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import type { Value } from "../../src/values/type.js";
import type { Entered } from "./enter.js";
import { ABSENT, evaluate, type Facts, UNKNOWN } from "./evaluate.js";

type Of<Type extends Obligation["type"]> = Extract<Obligation, { type: Type }>;
const strengths = ["last4", "hash", "full"] as const;

/** What every enforcement point carries out. */
const DEFAULT_SUPPORTS: readonly string[] = ["timeout", "log"];

/** The merged obligations, sorted; undefined where an argument of one cannot be told. */
export function mergeObligations(
  entered: Entered,
  rules: readonly { readonly obligations: readonly ObligationTemplate[] }[],
  facts: Facts,
  differingNotes: readonly string[],
): Obligation[] | undefined {
  const each: Obligation[] = [];
  if (entered.tool?.timeout !== undefined)
    each.push({ type: "timeout", seconds: entered.tool.timeout / 1000 });
  if (differingNotes.length > 0) each.push({ type: "drop", places: [...differingNotes] });
  for (const template of rules.flatMap((rule) => rule.obligations)) {
    const args = template.args.map((arg) => evaluate(arg, facts));
    if (args.some((arg) => arg === UNKNOWN || arg === ABSENT)) return undefined;
    each.push(obligation(template.name, args as Value[]));
  }
  const all = <Type extends Obligation["type"]>(type: Type): Of<Type>[] =>
    each.filter((one): one is Of<Type> => one.type === type);
  const merged: Obligation[] = [];
  const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())].sort();
  if (all("timeout").length > 0) {
    merged.push({ type: "timeout", seconds: Math.min(...all("timeout").map((one) => one.seconds)) });
  }
  if (all("rows").length > 0)
    merged.push({ type: "rows", count: Math.min(...all("rows").map((one) => one.count)) });
  for (const type of ["redact", "drop"] as const) {
    if (all(type).length > 0) merged.push({ type, places: union(all(type).map((one) => one.places)) });
  }
  for (const place of union([all("mask").map((one) => one.place)])) {
    const hows = all("mask")
      .filter((one) => one.place === place)
      .map((one) => strengths.indexOf(one.how));
    merged.push({ type: "mask", place, how: strengths[Math.max(...hows)] as Of<"mask">["how"] });
  }
  for (const column of union([all("filter").map((one) => one.column)])) {
    const sets = all("filter")
      .filter((one) => one.column === column)
      .map((one) => one.values);
    const values = union(sets).filter((value) => sets.every((set) => set.includes(value)));
    merged.push({ type: "filter", column, values });
  }
  if (all("notify").length > 0)
    merged.push({ type: "notify", whom: union(all("notify").map((one) => one.whom)) });
  if (all("sandbox").length > 0) {
    merged.push({ type: "sandbox", profiles: union(all("sandbox").map((one) => one.profiles)) });
  }
  if (all("log").length > 0) {
    merged.push({ type: "log", level: all("log").some((one) => one.level === "full") ? "full" : "standard" });
  }
  return merged.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function obligation(name: ObligationTemplate["name"], args: readonly Value[]): Obligation {
  const texts = args as readonly string[];
  switch (name) {
    case "timeout":
      return { type: "timeout", seconds: (args[0] as number) / 1000 };
    case "rows":
      return { type: "rows", count: args[0] as number };
    case "redact":
    case "drop":
      return { type: name, places: [...texts] };
    case "mask":
      return { type: "mask", place: texts[0] as string, how: texts[1] as Of<"mask">["how"] };
    case "filter":
      return { type: "filter", column: texts[0] as string, values: [...(args[1] as readonly string[])] };
    case "notify":
      return { type: "notify", whom: [...texts] };
    case "sandbox":
      return { type: "sandbox", profiles: [texts[0] as string] };
    case "log":
      return { type: "log", level: texts[0] as "standard" | "full" };
  }
}

/** Whether the caller can carry out all of them. */
export function supports(request: DecideRequest, obligations: readonly Obligation[]): boolean {
  const supported = [...DEFAULT_SUPPORTS, ...(request.supports ?? [])];
  return obligations.every((one) => supported.includes(one.type));
}
