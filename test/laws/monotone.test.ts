import { afterAll, describe, expect, test } from "vitest";
import type { Program } from "../../src/check/program.js";
import { compile } from "../../src/compile/compile.js";
import { Pdp } from "../../src/engine/pdp.js";
import type { Caller } from "../../src/engine/request/types.js";
import type { Decision } from "../../src/model/decision.js";
import type { DecideRequest } from "../../src/model/request.js";
import { ReadOnlyStore } from "../reference/failing-store.js";
import { Follower, keys } from "../reference/follow.js";
import { loadSources, printBundle } from "../reference/generate-bundle.js";
import type { Piece } from "../reference/generate-vocabulary.js";
import { CASES, type Case, forCases } from "./cases.js";

/** How bad a verdict is for whoever asked. */
const ranks: Readonly<Record<Decision["decision"], number>> = {
  allow: 0,
  "step-up": 1,
  "require-approval": 1,
  deny: 2,
};
const rank = (decision: Decision): number => ranks[decision.decision];

/** Engines for other files over the same state, each made once for a run; undefined where the files do not load. */
function over(one: Case, pieces: readonly Piece[]): (follower: Follower) => Pdp | undefined {
  const { program } = loadSources(printBundle({ modules: one.bundle.modules, pieces }));
  const bundle = program && compile(program, "r1");
  const made = new WeakMap<Follower, Pdp>();
  return (follower) => {
    const { clock } = follower;
    const store = new ReadOnlyStore(follower.store);
    if (bundle !== undefined && !made.has(follower)) {
      made.set(follower, new Pdp({ bundle, store, keys, clock }));
    }
    return made.get(follower);
  };
}
/** Decides and leaves nothing behind. */
async function ask(pdp: Pdp, request: DecideRequest, caller: string): Promise<Decision> {
  const asking: Caller = { id: caller };
  return pdp.decide({ ...request, dry_run: true }, asking);
}
const says = (decision: Decision): string =>
  `${decision.decision} by ${decision.reasons.map((reason) => reason.rule).join(", ")}`;

/** Comparisons of two verdicts: how many were made, and how many differed, each in the way that is allowed. */
class Comparisons {
  made = 0;
  moved = 0;
  static readonly all: Comparisons[] = [];
  readonly of: string;

  constructor(of: string) {
    this.of = of;
    Comparisons.all.push(this);
  }
  count(before: number, after: number): void {
    this.made++;
    if (before !== after) this.moved++;
  }
  /** So many of a hundred cases come to a comparison that could have shown something; with few cases that is chance. */
  expectMoved(least: number): void {
    const wanted = CASES < 100 ? 0 : Math.floor((least * CASES) / 100);
    expect(this.moved, `${this.of}: ${this.moved} of ${this.made} comparisons differ`).toBeGreaterThanOrEqual(
      wanted,
    );
  }
}
afterAll(() => {
  for (const { of, made, moved } of Comparisons.all) console.info(of, { made, moved });
});

/** Runs a case and looks at each of its decisions, just before it is made. */
async function atEachDecision(
  one: Case,
  look: (request: DecideRequest, caller: string, follower: Follower) => Promise<string | undefined>,
): Promise<string | undefined> {
  let wrong: string | undefined;
  const watch = async (request: DecideRequest, caller: string, follower: Follower): Promise<void> => {
    wrong ??= await look(request, caller, follower);
  };
  await new Follower(one.program, { watch }).follow(one.steps);
  return wrong;
}

const keyword = /^(?:@.*\n)*(?:(?:shadow|waivable) )*(allow|deny|require|limit|exception) (\S+)/;

interface Law {
  readonly comparisons: Comparisons;
  readonly isBroken: (without: number, added: number) => boolean;
}

/** Names of what decided anything in a run. */
async function decidingIn(one: Case): Promise<ReadonlySet<string>> {
  const follower = new Follower(one.program);
  await follower.follow(one.steps);
  const names = follower.verdicts.flatMap(({ determining, exceptions }) => [...determining, ...exceptions]);
  return new Set(names.map((name) => name.replace(/^.*\./, "")));
}

/** Takes one piece of these kinds away, one that decided something if there is any; the verdict with it is compared with the verdict without. */
async function addingOne(
  one: Case,
  kinds: readonly string[],
  { comparisons, isBroken }: Law,
): Promise<string | undefined> {
  const of = one.bundle.pieces.filter((piece) => kinds.includes(keyword.exec(piece.text)?.[1] ?? ""));
  const deciding = await decidingIn(one);
  const telling = of.filter((piece) => deciding.has(keyword.exec(piece.text)?.[2] ?? ""));
  const piece = one.draw.maybe(telling.length > 0 ? telling : of);
  if (piece === undefined) return undefined;
  const rest = one.bundle.pieces.filter((each) => each !== piece);
  const withoutIt = over(one, rest);
  return atEachDecision(one, async (request, caller, follower) => {
    const without = withoutIt(follower);
    if (without === undefined || follower.world.outage) return undefined;
    const before = await ask(without, request, caller);
    const after = await ask(follower.pdp, request, caller);
    comparisons.count(rank(before), rank(after));
    if (!isBroken(rank(before), rank(after))) return undefined;
    const text = printBundle(one.bundle).map((source) => source.text);
    return [
      ...text,
      `adding ${piece.text}`,
      `before: ${says(before)}`,
      `after: ${says(after)}`,
      JSON.stringify(request),
    ].join("\n");
  });
}

describe("two laws of the verbs", () => {
  test("adding an allow or an exception never tightens", async () => {
    const comparisons = new Comparisons("an allow or an exception more");
    const isBroken = (before: number, after: number): boolean => after > before;
    await forCases((one) => addingOne(one, ["allow", "exception"], { comparisons, isBroken }), {
      length: 10,
    });
    comparisons.expectMoved(20);
  });
  test("adding a deny, a require or a limit never loosens", async () => {
    const comparisons = new Comparisons("a deny, a require or a limit more");
    const isBroken = (before: number, after: number): boolean => after < before;
    await forCases((one) => addingOne(one, ["deny", "require", "limit"], { comparisons, isBroken }), {
      length: 10,
    });
    comparisons.expectMoved(10);
  });
});

describe("order and duplicates", () => {
  test("neither the order of rules nor the file they stand in, nor the order of files, ever matters", async () => {
    await forCases(async (one) => {
      const pieces = [...one.bundle.pieces].reverse();
      const sources = printBundle({ modules: one.bundle.modules, pieces }).reverse();
      const { program } = loadSources(sources);
      if (program === undefined) return "the bundle does not load in another order";
      const first = new Follower(one.program);
      const second = new Follower(program);
      await first.follow(one.steps);
      await second.follow(one.steps);
      for (const [i, said] of first.said.entries()) {
        if (second.said[i] === undefined) break;
        const [a, b] = [JSON.stringify(said), JSON.stringify(second.said[i])];
        if (a !== b) return `${sources.map((source) => source.text).join("\n")}\n${a}\n${b}`;
      }
      return undefined;
    });
  });

  test("a rule that stands twice, under another name, decides as it does once", async () => {
    const comparisons = new Comparisons("a rule twice, compared with none");
    await forCases(
      async (one) => {
        const rules = one.bundle.pieces.filter((piece) => {
          const kind = keyword.exec(piece.text)?.[1];
          return kind !== undefined && kind !== "exception" && !piece.text.includes("waivable");
        });
        const piece = one.draw.maybe(rules);
        if (piece === undefined) return undefined;
        const [, kind, name] = keyword.exec(piece.text) as unknown as [string, string, string];
        const again = { ...piece, text: piece.text.replace(`${kind} ${name}`, `${kind} ${name}_again`) };
        const doubled = over(one, [...one.bundle.pieces, again]);
        const none = over(
          one,
          one.bundle.pieces.filter((each) => each !== piece),
        );
        return atEachDecision(one, async (request, caller, follower) => {
          // A limit counts for itself, so its double has to have seen the same calls.
          if (kind === "limit" || follower.world.outage) return undefined;
          const twice = doubled(follower);
          if (twice === undefined) return "the bundle does not load with a rule twice";
          const a = await ask(follower.pdp, request, caller);
          const b = await ask(twice, request, caller);
          // Where the rule decides nothing, it decides as little twice.
          const without = none(follower);
          if (without !== undefined) {
            const c = await ask(without, request, caller);
            comparisons.made++;
            if (JSON.stringify([a.decision, a.needs]) !== JSON.stringify([c.decision, c.needs]))
              comparisons.moved++;
          }
          const same =
            JSON.stringify([a.decision, a.needs, a.obligations]) ===
            JSON.stringify([b.decision, b.needs, b.obligations]);
          return same
            ? undefined
            : `${again.text}\nonce: ${says(a)}\ntwice: ${says(b)}\n${JSON.stringify(request)}`;
        });
      },
      { length: 8 },
    );
    comparisons.expectMoved(10);
  });
});

describe("evidence and what is not known", () => {
  test("a stronger and fresher sign-in never makes a verdict worse, where no condition asks for a weaker one", async () => {
    const comparisons = new Comparisons("a stronger sign-in");
    await forCases(async (one) => {
      const pieces = one.bundle.pieces.filter((piece) => !/user\.(acr|auth_time)/.test(piece.text));
      const withoutThem = over(one, pieces);
      return atEachDecision(one, async ({ id: _, ...request }, caller, follower) => {
        // Without its id, which binds an earlier allow to the sign-in that it had.
        const pdp = withoutThem(follower);
        if (pdp === undefined) return undefined;
        const now = follower.clock.now() / 1000;
        const actors = request.actors?.map((actor) =>
          actor.type === "user" ? { ...actor, acr: strongest(one.program), auth_time: now } : actor,
        );
        const before = await ask(pdp, request, caller);
        const after = await ask(pdp, { ...request, ...(actors === undefined ? {} : { actors }) }, caller);
        comparisons.count(rank(before), rank(after));
        return rank(after) <= rank(before)
          ? undefined
          : `before: ${says(before)}\nafter: ${says(after)}\n${JSON.stringify(request)}`;
      });
    });
    comparisons.expectMoved(10);
  });

  test("an approval that is given never makes a verdict worse", async () => {
    const comparisons = new Comparisons("an approval given");
    await forCases(async (one) =>
      atEachDecision(one, async (request, caller, follower) => {
        if (request.dry_run || follower.world.outage) return undefined;
        const { world } = follower;
        // The same as a first request, in a world of its own.
        const alone = new Follower(world.program);
        const own = { ...request };
        delete own.session;
        delete own.transaction;
        const before = await alone.pdp.decide(own, { id: caller });
        // With no approval to give, asking twice is two attempts.
        if (rank(before) !== 1 || before.needs.every(({ type }) => type === "step-up")) return undefined;
        for (const need of before.needs) {
          if (need.type === "step-up" || need.id === undefined) continue;
          const people =
            need.type === "confirmation" ? [userOf(request)] : ["tess", "theo"].slice(0, need.quorum);
          for (const id of people) {
            await alone.pdp.approve(
              need.id,
              own.tenant ?? "default",
              { id, roles: ["boss", "auditor"], acr: strongest(world.program) },
              undefined,
            );
          }
        }
        const after = await ask(alone.pdp, own, caller);
        const shown = `before: ${says(before)}\nafter: ${says(after)}\n${JSON.stringify(own)}`;
        comparisons.count(rank(before), rank(after));
        return rank(after) <= rank(before) ? undefined : shown;
      }),
    );
    comparisons.expectMoved(10);
  });

  test("state out of reach never makes a verdict better, but for limits that say so", async () => {
    const comparisons = new Comparisons("state out of reach");
    await forCases(async (one) => {
      const rest = one.bundle.pieces.filter(({ text }) => !/^@outage\("allow"\)/m.test(text));
      const withoutThem = rest.length < one.bundle.pieces.length ? over(one, rest) : undefined;
      return atEachDecision(one, async (request, caller, follower) => {
        const { store, pdp } = follower;
        if (store.isDown) return undefined;
        const best = withoutThem === undefined ? pdp : withoutThem(follower);
        if (best === undefined) return undefined;
        const before = await ask(best, request, caller);
        store.isDown = true;
        const after = await ask(pdp, request, caller);
        const real = await pdp.decide(request, { id: caller });
        store.isDown = false;
        const worst = Math.min(rank(after), rank(real));
        comparisons.count(rank(before), worst);
        return worst >= rank(before)
          ? undefined
          : `before: ${says(before)}\nwithout state: ${says(after)}, ${says(real)}\n${JSON.stringify(request)}`;
      });
    });
    comparisons.expectMoved(20);
  });
});

function strongest(program: Program): string {
  return program.assurance.at(-1)?.acr ?? "";
}
function userOf(request: DecideRequest): string {
  return request.actors?.find((actor) => actor.type === "user")?.id ?? "";
}
