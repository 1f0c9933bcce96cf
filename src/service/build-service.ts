/** The HTTP service: translates requests, calls the engine, translates back. */
import type { Socket } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Addressed, type HostRules, originForm, refusalOf } from "../identity/host-check.js";
import { LIMITS } from "../model/common.js";
import { Admission, type AdmissionLimits } from "./admission.js";
import { Batch } from "./batch.js";
import { answerBrokenConnection, answerExpectation } from "./broken-connection.js";
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
import { addRoute } from "./routes.js";
import type { ServiceContext } from "./service-context.js";
import { unknownAddressOf } from "./unknown-address.js";

/** What a service is built of. */
export interface ServiceOptions {
  readonly context: ServiceContext;
  readonly version: string;
  readonly hostRules: HostRules;
  /** What is taken on; more is answered 429. */
  readonly admission: AdmissionLimits;
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
export function buildService(options: ServiceOptions): FastifyInstance {
  const { context, version, hostRules } = options;
  const admission = new Admission(options.admission);
  const app = Fastify({
    logger: false,
    bodyLimit: SERVER.bodyLimit,
    requestTimeout: SERVER.requestTimeout,
    keepAliveTimeout: SERVER.keepAliveTimeout,
    http: {
      headersTimeout: SERVER.headersTimeout,
      maxHeaderSize: SERVER.maxHeaderSize,
      connectionsCheckingInterval: SERVER.connectionsCheckingInterval,
      // A missing `Host` is refused by us, as a problem.
      requireHostHeader: false,
    },
    rewriteUrl: ({ url = "/" }) => originForm(url),
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
  const batch = new Batch((count, ms) => admission.begun(count, ms));
  const work = { admission, batch };
  context.metrics.watchLoad(() => admission.inFlight);
  closeSilentConnections(app);
  refuseStrangers(app, hostRules, admission);
  // Before a body is read, which fastify demands of some methods and cannot read for others.
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) return done();
    const { problem, decides } = unknownAddress(request.method, request.url);
    answerProblem(context, problem, request, reply, decides);
  });
  app.server.on("checkExpectation", answerExpectation);
  app.setErrorHandler<Error>((error, request, reply) => {
    // A connection kept alive would keep the service from ending.
    if (admission.stopping) reply.header("connection", "close");
    answerProblem(context, error, request, reply);
  });
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
  // Its own handler gives the hooks above the addresses that do not exist, which they answer.
  app.setNotFoundHandler(() => {});
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

/**
 * Ends, when the service stops, the connections on which no request is under way. Node ends those that wait for another
 * request; one on which nothing was ever sent it would wait for.
 */
function closeSilentConnections(app: FastifyInstance): void {
  const silent = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  app.server.on("request", ({ socket }) => silent.delete(socket));
  app.addHook("preClose", (done) => {
    for (const socket of silent) socket.destroy();
    done();
  });
}

const REFUSALS = {
  hosts: () => new ServiceProblem("malformed", { detail: "Send one `Host` header." }),
  host: () => new ServiceProblem("foreign_host"),
  origin: () => new ServiceProblem("foreign_origin"),
} as const;

function addressedOf({ raw, headers, originalUrl }: FastifyRequest): Addressed {
  const { rawHeaders } = raw;
  // Node keeps the first of several in `headers`; the pairs of `rawHeaders` hold each.
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host");
  return { hosts, target: originalUrl, origin: headers.origin };
}

/** Runs before anything of a request is looked at, for addresses that do not exist as well. */
function refuseStrangers(app: FastifyInstance, rules: HostRules, admission: Admission): void {
  app.addHook("preClose", (done) => {
    admission.stopping = true;
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(HEADERS).header("x-request-id", request.id);
    const refusal = refusalOf(addressedOf(request), rules);
    if (refusal !== undefined) return done(REFUSALS[refusal]());
    if (admission.stopping)
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
  // Under load a line for each refusal would be a load of its own: the metric counts them.
  else if (status !== 429) context.log.info(line, "problem");
  reply
    .code(status)
    .headers(headers)
    .header("x-request-id", request.id)
    .header("content-type", "application/problem+json; charset=utf-8")
    .send(JSON.stringify(document));
}
