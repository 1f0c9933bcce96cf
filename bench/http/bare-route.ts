/** What any service pays for this body and this answer: one fastify route, and what a service adds to it step by step. */
import Fastify, { type FastifyInstance } from "fastify";
import { decision } from "../../src/model/decision.js";
import { decideRequest } from "../../src/model/request.js";
import { compileAnswerGuard, compileShape } from "../../src/service/wire-schema.js";

/** `bare` is fastify by default. `checked` also validates the body, `guarded` the answer. */
export type BareKind = "bare" | "checked" | "guarded";

/** `POST /decide`, always with this answer. Nothing is logged. */
export function bareRoute(kind: BareKind, answer: object): FastifyInstance {
  const app = Fastify({ logger: false });
  const check = kind === "checked" ? compileShape(decideRequest) : undefined;
  const guard = kind === "guarded" ? compileAnswerGuard(decision) : undefined;
  app.route({
    method: "POST",
    url: "/decide",
    handler: async ({ body }) => {
      if (typeof body !== "object" || body === null) throw new Error("there is no body");
      if (check !== undefined && check(body) !== undefined) throw new Error("the body does not fit");
      guard?.(answer);
      return answer;
    },
  });
  return app;
}
