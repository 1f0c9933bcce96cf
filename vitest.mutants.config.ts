import { defineConfig } from "vitest/config";

/** Only these tests, as globs with commas between; for a quick look at a part. */
const only = process.env.WRIT_MUTANT_TESTS?.split(",");

/** The tests that small changes of the source are tried against: none of processes, of pages or of the map. */
export default defineConfig({
  test: {
    include: only ?? ["test/**/*.test.ts"],
    exclude: [
      "test/architecture.test.ts",
      "test/readme.test.ts",
      "test/index.test.ts",
      "test/{bench,cli,editor,proofs}/**",
      "test/laws/{model,posture-diff,mutants}.test.ts",
      "test/state/{file-loss,processes,redis-*,stores}*.test.ts",
      "test/service/{readme,shutdown,broken-connections}.test.ts",
      "test/import/{mcp-live,published-listings}.test.ts",
      "test/analysis/*-command.test.ts",
      "test/grammar/generated.test.ts",
    ],
    setupFiles: ["test/seed.ts"],
    // A change is noticed by few cases or by none.
    env: { WRIT_CASES: "20" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
    maxWorkers: 1,
  },
});
