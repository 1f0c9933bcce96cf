/** Frames as the engine makes them of generated requests, with state as it may be found. */
import type { Program } from "../../../src/check/program.js";
import type { TargetProgram } from "../../../src/compile/compile.js";
import { type CompiledBundle, candidatesOf, compile } from "../../../src/compile/compile.js";
import type { Frame, StateFacts } from "../../../src/compile/frame.js";
import { priorKey } from "../../../src/compile/prior-key.js";
import type { Tri } from "../../../src/compile/tri.js";
import { readCall } from "../../../src/engine/request/call.js";
import { RequestProblem } from "../../../src/engine/request/types.js";
import type { DecideRequest } from "../../../src/model/request.js";
import type { Draw } from "../../reference/draw.js";
import {
  type GeneratedBundle,
  generateBundle,
  loadSources,
  printBundle,
} from "../../reference/generate-bundle.js";
import { actorsAt, StepDrawer } from "../../reference/generate-steps.js";
import { START } from "../../reference/generate-values.js";

export interface Generated {
  readonly program: Program;
  readonly bundle: CompiledBundle;
  readonly generated: GeneratedBundle;
  readonly text: string;
}

/** A bundle that loads, drawn until one does. */
export function drawBundle(draw: Draw): Generated {
  for (;;) {
    const generated = generateBundle(draw);
    const sources = printBundle(generated);
    const { program } = loadSources(sources);
    if (program === undefined) continue;
    return {
      program,
      generated,
      bundle: compile(program, "r"),
      text: sources.map((each) => each.text).join("\n"),
    };
  }
}

export interface DrawnFrame {
  readonly target: TargetProgram;
  readonly frame: Frame;
  readonly request: DecideRequest;
}

/** So many requests with valid arguments, as frames. */
export function drawFrames({ generated, bundle }: Generated, draw: Draw, count: number): DrawnFrame[] {
  const steps = new StepDrawer(draw, generated.vocabulary);
  const frames: DrawnFrame[] = [];
  for (let tries = 0; frames.length < count && tries < count * 4; tries++) {
    const asked = steps.asked();
    const now = START + draw.int(-30, 30) * 86_400_000;
    const request = { ...asked.request, actors: actorsAt(asked, now) } as DecideRequest;
    try {
      const call = readCall(request, { id: "pep" }, bundle, now);
      if (call.target === undefined || !call.hasArgs) continue;
      const frame = call.frame.knowing(drawState(bundle, call.target, draw), now);
      frames.push({ target: call.target, frame, request });
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
    }
  }
  return frames;
}

function drawState(bundle: CompiledBundle, target: TargetProgram, draw: Draw): StateFacts {
  const labels = [...bundle.program.labels.keys()];
  const some = () => draw.some(labels, 0, 3);
  const tri = (): Tri => draw.pick([0, 1, 2]);
  const rules = candidatesOf(target);
  const priors = rules.flatMap(({ rule }) => rule.asks.priors);
  const paths = rules.flatMap(({ rule }) => rule.asks.provenance);
  const kind = draw.maybe([...bundle.program.transactions.values()], 0.5);
  return {
    ...(draw.chance(0.7) ? { session: { labels: some(), steps: draw.int(0, 12) } } : {}),
    ...(draw.chance(0.8)
      ? {
          transaction:
            kind === undefined
              ? ("none" as const)
              : {
                  kind: kind.id,
                  root: Object.assign(Object.create(null), {
                    id: "t1",
                    kind: kind.name,
                    steps: draw.int(0, 4),
                    age: draw.int(0, 3_600_000),
                  }),
                },
        }
      : {}),
    ...(draw.chance(0.7) ? { labels: some() } : {}),
    labelsOf: new Map(paths.filter(() => draw.chance(0.8)).map((path) => [path, some()])),
    stated: new Map(paths.filter(() => draw.chance(0.8)).map((path) => [path, draw.chance(0.5)])),
    priors: new Map(priors.filter(() => draw.chance(0.8)).map((prior) => [priorKey(prior), tri()])),
  };
}
