import type { Expectation, Given, MatrixDeclaration, Step, TestDeclaration } from "../syntax/ast.js";
import { alignRows } from "./align-rows.js";
import { namesDoc, needsDoc, obligationsDoc } from "./clause.js";
import { type Doc, flatText, join } from "./doc.js";
import { BLOCK, type Brackets, type Entry, enclose } from "./enclose.js";
import type { Original } from "./original.js";
import { optionalRecord, quoted, recordDoc, valueDoc } from "./value.js";

/** The calls of a plan: separated by commas on one line, by line breaks otherwise. */
const PLAN: Brackets = { open: "[", close: "]", flat: ",", broken: "", pad: " " };

/** Returns a test with one step per line, not aligned. */
export function testDoc(original: Original, test: TestDeclaration): Doc {
  return enclose(original, test, stepEntries(original, test.steps), BLOCK, {
    head: `test ${quoted(test.title.value)} `,
    overLines: original.isDeclarationOverLines(test),
  });
}

function stepEntries(original: Original, steps: readonly Step[]): readonly Entry[] {
  return steps.map((step) => ({ node: step, start: step.span.start, doc: stepDoc(original, step) }));
}

function stepDoc(original: Original, step: Step): Doc {
  switch (step.kind) {
    case "call":
      return [`call ${step.tool.text}`, optionalRecord(original, step.args)];
    case "send":
      return [`send ${step.channel.text}`, optionalRecord(original, step.args)];
    case "outcome":
      return [`outcome ${step.status}`, optionalRecord(original, step.fields)];
    case "approve":
    case "reject": {
      const by = quoted(step.by.value);
      return [`${step.kind} ${step.scheme.text} by ${by}`, optionalRecord(original, step.fields)];
    }
    case "begin":
      return beginDoc(original, step);
    case "commit":
    case "abort":
      return step.kind;
    case "wait":
      return `wait ${step.duration.raw}`;
    case "repeat": {
      const times = original.spelled(step.times.span, step.times.value);
      return enclose(original, step, stepEntries(original, step.steps), BLOCK, { head: `repeat ${times} ` });
    }
    case "expect":
      return ["expect ", expectationDoc(original, step.expectation)];
    default:
      return givenDoc(original, step);
  }
}

function givenDoc(original: Original, given: Given): Doc {
  switch (given.kind) {
    case "given-user":
      return [`given user ${quoted(given.id.value)}`, optionalRecord(original, given.fields)];
    case "given-agent":
      return [
        "given agent ",
        join(
          " > ",
          given.hops.map((hop) => [hop.agent.text, optionalRecord(original, hop.fields)]),
        ),
      ];
    case "given-now":
      return `given now ${given.at.raw}`;
    case "given-tenant":
      return `given tenant ${quoted(given.tenant.value)}`;
    case "given-context":
      return recordDoc(original, given.record, "given context ");
    case "given-session":
      return recordDoc(original, given.record, "given session ");
    case "given-data":
      return valueDoc(original, given.value, `given data ${given.name.text} = `);
    case "given-outage":
      return `given outage ${given.on ? "on" : "off"}`;
  }
}

function beginDoc(original: Original, step: Step & { readonly kind: "begin" }): Doc {
  const head = `begin ${step.transaction.text}`;
  if (step.plan === undefined) return head;
  const calls = step.plan.map(
    (call): Entry => ({
      node: call,
      start: call.span.start,
      doc: recordDoc(original, call.args, `${call.tool.text} `),
    }),
  );
  return enclose(original, step, calls, PLAN, { head: `${head} plan ` });
}

function expectationDoc(original: Original, expectation: Expectation): Doc {
  switch (expectation.kind) {
    case "verdict":
      return expectation.by.length === 0
        ? expectation.verdict
        : [`${expectation.verdict} by `, namesDoc(expectation.by)];
    case "needs":
      return ["needs ", needsDoc(expectation.needs)];
    case "with":
      return ["with ", obligationsDoc(original, expectation.obligations)];
    case "refused":
      return "refused";
  }
}

/** Returns a matrix: its table in columns, one line per row regardless of length. */
export function matrixDoc(original: Original, matrix: MatrixDeclaration): Doc {
  const table = [
    { node: matrix.agents, start: matrix.agents[0]?.span.start ?? 0, cells: headCells(matrix) },
    ...matrix.rows.map((row) => ({
      node: row,
      start: row.span.start,
      cells: [
        `${row.tool.text} ${flatText(recordDoc(original, row.args))}  `,
        ...columns(row.verdicts.map((cell) => cell.verdict)),
      ],
    })),
  ];
  const lines = alignRows(table.map((row) => row.cells));
  const entries = [
    ...stepEntries(original, matrix.givens),
    ...table.map(({ node, start }, index): Entry => ({ node, start, doc: lines[index] ?? "" })),
  ];
  const head = `matrix ${quoted(matrix.title.value)} `;
  return enclose(original, matrix, entries, BLOCK, { head, overLines: true });
}

function headCells(matrix: MatrixDeclaration): readonly string[] {
  return ["agents", ...columns(matrix.agents.map((agent) => agent.text))];
}

/** Returns cells with a bar before each but the first. */
function columns(cells: readonly string[]): readonly string[] {
  return cells.map((cell, index) => (index === 0 ? cell : `| ${cell}`));
}
