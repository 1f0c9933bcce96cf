/** Facts about a request that no author can write as a path, as fields with names that no path has. */
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

/** A root by itself. */
export function rootOf(root: Root): Expr {
  return { kind: "root", root, type: { kind: "record", fields: [] }, span: NOWHERE };
}

/** A field of a root. */
export function fact(root: Root, name: string, type: Type = BOOL): Expr {
  return { kind: "field", of: rootOf(root), name, optional: false, type, span: NOWHERE };
}

/** All of them. */
export function conjunction(items: readonly Expr[]): Expr {
  return { kind: "and", items, type: BOOL, span: NOWHERE };
}

/** One of them. */
export function disjunction(items: readonly Expr[]): Expr {
  return { kind: "or", items, type: BOOL, span: NOWHERE };
}

/** Whether it is there. */
export function has(of: Expr): Expr {
  return { kind: "has", of, type: BOOL, span: NOWHERE };
}

/** Its opposite. */
export function not(of: Expr): Expr {
  return { kind: "not", of, type: BOOL, span: NOWHERE };
}

/** Whether a text is one of these; with nothing to be, it is not. */
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

/** A value that is known. */
export function constantOf(value: (Expr & { kind: "const" })["value"], type: Type): Expr {
  return { kind: "const", value, type, span: NOWHERE };
}

/** The acting agent. */
export const AGENT: Expr = fact("agent", AGENT_ID, CASES);
/** The kind of the open transaction. */
export const TRANSACTION: Expr = fact("txn", TRANSACTION_ID, CASES);
/** The time of the decision. */
export const NOW: Expr = { kind: "root", root: "now", type: { kind: "time" }, span: NOWHERE };
