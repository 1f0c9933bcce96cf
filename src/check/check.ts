import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { sortDiagnostics } from "../diagnostics/sort.js";
import type { File } from "../syntax/ast.js";
import { checkAgents } from "./agents.js";
import { checkApprovals } from "./approvals.js";
import { ArgumentsOf } from "./arguments.js";
import { Bundle, type CheckOptions } from "./bundle.js";
import { checkExceptions } from "./check-exceptions.js";
import { checkLimits } from "./check-limits.js";
import { checkRules } from "./check-rules.js";
import { checkData } from "./data.js";
import { declareNames, entriesOf } from "./declare.js";
import { Defines } from "./defines.js";
import { Weights } from "./expressions/cost.js";
import { ExpressionChecker } from "./expressions/expression-checker.js";
import { checkKey } from "./keys.js";
import type { Program } from "./program.js";
import { ReachFinder } from "./reach.js";
import { nameResolver } from "./resolve-name.js";
import { TypeResolver } from "./resolve-type.js";
import type { RuleChecking } from "./rule-parts.js";
import { checkWhole } from "./rules/check-whole.js";
import { forgetTermKeys } from "./solve/term-key.js";
import { checkTests } from "./tests/check-tests.js";
import { checkChannels, checkTools } from "./tools.js";
import { checkTransactions } from "./transactions.js";
import {
  checkAssurance,
  checkDelegation,
  checkLabels,
  checkSchemas,
  checkTagsAndRoles,
  declarationsOf,
} from "./vocabulary.js";

export type { CheckOptions } from "./bundle.js";

/** The result of checking: the program, if there are no errors, and every diagnostic. */
export interface Checked {
  /** Undefined if there is any error: a bundle is never accepted in part. */
  readonly program: Program | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What is known despite errors, for editors to show. Never decide anything with it. */
  readonly known: Bundle;
}

/** Checks the files of a bundle as one; the order of files and declarations does not matter. Never throws. */
export function check(files: readonly File[], options: CheckOptions): Checked {
  const bundle = new Bundle(options);
  declareNames(bundle, files);
  const types = new TypeResolver(bundle);
  checkVocabulary(bundle, files, types);
  checkCatalogue(bundle, types);
  const checking = rulesOf(bundle, types);
  checkRules(checking);
  checkLimits(checking);
  checkExceptions(checking);
  const program = programOf(bundle, files);
  checkTests(checking.expressions, program.tests, program.matrices);
  if (bundle.problems.errors === 0) checkWhole(bundle, program, files);
  forgetTermKeys();
  return {
    program: bundle.problems.errors === 0 ? program : undefined,
    diagnostics: sortDiagnostics(bundle.problems.found, Number.POSITIVE_INFINITY).shown,
    known: bundle,
  };
}

function checkVocabulary(bundle: Bundle, files: readonly File[], types: TypeResolver): void {
  checkLabels(bundle);
  checkTagsAndRoles(bundle);
  checkAssurance(bundle, files);
  checkDelegation(bundle, files);
  for (const entry of entriesOf(bundle, "type", "type")) types.declared(entry.id);
  checkSchemas(bundle, files, types);
}

function checkCatalogue(bundle: Bundle, types: TypeResolver): void {
  checkTools(bundle, types);
  checkChannels(bundle);
  checkAgents(bundle);
  checkData(bundle, types);
  checkApprovals(bundle);
}

function rulesOf(bundle: Bundle, types: TypeResolver): RuleChecking {
  const reach = new ReachFinder(bundle);
  checkTransactions(bundle, reach);
  const weights = new Weights(bundle.defines);
  const defines = new Defines(bundle, types, weights, () => expressions);
  const expressions: ExpressionChecker = new ExpressionChecker({
    bundle,
    define: (id, at) => defines.use(id, at),
    key: (name, scope) => checkKey(bundle, name, scope),
  });
  defines.checkAll();
  return { bundle, reach, args: new ArgumentsOf(bundle.tools), expressions, weights };
}

function programOf(bundle: Bundle, files: readonly File[]): Program {
  const program = {
    labels: bundle.labels,
    tags: bundle.tags,
    assurance: bundle.assurance,
    roles: bundle.roles,
    types: bundle.types,
    schemas: bundle.schemas,
    tools: bundle.tools,
    channels: bundle.channels,
    agents: bundle.agents,
    delegationDepth: bundle.delegationDepth,
    data: bundle.data,
    defines: bundle.defines,
    approvals: bundle.approvals,
    transactions: bundle.transactions,
    rules: bundle.rules,
    limits: bundle.limits,
    exceptions: bundle.exceptions,
    tests: declarationsOf(files, "test"),
    matrices: declarationsOf(files, "matrix"),
  };
  return { ...program, resolve: nameResolver(program) };
}
