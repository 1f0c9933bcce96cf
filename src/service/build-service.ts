/** The HTTP service: translates requests, calls the engine, translates the answers. */
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

/** Everything that a service is built from. */
export interface ServiceOptions {
  readonly context: ServiceContext;
  readonly version: string;
  readonly hostRules: HostRules;
  /** Bounds on admitted requests; requests beyond them are answered 429. */
  readonly admission: AdmissionLimits;
}

/** Timeouts and sizes, so that one slow or broken client cannot hold resources that others need. In milliseconds. */
const SERVER = {
  bodyLimit: LIMITS.bodyBytes,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  headersTimeout: 10_000,
  /**
   * How often both timeouts are checked. Node's default of 30 seconds would let a slow client stay that much longer.
   */
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 32_768,
} as const;

/** Headers of every answer. No answer is a page, and no proxy or cache may store one. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/**
 * Builds the service, which does not listen yet. `close()` finishes requests under way and refuses new ones; it waits
 * without a time limit, so the caller must set one.
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
      // Our own hook refuses a missing `Host`, with a problem document.
      requireHostHeader: false,
    },
    rewriteUrl: ({ url = "/" }) => originForm(url),
    clientErrorHandler: answerBrokenConnection,
    routerOptions: { maxParamLength: LIMITS.id * 4 },
    genReqId: ({ headers }) => requestIdOf(headers["x-request-id"]),
    exposeHeadRoutes: true,
    forceCloseConnections: "idle",
    // Fastify's refusal has no `decision`; ours below does.
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
  // Checked before the body is read: fastify requires one for some methods and cannot read it for others.
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) return done();
    const { problem, decides } = unknownAddress(request.method, request.url);
    answerProblem(context, problem, request, reply, decides);
  });
  app.server.on("checkExpectation", answerExpectation);
  app.setErrorHandler<Error>((error, request, reply) => {
    // A connection that is kept alive would keep the service from ending.
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
  // With a not-found handler set, fastify runs the hooks above for unknown addresses too, and they answer.
  app.setNotFoundHandler(() => {});
  return app;
}

/**
 * The endpoint of the OpenAPI document, which describes this endpoint too. The document is generated on the first
 * request.
 */
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
 * Ends connections without a request under way when the service stops. Node ends those that wait for another request,
 * but would wait for one on which nothing was ever sent.
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
  // `headers` holds only the first of several; the pairs of `rawHeaders` hold each.
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "host");
  return { hosts, target: originalUrl, origin: headers.origin };
}

/**
 * Refuses requests with a wrong `Host` or `Origin`, and all requests while the service stops. Runs before anything else
 * of a request is read, for unknown addresses too.
 */
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
  // Under load, one line per refusal would add to the load: the metric counts them.
  else if (status !== 429) context.log.info(line, "problem");
  reply
    .code(status)
    .headers(headers)
    .header("x-request-id", request.id)
    .header("content-type", "application/problem+json; charset=utf-8")
    .send(JSON.stringify(document));
}
