/**
 * Finds, among many rules of one tool, the few that could hold wherever another one does, without comparing all pairs.
 */

import { eachPart } from "../expressions/parts.js";
import type { Expr, Inside, Program, Rule } from "../program.js";
import { termKey } from "./term-key.js";
import { atomOf } from "./value-set.js";

/** Rules compared with one rule, for each kind of similarity. */
const MAX_COMPARED = 12;

/** One rule at one tool. */
export interface RuleAt {
  readonly rule: Rule;
  readonly inside: Inside;
}

/**
 * Rules of one tool, by the terms their conditions read. A rule is a candidate only if it reads nothing or shares a
 * term with it.
 */
export class RuleIndex {
  readonly #free = new Map<string, RuleAt>();
  readonly #byTerm = new Map<string, RuleAt[]>();
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  add(at: RuleAt): void {
    const { rule } = at;
    if (rule.condition === undefined) {
      const key = JSON.stringify([whoKey(rule), at.inside === "anywhere" ? "" : [...at.inside], rule.until]);
      if (!this.#free.has(key)) this.#free.set(key, at);
      return;
    }
    const marks = marksOf(rule.condition, this.#program);
    const sharpest = marks.find(({ atoms }) => atoms.length > 0) ?? marks[0];
    if (sharpest === undefined) {
      this.#put("", at);
      return;
    }
    if (sharpest.atoms.length === 0) this.#put(sharpest.term, at);
    for (const atom of sharpest.atoms) this.#put(`${sharpest.term}=${atom}`, at);
  }

  /** Candidates only: the solver decides whether one of them holds wherever the rule does. */
  near(rule: Rule): Iterable<RuleAt> {
    const found = new Set<RuleAt>();
    for (const at of this.#free.values()) {
      if (found.size >= MAX_COMPARED) break;
      found.add(at);
    }
    const add = (key: string): void => {
      for (const at of this.#byTerm.get(key) ?? []) if (at.rule !== rule) found.add(at);
    };
    add("");
    for (const { term, atoms } of rule.condition === undefined
      ? []
      : marksOf(rule.condition, this.#program)) {
      add(term);
      for (const atom of atoms) add(`${term}=${atom}`);
    }
    return found;
  }

  #put(key: string, at: RuleAt): void {
    const list = this.#byTerm.get(key) ?? [];
    if (list.length < MAX_COMPARED) list.push(at);
    this.#byTerm.set(key, list);
  }
}

function whoKey({ who }: Rule): string {
  const { agents, for: whom } = who;
  const names = whom.kind === "roles" ? [...whom.roles] : whom.kind === "users" ? [...whom.users] : [];
  return JSON.stringify([agents === "any" ? agents : [...agents].sort(), whom.kind, names.sort()]);
}

const NO_ATOMS: readonly never[] = [];

interface Mark {
  readonly term: string;
  /** Constants that the term is compared with for equality. */
  readonly atoms: readonly (string | number | boolean)[];
}

/** The terms that a condition reads, with their constants; for defines only that they are used. */
function marksOf(condition: Expr, program: Program): readonly Mark[] {
  const marks: Mark[] = [];
  addMarks(condition, program, 0, marks);
  return marks;
}

function addMarks(condition: Expr, program: Program, depth: number, marks: Mark[]): void {
  switch (condition.kind) {
    case "compare":
      marks.push(markOf(condition, program));
      return;
    case "and":
    case "or":
    case "not":
      eachPart(condition, (part) => addMarks(part, program, depth, marks));
      return;
    case "has":
    case "like":
    case "matches":
    case "finds":
      marks.push({ term: termKey(condition.of), atoms: NO_ATOMS });
      return;
    default:
      marks.push({ term: termKey(condition), atoms: NO_ATOMS });
  }
  const body =
    condition.kind === "define" && depth < 8 ? program.defines.get(condition.define)?.body : undefined;
  if (body === undefined) return;
  const inner: Mark[] = [];
  addMarks(body, program, depth + 1, inner);
  marks.push(...inner.slice(0, MAX_COMPARED));
}

function markOf({ left, right, operator }: Expr & { kind: "compare" }, program: Program): Mark {
  const term = termKey(left.kind === "const" ? right : left);
  if (operator !== "==" && operator !== "in") return { term, atoms: NO_ATOMS };
  const other = left.kind === "const" ? left : right;
  const constant =
    other.kind === "data"
      ? program.data.get(other.data)?.value
      : other.kind === "const"
        ? other.value
        : undefined;
  const values = Array.isArray(constant) ? constant.slice(0, MAX_COMPARED) : [constant];
  return { term, atoms: values.flatMap((value) => atomOf(value) ?? []) };
}
