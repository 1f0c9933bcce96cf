/** The smallest conditions, and what follows for their terms if one is true, false or unknown. */
import type { Expr, Label } from "../program.js";
import { MAX_MATCHED_BYTES, MAX_SEARCHED_BYTES } from "./limits.js";
import { ABSENT, FAILS, HOLDS, type Outcomes, THERE, UNCLEAR, UNKNOWABLE } from "./outcomes.js";
import type { Store } from "./store.js";
import { termKey } from "./term-key.js";
import { type Atom, atomOf } from "./value-set.js";

/** Assumes that a leaf has this one outcome; returns false if it cannot. */
export function assumeLeaf(
  store: Store,
  leaf: Expr,
  outcome: Outcomes,
  labels: ReadonlyMap<string, Label>,
): boolean {
  const key = termKey(leaf);
  const before = store.outcomeOf(key);
  if (before !== undefined && (before & outcome) === 0) return false;
  store.comesOut(key, outcome);
  if (leaf.kind === "has") {
    return store.be(leaf.of, outcome === HOLDS ? THERE : outcome === FAILS ? ABSENT : UNKNOWABLE);
  }
  if (outcome === UNCLEAR) return assumeUnclear(store, leaf);
  for (const term of operandsOf(leaf)) if (!store.be(term, THERE)) return false;
  return assumeKnown(store, leaf, outcome === HOLDS, labels);
}

/** The terms that must be present for the leaf to be true or false. */
function operandsOf(leaf: Expr): readonly Expr[] {
  switch (leaf.kind) {
    case "compare":
      return [leaf.left, leaf.right];
    case "like":
    case "matches":
    case "finds":
      return [leaf.of];
    case "prior":
    case "quantifier":
      return [];
    default:
      return [leaf];
  }
}

function assumeUnclear(store: Store, leaf: Expr): boolean {
  if (leaf.kind === "prior" || leaf.kind === "quantifier") return true;
  if (leaf.kind === "matches" && mayBeTooLong(leaf.of, MAX_MATCHED_BYTES)) return true;
  if (leaf.kind === "finds" && mayBeTooLong(leaf.of, MAX_SEARCHED_BYTES)) return true;
  const unsure = operandsOf(leaf).filter((term) => store.presenceOf(term) & (ABSENT | UNKNOWABLE));
  const [only] = unsure;
  if (only === undefined) return false;
  return unsure.length > 1 || store.be(only, ABSENT | UNKNOWABLE);
}

/**
 * A pattern is unknown on input above its limit. The limit counts bytes, and a text can have four bytes per character.
 */
function mayBeTooLong({ kind, type }: Expr, bytes: number): boolean {
  if (kind !== "field") return true;
  if (type.kind === "union") return type.options.some((option) => option.length * 3 > bytes);
  return type.kind !== "domain" && !(type.kind === "text" && type.max * 4 <= bytes);
}

function assumeKnown(store: Store, leaf: Expr, holds: boolean, labels: ReadonlyMap<string, Label>): boolean {
  switch (leaf.kind) {
    case "const":
      return leaf.value === holds;
    case "compare":
      if (leaf.operator === "<") {
        return holds ? store.order(leaf.left, leaf.right, true) : store.order(leaf.right, leaf.left, false);
      }
      return leaf.operator === "=="
        ? assumeEqual(store, leaf.left, leaf.right, holds)
        : assumeMember(store, leaf, holds, labels);
    case "like": {
      const { pattern, separator } = leaf;
      return store.narrow(leaf.of, {
        not: new Set(),
        shapes: [{ kind: "like", pattern, separator, holds }],
      });
    }
    case "function": {
      const [path, root] = leaf.args;
      if (leaf.name === "under" && path !== undefined && root?.kind === "const") {
        if (typeof root.value !== "string") return true;
        const shape = { kind: "under", root: root.value, holds } as const;
        return store.narrow(path, { not: new Set(), shapes: [shape] });
      }
      return store.narrowTo(leaf, [holds]);
    }
    case "matches":
    case "finds":
    case "prior":
    case "quantifier":
      return true;
    default:
      return store.narrowTo(leaf, [holds]);
  }
}

function assumeEqual(store: Store, left: Expr, right: Expr, holds: boolean): boolean {
  if (termKey(left) === termKey(right)) return holds;
  if (right.kind === "const") {
    const atom = atomOf(right.value);
    if (atom === undefined) return true;
    if (!holds) return store.narrowFrom(left, [atom]);
    return store.narrowTo(left, [atom]) && assumeParts(store, left, right);
  }
  const [a, b] = [store.valuesOf(left), store.valuesOf(right)];
  if (!holds) {
    const [one] = a.only?.size === 1 ? a.only : [];
    const [other] = b.only?.size === 1 ? b.only : [];
    return one === undefined || one !== other;
  }
  if (!store.narrow(left, b) || !store.narrow(right, store.valuesOf(left))) return false;
  return !isOrdered(left) || (store.order(left, right, false) && store.order(right, left, false));
}

function isOrdered({ type }: Expr): boolean {
  return ["int", "number", "duration", "time"].includes(type.kind);
}

/** Assumes the parts of an address that is known. */
function assumeParts(store: Store, of: Expr, known: Expr & { kind: "const" }): boolean {
  const { value } = known;
  if (typeof value !== "object" || value === null || !("text" in value)) return true;
  for (const name of ["local", "domain", "scheme", "host", "host_kind", "path", "address_kind"]) {
    const part = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof part !== "string") continue;
    const field: Expr = {
      kind: "field",
      of,
      name,
      optional: false,
      type: { kind: "text", max: 4096 },
      span: of.span,
    };
    if (!store.narrowTo(field, [part])) return false;
  }
  return true;
}

function assumeMember(
  store: Store,
  leaf: Expr & { kind: "compare" },
  holds: boolean,
  labels: ReadonlyMap<string, Label>,
): boolean {
  const { left, right } = leaf;
  if (left.type.kind === "label") return assumeLabel(store, leaf, holds, labels);
  if (right.kind === "const" && Array.isArray(right.value)) {
    const atoms: Atom[] = [];
    for (const value of right.value) {
      const atom = atomOf(value);
      if (atom === undefined) return true;
      atoms.push(atom);
    }
    if (left.kind === "const") {
      const atom = atomOf(left.value);
      return atom === undefined || atoms.includes(atom) === holds;
    }
    return holds ? store.narrowTo(left, atoms) : store.narrowFrom(left, atoms);
  }
  if (holds && (right.type.kind === "list" || right.type.kind === "set")) return isNotEmpty(store, right);
  return true;
}

/** Assumes that a label is in a set of labels: the set contains one that implies it. */
function assumeLabel(
  store: Store,
  leaf: Expr & { kind: "compare" },
  holds: boolean,
  labels: ReadonlyMap<string, Label>,
): boolean {
  const { left, right } = leaf;
  if (left.kind !== "const" || typeof left.value !== "string") return true;
  const follow = holds
    ? [...(labels.get(left.value)?.closure ?? [])]
    : [...labels.values()].filter((each) => each.closure.has(left.value as string)).map(({ id }) => id);
  for (const id of follow) {
    if (id === left.value) continue;
    const key = termKey({ ...leaf, left: { ...left, value: id } });
    const outcome = holds ? HOLDS : FAILS;
    if (((store.outcomeOf(key) ?? outcome) & outcome) === 0) return false;
    store.comesOut(key, outcome);
  }
  return !holds || right.kind === "const" || isNotEmpty(store, right);
}

/** Whether a list may be non-empty; if so, an element is assumed. */
export function isNotEmpty(store: Store, list: Expr): boolean {
  const size: Expr = {
    kind: "function",
    name: "size",
    args: [list],
    type: { kind: "int", min: 0 },
    span: list.span,
  };
  return store.narrowRange(size, { low: 1 });
}
