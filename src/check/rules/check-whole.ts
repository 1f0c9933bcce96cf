import type { File } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import type { Program } from "../program.js";
import { absentAmounts } from "./absent-amounts.js";
import { announceChains } from "./announce-chains.js";
import { announceTransactions } from "./announce-transactions.js";
import { bindReachOfExceptions } from "./bind-reach-of-exceptions.js";
import { boundAmounts } from "./bound-amounts.js";
import { constantConditions } from "./constant-conditions.js";
import { constantsThroughNames } from "./constants-through-names.js";
import { coverAllows } from "./cover-allows.js";
import { earlierNames } from "./earlier-names.js";
import { expiredRules } from "./expired-rules.js";
import { gateTierThree } from "./gate-tier-three.js";
import { keepScriptsApart } from "./keep-scripts-apart.js";
import { knowThreats } from "./know-threats.js";
import { meterWrites } from "./meter-writes.js";
import { missingLabels } from "./missing-labels.js";
import { nameThreats } from "./name-threats.js";
import { readPatterns } from "./read-patterns.js";
import { unmatchableSubjects } from "./unmatchable-subjects.js";
import { unreachableTargets } from "./unreachable-targets.js";
import { untestedRules } from "./untested-rules.js";
import { useVocabulary } from "./use-vocabulary.js";

/**
 * A rule about a whole bundle. It runs only if the parts are correct, so that a typing mistake causes no further
 * reports.
 */
export type PolicyRule = (bundle: Bundle, program: Program, files: readonly File[]) => void;

/** Those that may report an error. */
const REFUSING: readonly PolicyRule[] = [gateTierThree, missingLabels, knowThreats, earlierNames];

const RULES: readonly PolicyRule[] = [
  ...REFUSING,
  expiredRules,
  boundAmounts,
  absentAmounts,
  meterWrites,
  useVocabulary,
  coverAllows,
  constantConditions,
  readPatterns,
  constantsThroughNames,
  unmatchableSubjects,
  nameThreats,
  keepScriptsApart,
  unreachableTargets,
  announceTransactions,
  announceChains,
  bindReachOfExceptions,
  untestedRules,
];

/** Runs the checks that need the whole bundle: safety, and oversights. */
export function checkWhole(bundle: Bundle, program: Program, files: readonly File[]): void {
  const rules = bundle.options.warnings === false ? REFUSING : RULES;
  for (const rule of rules) rule(bundle, program, files);
}
