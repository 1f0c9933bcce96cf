/** Generated cases for the laws, many or few, always the same for the same seed. */
import fc from "fast-check";
import type { Program } from "../../src/check/program.js";
import { Draw } from "../reference/draw.js";
import { type Difference, Follower, type FollowerOptions } from "../reference/follow.js";
import {
  type GeneratedBundle,
  generateBundle,
  loadSources,
  printBundle,
} from "../reference/generate-bundle.js";
import { changePieces } from "../reference/generate-change.js";
import { type Step, StepDrawer } from "../reference/generate-steps.js";
import type { Piece } from "../reference/generate-vocabulary.js";
import { fewest } from "../reference/minimise.js";
import type { Reached } from "../reference/reached.js";

/** How many cases a law is tried on; by hand, many more. */
export const CASES = Number(process.env.WRIT_CASES ?? 150);

export interface Case {
  readonly seed: number;
  readonly bundle: GeneratedBundle;
  readonly program: Program;
  readonly steps: readonly Step[];
  /** The policy that takes its place and gives it back, where the steps say so and it loads. */
  readonly changed: Program | undefined;
  /** How many cells fit into memory, where they are few. */
  readonly capacity: number | undefined;
  /** For whatever else the law has to choose. */
  readonly draw: Draw;
}

/** The case of a seed; undefined where what was drawn does not load. */
export function caseOf(seed: number, length = 14): Case | undefined {
  const draw = new Draw(seed);
  const bundle = generateBundle(draw);
  const { program } = loadSources(printBundle(bundle));
  if (program === undefined) return undefined;
  const steps = new StepDrawer(draw, bundle.vocabulary).steps(length);
  const capacity = draw.chance(0.08) ? draw.int(2, 12) : undefined;
  const changed = changeOf(bundle, steps);
  // What fast-check shows of it: the rest follows from the seed.
  const shown = { [fc.toStringMethod]: () => `the case of seed ${seed}` };
  return { seed, bundle, program, steps, changed, capacity, draw, ...shown };
}

function changeOf(
  { modules, pieces }: Pick<GeneratedBundle, "modules" | "pieces">,
  steps: readonly Step[],
): Program | undefined {
  if (steps.every((step) => step.do !== "swap")) return undefined;
  return loadSources(printBundle({ modules, pieces: changePieces(pieces) })).program;
}

/** Tries a law on generated cases. It says what is wrong, or nothing; fast-check tells the seed of what fails. */
export async function forCases(
  law: (one: Case) => Promise<string | undefined>,
  options: { readonly cases?: number; readonly length?: number } = {},
): Promise<void> {
  // Without a bias towards small numbers, which would draw the same cases again and again.
  const seeds = fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 0x7fffffff })));
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const one = caseOf(seed, options.length);
      if (one === undefined) return;
      const wrong = await law(one);
      if (wrong !== undefined) throw new Error(`${wrong}\n(the case of seed ${seed})`);
    }),
    {
      numRuns: Math.ceil((options.cases ?? 1) * CASES),
      endOnFailure: true,
    },
  );
}

/** Follows a case to the first difference, or to its end. */
export async function differenceOf(
  one: Pick<Case, "program" | "steps" | "changed" | "capacity">,
  options?: FollowerOptions,
  reached?: Reached,
): Promise<Difference | undefined> {
  const { changed, capacity } = one;
  const follower = new Follower(one.program, { changed, capacity, ...options });
  const difference = await follower.follow(one.steps);
  reached?.add(follower.reached);
  return difference;
}

/** A differing case with all left out that it differs without, as text for people. */
export async function smallest(one: Case, found: Difference): Promise<string> {
  const differs = async (
    pieces: readonly Piece[],
    steps: readonly Step[],
  ): Promise<Difference | undefined> => {
    const { program } = loadSources(printBundle({ modules: one.bundle.modules, pieces }));
    if (program === undefined) return undefined;
    const { capacity } = one;
    const changed = changeOf({ modules: one.bundle.modules, pieces }, steps);
    const difference = await differenceOf({ program, steps, changed, capacity });
    return difference?.what === found.what ? difference : undefined;
  };
  const { pieces } = one.bundle;
  const few = await fewest(one.steps, async (fewer) => (await differs(pieces, fewer)) !== undefined);
  const kept = await fewest(pieces, async (fewer) => (await differs(fewer, few)) !== undefined);
  const steps = await fewest(few, async (fewer) => (await differs(kept, fewer)) !== undefined);
  const difference = (await differs(kept, steps)) ?? found;
  return [
    ...printBundle({ modules: one.bundle.modules, pieces: kept }).map((source) => source.text),
    ...steps.map((step) => JSON.stringify(step)),
    `differs in ${difference.what}`,
    `request ${JSON.stringify(difference.request)}`,
    `engine  ${JSON.stringify(difference.engine)}`,
    `naive   ${JSON.stringify(difference.naive)}`,
  ].join("\n");
}
