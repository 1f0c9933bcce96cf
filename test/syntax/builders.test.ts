import { describe, expect, it } from "vitest";
import { parser } from "../../grammar/parser.js";
import * as blocks from "../../src/syntax/build-blocks.js";
import * as clauses from "../../src/syntax/build-clauses.js";
import * as declarations from "../../src/syntax/build-declarations.js";
import * as expressions from "../../src/syntax/build-expressions.js";
import * as file from "../../src/syntax/build-file.js";
import * as tests from "../../src/syntax/build-tests.js";
import * as types from "../../src/syntax/build-types.js";
import * as values from "../../src/syntax/build-values.js";

const BUILDERS = {
  ...blocks,
  ...clauses,
  ...declarations,
  ...expressions,
  ...file,
  ...tests,
  ...types,
  ...values,
};

describe("the builders of the syntax tree", () => {
  it("leave no rule of the grammar out", () => {
    const rules = Object.keys(parser.getGAstProductions()).filter((rule) => rule !== "file");
    const builders = rules.map((rule) => `build${rule[0]?.toUpperCase()}${rule.slice(1)}`);
    expect(builders.filter((builder) => !(builder in BUILDERS))).toEqual([]);
  });
});
