/** Errors of the service as problem documents (RFC 9457). */
import { RequestProblem } from "../engine/request/types.js";
import { LIMITS } from "../model/common.js";
import type { Reason } from "../model/decision.js";
import type { Problem } from "../model/problem.js";
import { StateUnavailable } from "../state/store.js";
import type { ShapeProblem } from "./shape-problems.js";

/** Every problem that the service itself reports. The word ends the document's `type`; its meaning never changes. */
const PROBLEMS = {
  malformed: [400, "The request is malformed"],
  unauthenticated: [401, "The request carries no valid credential"],
  forbidden: [403, "The credential does not permit this"],
  foreign_host: [403, "The request was meant for another host"],
  foreign_origin: [403, "The request comes from a web page that is not trusted"],
  not_found: [404, "No such address"],
  method_not_allowed: [405, "This address does not accept this method"],
  too_slow: [408, "The request took too long to arrive"],
  too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body is not JSON"],
  expectation_failed: [417, "The request expects what this service does not do"],
  headers_too_large: [431, "The headers are too large"],
  too_many_requests: [429, "The service is overloaded"],
  internal: [500, "The service failed"],
  cannot_decide: [503, "The service failed while deciding"],
  state_unavailable: [503, "The state is unreachable"],
  policy_unavailable: [503, "No valid policy is loaded"],
  identity_unavailable: [503, "The token's issuer is unreachable"],
  shutting_down: [503, "The service is shutting down"],
  not_ready: [503, "The service is not ready"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** The word of a problem that the service itself reports. */
export type ProblemWord = keyof typeof PROBLEMS;

/** The words of the service's own problems with this status. */
export function problemWords(status: number): readonly string[] {
  return Object.entries(PROBLEMS).flatMap(([word, [each]]) => (each === status ? [word] : []));
}

/** What a problem may contain besides its word. */
export interface ProblemDetails {
  /** Shown to the caller: must not contain a secret or internals of the policy. */
  readonly detail?: string;
  readonly problems?: readonly ShapeProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a decision that could not be made. */
  readonly decision?: {
    readonly decision_id: string;
    readonly revision: string;
    readonly reasons: readonly Reason[];
  };
  /** Which check of a token failed: for the log only. */
  readonly failedCheck?: string;
  readonly cause?: unknown;
}

/** Thrown to answer with a problem. */
export class ServiceProblem extends Error {
  override readonly name = "ServiceProblem";
  readonly word: ProblemWord;
  readonly details: ProblemDetails;
  constructor(word: ProblemWord, details: ProblemDetails = {}) {
    super(details.detail ?? PROBLEMS[word][1], { cause: details.cause });
    this.word = word;
    this.details = details;
  }
}

/** Titles of problems that the engine reports, by status: it has many words, and its details are more precise. */
const TITLES: Readonly<Record<RequestProblem["status"], string>> = {
  400: "The request is malformed",
  401: "The request carries no valid credential",
  403: "The caller may not do this",
  404: "Not found",
  409: "The request conflicts with the recorded state",
  422: "The request cannot be carried out",
};

/** Returns the document for any thrown value. An unknown error becomes `internal` and discloses nothing. */
export function problemDocument(error: unknown, decides: boolean, requestId: string): Problem {
  const instance = `urn:writ:request:${requestId}`;
  const refusal = decides ? { decision: "deny" as const } : {};
  if (error instanceof RequestProblem) {
    const { status, type, message, problems } = error;
    const listed = problems.length === 0 ? {} : { problems: [...problems] };
    return {
      type: urn(type),
      title: TITLES[status],
      status,
      detail: message,
      instance,
      ...listed,
      ...refusal,
    };
  }
  const { word, details } = asServiceProblem(error, decides);
  const [status, title] = PROBLEMS[word];
  const { detail, problems = [], decision } = details;
  return {
    type: urn(word),
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    instance,
    ...(problems.length === 0 ? {} : { problems: [...problems] }),
    ...refusal,
    ...(decision === undefined ? {} : { ...decision, reasons: [...decision.reasons] }),
  };
}

/** Converts any thrown value to a problem of the service. Errors of fastify are translated by their code. */
export function asServiceProblem(error: unknown, decides: boolean): ServiceProblem {
  if (error instanceof ServiceProblem) return error;
  if (error instanceof StateUnavailable) return new ServiceProblem("state_unavailable", { cause: error });
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const word = FASTIFY[code];
  if (word !== undefined) return new ServiceProblem(word, { ...detailOf(code), cause: error });
  // Any other error that fastify blames on the request.
  if (code.startsWith("FST_") && isClientError(error))
    return new ServiceProblem("malformed", { cause: error });
  return new ServiceProblem(decides ? "cannot_decide" : "internal", { cause: error });
}

function isClientError(error: unknown): boolean {
  const { statusCode } = error as { readonly statusCode?: unknown };
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
}

const FASTIFY: Readonly<Record<string, ProblemWord>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "malformed",
  FST_ERR_CTP_EMPTY_JSON_BODY: "malformed",
  FST_ERR_BAD_URL: "malformed",
  FST_ERR_MAX_PARAM_LENGTH: "not_found",
  ECONNRESET: "malformed",
};

/** Details for problems whose title alone does not show what to change. */
const FASTIFY_DETAILS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `A body has at most ${LIMITS.bodyBytes} bytes.`,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "Send JSON with `content-type: application/json`.",
  FST_ERR_BAD_URL: "The address is not encoded as URLs are.",
};

function detailOf(code: string): { readonly detail?: string } {
  const detail = FASTIFY_DETAILS[code];
  return detail === undefined ? {} : { detail };
}

function urn(word: string): string {
  return `urn:writ:problem:${word}`;
}
