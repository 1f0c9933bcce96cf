/** Finds, among many rules of one tool, the few that could hold wherever another one does, without asking all pairs. */

import { partsOf } from "../expressions/parts.js";
import type { Expr, Inside, Program, Rule } from "../program.js";
import { termKey } from "./term-key.js";
import { atomOf } from "./value-set.js";

/** So many rules are looked at for one, of each kind of likeness. */
const MOST_COMPARED = 12;

/** One rule at one tool. */
export interface RuleAt {
  readonly rule: Rule;
  readonly inside: Inside;
}

/** Rules of one tool by what they ask: nothing, or something of a term that the other has to ask of as well. */
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

  /** Candidates; that one of them holds wherever the rule does is for a solver to say. */
  near(rule: Rule): Iterable<RuleAt> {
    const found = new Set<RuleAt>();
    for (const at of this.#free.values()) {
      if (found.size >= MOST_COMPARED) break;
      found.add(at);
    }
    const keys = new Set<string>([""]);
    for (const { term, atoms } of rule.condition === undefined
      ? []
      : marksOf(rule.condition, this.#program)) {
      keys.add(term);
      for (const atom of atoms) keys.add(`${term}=${atom}`);
    }
    for (const key of keys) for (const at of this.#byTerm.get(key) ?? []) if (at.rule !== rule) found.add(at);
    return found;
  }

  #put(key: string, at: RuleAt): void {
    const list = this.#byTerm.get(key) ?? [];
    if (list.length < MOST_COMPARED) list.push(at);
    this.#byTerm.set(key, list);
  }
}

function whoKey({ who }: Rule): string {
  const { agents, for: whom } = who;
  const names = whom.kind === "roles" ? [...whom.roles] : whom.kind === "users" ? [...whom.users] : [];
  return JSON.stringify([agents === "any" ? agents : [...agents].sort(), whom.kind, names.sort()]);
}

interface Mark {
  readonly term: string;
  /** Constants that it is compared with for equality. */
  readonly atoms: readonly (string | number | boolean)[];
}

/** What a condition asks of which terms; of defines only that they are asked. */
function marksOf(condition: Expr, program: Program, depth = 0): Mark[] {
  if (condition.kind === "compare") {
    const { left, right, operator } = condition;
    const isPoint = operator === "==" || operator === "in";
    const [term, other] = left.kind === "const" ? [right, left] : [left, right];
    const constant =
      other.kind === "data"
        ? program.data.get(other.data)?.value
        : other.kind === "const"
          ? other.value
          : undefined;
    const values = Array.isArray(constant) ? constant.slice(0, MOST_COMPARED) : [constant];
    return [{ term: termKey(term), atoms: isPoint ? values.flatMap((value) => atomOf(value) ?? []) : [] }];
  }
  if (condition.kind === "define" && depth < 8) {
    const body = program.defines.get(condition.define)?.body;
    const inner = body === undefined ? [] : marksOf(body, program, depth + 1);
    return [{ term: termKey(condition), atoms: [] }, ...inner.slice(0, MOST_COMPARED)];
  }
  if (condition.kind === "has" || condition.kind === "like" || condition.kind === "matches") {
    return [{ term: termKey(condition.of), atoms: [] }];
  }
  if (condition.kind === "and" || condition.kind === "or" || condition.kind === "not") {
    return partsOf(condition).flatMap((part) => marksOf(part, program, depth));
  }
  return [{ term: termKey(condition), atoms: [] }];
}
