import { describe, expect, test } from "vitest";
import type { Direction } from "../../src/analysis/change.js";
import { comparePrograms } from "../../src/analysis/compare-programs.js";
import { check } from "../../src/check/check.js";
import type { Program } from "../../src/check/program.js";
import { compile } from "../../src/compile/compile.js";
import { Pdp } from "../../src/engine/pdp.js";
import { RequestProblem } from "../../src/engine/request/types.js";
import type { DecideRequest } from "../../src/model/request.js";
import { type Mutant, mutatedText } from "../../src/mutation/mutant.js";
import { mutantsOf } from "../../src/mutation/mutants.js";
import { Source } from "../../src/source/source.js";
import { parse } from "../../src/syntax/parse.js";
import type { Draw } from "../reference/draw.js";
import { ReadOnlyStore } from "../reference/failing-store.js";
import { Follower, keys } from "../reference/follow.js";
import { printBundle } from "../reference/generate-bundle.js";
import { type Case, forCases } from "./cases.js";

/** How bad an answer is for whoever asked. */
const ranks = { allow: 0, "step-up": 1, "require-approval": 1, deny: 2 } as const;

/** What a bundle answers in the state of a follower; a request that it refuses to judge is as good as denied. */
async function rankOf(pdp: Pdp, request: DecideRequest, caller: string): Promise<number> {
  try {
    return ranks[(await pdp.decide({ ...request, dry_run: true }, { id: caller })).decision];
  } catch (error) {
    if (!(error instanceof RequestProblem)) throw error;
    return ranks.deny;
  }
}

interface Changed {
  readonly what: string;
  readonly program: Program;
}

const MUTANTS = 16;

/** The bundle of a case with one small change each, as far as it loads. */
function changed({ bundle, draw }: Case): readonly Changed[] {
  const sources = printBundle(bundle);
  const files = sources.map((source) => parse(source).file);
  const mutants = mutantsOf(files, new Map(sources.map((source) => [source.path, source])));
  return Array.from({ length: MUTANTS }, () => {
    const mutant = draw.chance(0.8) ? draw.maybe(mutants) : aWordElse(draw.pick(sources), draw);
    const source = sources.find(({ path }) => path === mutant?.span.file);
    if (mutant === undefined || source === undefined) return [];
    const parsed = parse(new Source(source.path, mutatedText(mutant, source)));
    if (parsed.diagnostics.some(({ severity }) => severity === "error")) return [];
    const { program } = check(
      files.map((file) => (file.path === source.path ? parsed.file : file)),
      { readData: () => ({ problem: "no data files here" }), warnings: false },
    );
    return program === undefined ? [] : [{ what: `${mutant.what}, to ${mutant.text}`, program }];
  }).flat();
}

/** Any number moved, or any word of these left out: in data, types and the catalogue as well, which no mutant touches. */
function aWordElse(source: Source, draw: Draw): Mutant | undefined {
  const words = [
    ...source.text.matchAll(/\b(?:[0-9]+(?=[^0-9.a-z_"-])|waivable|integrity|shadow|@outage\("allow"\))/g),
  ];
  const found = draw.maybe(words);
  if (found === undefined) return undefined;
  const [word] = found;
  const span = { file: source.path, start: found.index, end: found.index + word.length };
  const text = /^[0-9]/.test(word) ? String(draw.pick([Number(word) * 2 + 1, Number(word) >> 1])) : "";
  return { what: `${word} at ${found.index}`, subject: "", span, text };
}

describe("a difference between two bundles", () => {
  const seen = { looser: 0, tighter: 0, same: 0, proved: 0 };

  test("names something looser or unknown where any request in any state gets a looser verdict, and so for tighter", async () => {
    await forCases(
      async (one) => {
        const others = changed(one).map((each) => ({
          ...each,
          bundle: compile(each.program, "r1"),
          changes: comparePrograms(one.program, each.program),
        }));
        const engines = new WeakMap<object, Pdp>();
        let wrong: string | undefined;
        const watch = async (request: DecideRequest, caller: string, follower: Follower): Promise<void> => {
          if (follower.world.outage || wrong !== undefined) return;
          const before = await rankOf(follower.pdp, request, caller);
          for (const other of others) {
            const pdp =
              engines.get(other) ??
              new Pdp({
                bundle: other.bundle,
                store: new ReadOnlyStore(follower.store),
                keys,
                clock: follower.clock,
              });
            engines.set(other, pdp);
            const after = await rankOf(pdp, request, caller);
            const way = after < before ? "looser" : after > before ? "tighter" : "same";
            seen[way]++;
            const directions = new Set<Direction>(other.changes.map(({ direction }) => direction));
            if (way === "same" || directions.has("unknown")) continue;
            seen.proved++;
            if (directions.has(way)) continue;
            wrong = [
              ...printBundle(one.bundle).map((source) => source.text),
              other.what,
              `is ${way}, ${before} → ${after}, but the difference is ${JSON.stringify(other.changes)}`,
              JSON.stringify(request),
            ].join("\n");
          }
        };
        await new Follower(one.program, { watch }).follow(one.steps);
        return wrong;
      },
      { cases: 1 / 3, length: 12 },
    );
    expect(seen.looser).toBeGreaterThan(0);
    expect(seen.tighter).toBeGreaterThan(0);
    expect(seen.proved).toBeGreaterThan(0);
  }, 180_000);
});
