import { expect, test } from "vitest";
import { derivePosture } from "../../src/analysis/derive-posture.js";
import type { Cell, Posture } from "../../src/analysis/posture.js";
import type { Program } from "../../src/check/program.js";
import type { DecideRequest } from "../../src/model/request.js";
import { drawBundle } from "../check/solve/frames.js";
import { Draw } from "../reference/draw.js";
import { Follower } from "../reference/follow.js";
import { StepDrawer } from "../reference/generate-steps.js";

const BUNDLES = 14;
const STEPS = 60;

/** The cells that a request belongs to: of its agent, and of its user's one role. */
function cellsOf(request: DecideRequest, posture: Posture, program: Program): Cell[] {
  const tool =
    program.tools.get(program.resolve("tool", request.tool ?? "") ?? "") ??
    [...program.tools.values()].find(({ wire }) => wire === request.tool);
  const agent = program.resolve("agent", request.actors?.at(-1)?.id ?? "");
  const user = request.actors?.find((actor) => actor.type === "user");
  const roles = new Set((user?.roles ?? []).flatMap((role) => program.resolve("role", role) ?? []));
  const column = posture.tools.findIndex(({ id }) => id === tool?.id);
  const [only] = roles;
  return posture.rows
    .filter((row) => row.agent === agent)
    .filter(
      ({ role }) =>
        role === undefined || (role === null ? roles.size === 0 : roles.size === 1 && only === role),
    )
    .flatMap((row) => row.cells[column] ?? []);
}

test("whatever the engine grants stands in a cell that says so, and an allow is held to its word", async () => {
  const seen = { granted: 0, never: 0, allow: 0, asked: 0 };
  for (let seed = 1; seed <= BUNDLES; seed++) {
    const draw = new Draw(seed * 7919);
    const generated = drawBundle(draw);
    const posture = derivePosture(generated.program, "r", { roles: true });
    for (const row of posture.rows)
      for (const { access } of row.cells) {
        if (access === "never") seen.never++;
        if (access === "allow") seen.allow++;
      }
    const steps = new StepDrawer(draw, generated.generated.vocabulary).steps(STEPS);
    const asked: { request: DecideRequest; said: number }[] = [];
    const follower: Follower = new Follower(generated.program, {
      watch: async (request, _caller, { said }) => {
        asked.push({ request, said: said.length });
      },
    });
    for (const step of steps) await follower.take(step);
    const complain = (what: string, request: DecideRequest) =>
      `seed ${seed}: ${what}\n${JSON.stringify(request)}\n${generated.text}`;
    for (const { request, said } of asked) {
      const decided = follower.said[said];
      if (decided === undefined || request.tool === undefined || follower.world.outage) continue;
      const cells = cellsOf(request, posture, generated.program);
      const user = request.actors?.find((actor) => actor.type === "user");
      if (decided.verdict !== "deny") seen.granted++;
      for (const { access } of cells) {
        if (decided.verdict !== "deny" && access === "never")
          throw new Error(complain(`${decided.verdict} in a cell that says never`, request));
        const withStepUp = user?.acr !== undefined;
        if (decided.verdict === "allow" && !withStepUp && access.includes("step-up"))
          throw new Error(complain(`allowed without a sign-in in a cell that says ${access}`, request));
        const refusing = decided.determining.filter(
          (id) => generated.program.rules.has(id) || id === "builtin.nothing_grants",
        );
        if (decided.verdict === "deny" && access === "allow" && refusing.length > 0)
          throw new Error(complain(`refused by ${refusing} in a cell that says allow`, request));
      }
      seen.asked++;
    }
    const allowed = follower.world.decisions.filter(
      (each) => each.verdict === "allow" && each.call.target.kind === "tool",
    );
    for (const event of allowed) {
      const user = event.request.actors?.find((actor) => actor.type === "user");
      if (event.approvals.length > 0 || user?.acr !== undefined || event.call.transaction !== undefined)
        continue;
      for (const { access } of cellsOf(event.request, posture, generated.program))
        expect(
          ["allow", "conditional"],
          complain(`allowed without needs, ${access}`, event.request),
        ).toContain(access);
    }
  }
  expect(seen.granted).toBeGreaterThan(10);
  expect(seen.never).toBeGreaterThan(10);
  expect(seen.allow).toBeGreaterThan(0);
});
