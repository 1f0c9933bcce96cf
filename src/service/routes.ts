/** Registers endpoints as fastify routes: required scopes, accepted input, answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../identity/principal.js";
import type { Admission } from "./admission.js";
import { authenticate, demandScope } from "./authenticate.js";
import type { Batch } from "./batch.js";
import type { Endpoint } from "./endpoint.js";
import { nothing } from "./endpoints/query.js";
import { readBody } from "./json-body.js";
import { ServiceProblem } from "./problem.js";
import { traceIdOf } from "./request-ids.js";
import type { ServiceContext } from "./service-context.js";
import { shapeProblems } from "./shape-problems.js";
import { compileAnswerGuard, compileShape, type ShapeCheck } from "./wire-schema.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Set before the body is read; absent on addresses that need no credential. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** A problem here contains `decision: "deny"`. */
    readonly decides?: boolean;
  }
}

/** Placeholder: endpoints without a credential do not read the principal. */
const NOBODY: Principal = { id: "anonymous", scopes: new Set() };
/** Shared by all routes. */
export interface Work {
  readonly admission: Admission;
  readonly batch: Batch;
}

/** Adds a route. Its schemas are compiled once. */
export function addRoute(
  app: FastifyInstance,
  endpoint: Endpoint,
  context: ServiceContext,
  { admission, batch }: Work,
): void {
  const { method, path, answer, status, contentType = "application/json; charset=utf-8" } = endpoint;
  const checkBody = endpoint.body && compileShape(endpoint.body);
  const checkQuery = compileShape(endpoint.query ?? nothing);
  // Checked, and then written by JSON.stringify. A serialiser generated from the schema checks less, and joins its text
  // from many pieces, which costs more when the text is sent than it saves.
  const guardAnswer = answer && compileAnswerGuard(answer);
  const missing = endpoint.bodyOptional === true ? {} : undefined;
  const handle = (request: FastifyRequest): unknown => {
    const { value: sent, unreadable } = readBody(request);
    const body = checkBody === undefined ? undefined : fitting(sent ?? missing, checkBody, "");
    const query = fitting({ ...(request.query as object) }, checkQuery, "(in the query) ");
    const { principal = NOBODY, id: requestId } = request;
    const traceId = traceIdOf(request.headers.traceparent);
    return endpoint.handle({ body, query, id: idOf(request), principal, requestId, traceId, unreadable });
  };
  app.route({
    method,
    url: path.replace("{id}", ":id"),
    config: {
      decides: endpoint.decides === true,
      inexact: endpoint.inexact === true,
      foreign: endpoint.foreign,
    },
    onRequest: [
      // Runs before the credential is checked and the body is read, so that a refusal under load costs almost nothing.
      ...(endpoint.unlimited === true ? [] : [roomFor(admission)]),
      ...(endpoint.scopes === "public" ? [] : [guardOf(endpoint.scopes, context)]),
    ],
    handler: (request, reply) => {
      const working =
        endpoint.unlimited === true
          ? Promise.resolve(handle(request))
          : admission.during(() => batch.join(() => handle(request)));
      return working.then((done) => {
        guardAnswer?.(done);
        // A connection that is kept alive would keep the service from ending.
        if (admission.stopping) reply.header("connection", "close");
        reply.code(status).header("content-type", contentType).send(done);
      });
    },
  });
}

function roomFor(admission: Admission) {
  return (_request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      admission.requireRoom();
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

function guardOf(scopes: readonly Parameters<typeof demandScope>[1][number][], { auth }: ServiceContext) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const admit = (principal: Principal) => {
      demandScope(principal, scopes);
      request.principal = principal;
    };
    try {
      const found = authenticate(auth, request.headers.authorization);
      // A request waits only if a token has to be verified.
      if (found instanceof Promise) found.then(admit).then(() => done(), done);
      else {
        admit(found);
        done();
      }
    } catch (error) {
      done(error as Error);
    }
  };
}

function fitting(value: unknown, check: ShapeCheck, place: string): unknown {
  if (value === undefined)
    throw new ServiceProblem("malformed", { detail: "The body is missing: send a JSON object." });
  const errors = check(value);
  if (errors === undefined) return value;
  const problems = shapeProblems(errors).map(({ pointer, message }) => ({
    pointer,
    message: `${place}${message}`,
  }));
  throw new ServiceProblem("malformed", { problems });
}

function idOf({ params }: FastifyRequest): string {
  const { id } = params as { readonly id?: string };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an id has no control characters, and this check enforces it
  if (id === undefined || !/[\u0000-\u001f\u007f-\u009f]/.test(id)) return id ?? "";
  throw new ServiceProblem("not_found");
}
