/** The problem responses of the OpenAPI document, by HTTP status. */
import { problemWords } from "./problem.js";

interface ProblemResponse {
  /** The component's name. */
  readonly name: string;
  readonly description: string;
  /** Words of problems that the engine reports; those of the service are added. */
  readonly words: readonly string[];
  readonly retryAfter?: true;
}

const RESPONSES: Readonly<Record<string, ProblemResponse>> = {
  "400": {
    name: "Malformed",
    description: "The request is malformed. `problems` lists the wrong fields with their JSON pointers.",
    words: ["malformed", "invalid_grant", "stated_beside_parent"],
  },
  "401": { name: "Unauthenticated", description: "The request carries no valid credential.", words: [] },
  "403": {
    name: "Forbidden",
    description: "The credential does not permit this, or the request was meant for another host.",
    words: [
      "in_the_chain",
      "not_an_approver",
      "not_for_you",
      "not_the_user",
      "not_yours",
      "sign_in_too_weak",
    ],
  },
  "404": {
    name: "NotFound",
    description: "There is nothing with this id, or it is not the caller's.",
    words: ["session_not_open", "transaction_not_open", "unknown_approval", "unknown_decision"],
  },
  "409": {
    name: "Conflict",
    description: "The request contradicts the present state.",
    words: [
      "already_approved",
      "contended",
      "no_session",
      "no_scheme",
      "not_pending",
      "outgrown",
      "session_exists",
      "session_not_open",
      "settled_otherwise",
      "state_full",
      "transaction_committed",
      "transaction_incomplete",
      "transaction_not_open",
      "transaction_unsettled",
    ],
  },
  "413": { name: "TooLarge", description: "The body is too large.", words: [] },
  "415": { name: "UnsupportedMediaType", description: "The body is not JSON.", words: [] },
  "422": {
    name: "Unprocessable",
    description: "The request cannot be carried out under this policy.",
    words: ["chain_refused", "not_metered", "plan_refused", "unknown_label"],
  },
  "429": {
    name: "TooManyRequests",
    description: "The service is overloaded. Retry after the time in `retry-after`.",
    words: [],
    retryAfter: true,
  },
  "503": {
    name: "Unavailable",
    description:
      "The service cannot decide or answer now. Retry later; until then, treat the call as denied.",
    words: [],
  },
};

const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
const RETRY_AFTER = {
  "retry-after": { description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } },
};
const UNEXPECTED = { description: "Any other problem. Treat the call as denied.", content: PROBLEM };

/** Returns every problem response as a component, each with the `type` of the problems that it can contain. */
export function problemComponents(): Readonly<Record<string, object>> {
  const named = Object.entries(RESPONSES).map(([status, { name, description, words, retryAfter }]) => {
    const types = [...new Set([...problemWords(Number(status)), ...words])].sort();
    const listed = types.map((word) => `\`urn:writ:problem:${word}\``).join(", ");
    return [
      name,
      {
        description: `${description} Types: ${listed}.`,
        ...(retryAfter === undefined ? {} : { headers: RETRY_AFTER }),
        content: PROBLEM,
      },
    ];
  });
  return { ...Object.fromEntries(named), Unexpected: UNEXPECTED };
}

/** Returns the problem responses with these statuses, and `default` for all others. */
export function problemResponses(statuses: readonly string[]): Readonly<Record<string, object>> {
  const listed = statuses.map((status) => [status, referTo(RESPONSES[status]?.name ?? "Unexpected")]);
  return { ...Object.fromEntries(listed), default: referTo("Unexpected") };
}

function referTo(name: string): object {
  return { $ref: `#/components/responses/${name}` };
}
