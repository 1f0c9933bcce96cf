/** The HTTP service: translates requests, calls the engine, translates back. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type HostRules, refusalOf } from "../identity/host-check.js";
import { LIMITS } from "../model/common.js";
import { answerBrokenConnection } from "./broken-connection.js";
import { Cohort } from "./cohort.js";
import type { Endpoint } from "./endpoint.js";
import { approvalEndpoints } from "./endpoints/approvals.js";
import { decisionEndpoints } from "./endpoints/decisions.js";
import { operationEndpoints } from "./endpoints/operations.js";
import { sessionEndpoints } from "./endpoints/sessions.js";
import { transactionEndpoints } from "./endpoints/transactions.js";
import { takeJsonBodies } from "./json-body.js";
import { openApiDocument } from "./open-api.js";
import { asServiceProblem, problemDocument, ServiceProblem } from "./problem.js";
import { requestIdOf } from "./request-ids.js";
import { addRoute, Load } from "./routes.js";
import type { ServiceContext } from "./service-context.js";
import { unknownAddressOf } from "./unknown-address.js";

/** What a service is built of. */
export interface ServiceOptions {
  readonly context: ServiceContext;
  readonly version: string;
  readonly hostRules: HostRules;
  /** Requests worked on at once; more are answered 429. */
  readonly maxInFlight: number;
}

/** Times and sizes that keep one slow or broken client from holding what others need. In milliseconds. */
const SERVER = {
  bodyLimit: LIMITS.bodyBytes,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  headersTimeout: 10_000,
  /** How often the two are looked at: Node's own half a minute would let a slow client stay that much longer. */
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 32_768,
} as const;

/** For every answer. Nothing here is a page, and nothing may be kept by what stands between. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/**
 * The service, not yet listening. `close()` lets what it has begun finish and refuses what comes meanwhile; it waits
 * without bound, so whoever calls it sets one.
 */
export function buildService({ context, version, hostRules, maxInFlight }: ServiceOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: SERVER.bodyLimit,
    requestTimeout: SERVER.requestTimeout,
    keepAliveTimeout: SERVER.keepAliveTimeout,
    http: {
      headersTimeout: SERVER.headersTimeout,
      maxHeaderSize: SERVER.maxHeaderSize,
      connectionsCheckingInterval: SERVER.connectionsCheckingInterval,
    },
    clientErrorHandler: answerBrokenConnection,
    routerOptions: { maxParamLength: LIMITS.id * 4 },
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"]),
    exposeHeadRoutes: true,
    forceCloseConnections: "idle",
    // Its own refusal says nothing of a decision; ours below does.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => answerProblem(context, error, request, reply),
  });
  app.decorateRequest("principal", undefined);
  takeJsonBodies(app);
  const work = { load: new Load(maxInFlight), cohort: new Cohort() };
  refuseStrangers(app, hostRules, work.load);
  app.setErrorHandler<Error>((error, request, reply) => answerProblem(context, error, request, reply));
  const described = [
    ...decisionEndpoints(context),
    ...sessionEndpoints(context),
    ...transactionEndpoints(context),
    ...approvalEndpoints(context),
    ...operationEndpoints(context),
  ];
  const endpoints = [...described, openApiEndpoint(described, version)];
  for (const each of endpoints) addRoute(app, each, context, work);
  const unknownAddress = unknownAddressOf(endpoints);
  app.setNotFoundHandler((request, reply) => {
    const { problem, decides } = unknownAddress(request.method, request.url);
    answerProblem(context, problem, request, reply, decides);
  });
  return app;
}

/** The document describes itself as well; it is written when it is first asked for. */
function openApiEndpoint(others: readonly Endpoint[], version: string): Endpoint {
  let text: string | undefined;
  const self: Endpoint = {
    method: "GET",
    path: "/openapi.json",
    name: "readOpenApi",
    summary: "This document.",
    scopes: "public",
    contentType: "application/json; charset=utf-8",
    status: 200,
    handle: () => {
      text ??= JSON.stringify(openApiDocument([...others, self], version));
      return text;
    },
  };
  return self;
}

/** Runs before anything of a request is looked at, for addresses that do not exist as well. */
function refuseStrangers(app: FastifyInstance, rules: HostRules, load: Load): void {
  app.addHook("preClose", (done) => {
    load.stopping = true;
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(HEADERS).header("x-request-id", request.id);
    const { host, origin } = request.headers;
    const refusal = refusalOf(host, origin, rules);
    if (refusal !== undefined)
      return done(new ServiceProblem(refusal === "host" ? "foreign_host" : "foreign_origin"));
    if (load.stopping)
      return done(
        new ServiceProblem("shutting_down", { headers: { connection: "close", "retry-after": "1" } }),
      );
    done();
  });
}

function answerProblem(
  context: ServiceContext,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  decides = request.routeOptions.config.decides === true,
): void {
  const document = problemDocument(error, decides, request.id);
  const { status, type } = document;
  const { headers = {}, failedCheck } = asServiceProblem(error, decides).details;
  context.metrics.countProblem(status);
  const line = {
    request_id: request.id,
    type,
    status,
    route: request.routeOptions.url,
    caller: request.principal?.id,
    ...(failedCheck === undefined ? {} : { failed_check: failedCheck }),
  };
  if (status === 500) context.log.error({ ...line, err: error }, "request failed");
  else context.log.info(line, "problem");
  reply
    .code(status)
    .headers(headers)
    .header("x-request-id", request.id)
    .header("content-type", "application/problem+json; charset=utf-8")
    .send(JSON.stringify(document));
}
