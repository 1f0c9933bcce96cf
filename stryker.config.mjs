/** Small changes of the source, each tried against the tests that reach it: `npm run mutants`, outside of what CI runs. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "vitest.mutants.config.ts", related: true },
  mutate: ["engine", "compile", "state", "identity", "values", "check/rules", "service"].map(
    (folder) => `src/${folder}/**/*.ts`,
  ),
  coverageAnalysis: "perTest",
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  timeoutMS: 20_000,
  timeoutFactor: 3,
  // Messages for people are no decisions.
  mutator: { excludedMutations: ["StringLiteral"] },
  ignorePatterns: ["dist", "bench/results", "data", ".mutants*", "reports"],
  // Stryker would rewrite it through the old interface of the compiler, and nothing here needs it rewritten.
  tsconfigFile: "no-tsconfig.json",
  tempDirName: ".mutants",
  incremental: false,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, reportTests: false, skipFull: true },
  thresholds: { high: 95, low: 90, break: null },
};
