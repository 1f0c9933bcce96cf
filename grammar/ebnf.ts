/**
 * The grammar as text for people, made from the parser itself, so that the two cannot differ.
 *
 * `{ x }` repeats, `[ x ]` is optional, alternatives are tried in the order written.
 */
import type { ISerializedGast } from "chevrotain";
import { chains, LEVELS, OPERATORS } from "./operators.js";
import { parser } from "./parser.js";

const WIDTH = 118;

/** Chevrotain's serialised productions, as far as this grammar uses them. */
interface Production {
  readonly type: ISerializedGast["type"];
  readonly name?: string;
  readonly label?: string;
  readonly definition?: readonly Production[];
}

/** The text of `grammar/writ.ebnf`. */
export function ebnf(): string {
  const rules = parser.getSerializedGastProductions() as readonly Production[];
  const width = Math.max(...rules.map((rule) => (rule.name ?? "").length));
  const lines = rules.map((rule) => layOut(rule.name ?? "", choice(rule), width));
  return `${HEADER}\n${lines.join("\n")}\n\n${levels()}\n`;
}

/** What the flat chain of an `expr` does not show: which operators bind tighter. */
function levels(): string {
  const lines = LEVELS.map((level) => {
    const words = OPERATORS.filter((each) => each.level === level).map(({ word }) => `"${word}"`);
    const note = level === "not" || chains(level) ? "" : "   at most one in a row";
    return `   ${(level === "not" ? ['"not"'] : words).join(" ")}${note}`;
  });
  return `(* Operators, from the loosest to the tightest; those of one line group from the left.\n${lines.join("\n")} *)`;
}

const HEADER = `(* Generated from parser.ts by \`npm run grammar\`. { x } repeats, [ x ] is optional; LL(2), the first alternative that fits wins.
   Tokens: README.md. A WORD is any word at all, a NAME any word in lower case that is not reserved. *)
`;

function layOut(name: string, body: string, width: number): string {
  const indent = " ".repeat(width);
  const lines: string[] = [];
  let line = `${name.padEnd(width)} =`;
  for (const part of body.split(" ")) {
    if (line.length + part.length + 1 > WIDTH) {
      lines.push(line);
      line = `${indent}  `;
    }
    line += ` ${part}`;
  }
  lines.push(`${line} .`);
  return lines.join("\n");
}

function sequence(production: Production): string {
  return (production.definition ?? []).map(term).join(" ");
}

function term(production: Production): string {
  switch (production.type) {
    case "Terminal":
      return production.label ?? "";
    case "NonTerminal":
      return production.name ?? "";
    case "Option":
      return `[ ${choice(production)} ]`;
    case "Repetition":
      return `{ ${choice(production)} }`;
    case "Alternation":
      return production.definition?.length === 1 ? choice(production) : `( ${alternatives(production)} )`;
    default:
      return sequence(production);
  }
}

/** The inside of brackets, where alternatives need no parentheses. */
function choice(production: Production): string {
  const only = production.definition?.length === 1 ? production.definition[0] : undefined;
  return only?.type === "Alternation" ? alternatives(only) : sequence(production);
}

function alternatives(production: Production): string {
  return (production.definition ?? []).map(sequence).join(" | ");
}
