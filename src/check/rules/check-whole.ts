import type { File } from "../../syntax/ast.js";
import type { Bundle } from "../bundle.js";
import type { Program } from "../program.js";
import { absentAmounts } from "./absent-amounts.js";
import { announceChains } from "./announce-chains.js";
import { announceTransactions } from "./announce-transactions.js";
import { bindReachOfExceptions } from "./bind-reach-of-exceptions.js";
import { boundAmounts } from "./bound-amounts.js";
import { concernSomebody } from "./concern-somebody.js";
import { coverAllows } from "./cover-allows.js";
import { earlierNames } from "./earlier-names.js";
import { gateTierThree } from "./gate-tier-three.js";
import { keepScriptsApart } from "./keep-scripts-apart.js";
import { knowThreats } from "./know-threats.js";
import { meanConditions } from "./mean-conditions.js";
import { meterWrites } from "./meter-writes.js";
import { nameThreats } from "./name-threats.js";
import { outliveNoDate } from "./outlive-no-date.js";
import { reachSomething } from "./reach-something.js";
import { readPatterns } from "./read-patterns.js";
import { sayLabels } from "./say-labels.js";
import { tryRules } from "./try-rules.js";
import { useVocabulary } from "./use-vocabulary.js";

/** A rule about a bundle as a whole. It is asked only of one whose parts are sound, so nothing follows from a typing mistake. */
export type PolicyRule = (bundle: Bundle, program: Program, files: readonly File[]) => void;

/** Those that may report an error. */
const REFUSING: readonly PolicyRule[] = [gateTierThree, sayLabels, knowThreats, earlierNames];

const RULES: readonly PolicyRule[] = [
  ...REFUSING,
  outliveNoDate,
  boundAmounts,
  absentAmounts,
  meterWrites,
  useVocabulary,
  coverAllows,
  meanConditions,
  readPatterns,
  concernSomebody,
  nameThreats,
  keepScriptsApart,
  reachSomething,
  announceTransactions,
  announceChains,
  bindReachOfExceptions,
  tryRules,
];

/** Safety and oversights that only the whole bundle shows. */
export function checkWhole(bundle: Bundle, program: Program, files: readonly File[]): void {
  const rules = bundle.options.warnings === false ? REFUSING : RULES;
  for (const rule of rules) rule(bundle, program, files);
}
