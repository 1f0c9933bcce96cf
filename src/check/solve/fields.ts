/** Facts about a request that have no path in the language, stored as fields whose names no path can contain. */
import type { Span } from "../../source/source.js";
import type { Type } from "../../values/type.js";
import type { Expr, Root } from "../program.js";

const NOWHERE: Span = { file: "", start: 0, end: 0 };
const BOOL: Type = { kind: "bool" };
const CASES: Type = { kind: "text", max: 4096 };
/** The acting agent's id. */
export const AGENT_ID = "#id";
/** The id of the kind of the open transaction. */
export const TRANSACTION_ID = "#kind";

/** Whether the user has a role. */
export function roleField(role: string): string {
  return `#role ${role}`;
}

/** The expression for a root. */
export function rootOf(root: Root): Expr {
  return { kind: "root", root, type: { kind: "record", fields: [] }, span: NOWHERE };
}

/** The expression for a field of a root. */
export function fact(root: Root, name: string, type: Type = BOOL): Expr {
  return { kind: "field", of: rootOf(root), name, optional: false, type, span: NOWHERE };
}

/** All of the items. */
export function conjunction(items: readonly Expr[]): Expr {
  return { kind: "and", items, type: BOOL, span: NOWHERE };
}

/** Any of the items. */
export function disjunction(items: readonly Expr[]): Expr {
  return { kind: "or", items, type: BOOL, span: NOWHERE };
}

/** Whether a value is present. */
export function has(of: Expr): Expr {
  return { kind: "has", of, type: BOOL, span: NOWHERE };
}

/** The negation of a condition. */
export function not(of: Expr): Expr {
  return { kind: "not", of, type: BOOL, span: NOWHERE };
}

/** Whether a text is one of these; false for an empty list. */
export function isOneOf(of: Expr, texts: Iterable<string>): Expr {
  const items = [...texts];
  const type: Type = { kind: "list", of: CASES, max: items.length };
  const right: Expr = { kind: "const", value: items, type, span: NOWHERE };
  return { kind: "compare", operator: "in", left: of, right, type: BOOL, span: NOWHERE };
}

/** Whether a time is before another. */
export function isBefore(of: Expr, time: number): Expr {
  const right = constantOf(time, { kind: "time" });
  return { kind: "compare", operator: "<", left: of, right, type: BOOL, span: NOWHERE };
}

/** The expression for a constant. */
export function constantOf(value: (Expr & { kind: "const" })["value"], type: Type): Expr {
  return { kind: "const", value, type, span: NOWHERE };
}

/** The acting agent. */
export const AGENT: Expr = fact("agent", AGENT_ID, CASES);
/** The kind of the open transaction. */
export const TRANSACTION: Expr = fact("txn", TRANSACTION_ID, CASES);
/** The time of the decision. */
export const NOW: Expr = { kind: "root", root: "now", type: { kind: "time" }, span: NOWHERE };
