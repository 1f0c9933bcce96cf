/**
 * One address of the service: its input, its answer and the required scopes. Routes and OpenAPI are generated from
 * these.
 */
import type { z } from "zod";
import type { Principal } from "../identity/principal.js";
import type { Scope } from "../identity/scopes.js";

/** An admitted request: authenticated, with a body and a query of the declared shapes. */
export interface Call<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** The `{id}` in the path; empty if the path has none. */
  readonly id: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** From a W3C `traceparent` header. */
  readonly traceId: string | undefined;
  /** Why the `foreign` member is missing from the body although it was sent. */
  readonly unreadable: string | undefined;
}

/** One method at one address. `handle` runs only if the request fits the schemas and the caller has a scope. */
export interface Endpoint<Body = unknown, Query = unknown> {
  readonly method: "GET" | "POST" | "DELETE";
  /** In OpenAPI notation: `/sessions/{id}`. */
  readonly path: string;
  /** The operation's id in OpenAPI. Generated clients use it as a name, so it must not change. */
  readonly name: string;
  readonly summary: string;
  /** Any one of them suffices; `public` needs no credential, an empty list accepts any credential. */
  readonly scopes: readonly Scope[] | "public";
  readonly body?: z.ZodType<Body>;
  /** A missing body then means `{}`. */
  readonly bodyOptional?: boolean;
  readonly query?: z.ZodType<Query>;
  /** Undefined if the answer is not JSON. */
  readonly answer?: z.ZodType;
  readonly contentType?: string;
  readonly status: 200 | 201 | 204;
  /** A problem then contains `decision: "deny"`. */
  readonly decides?: boolean;
  readonly inexact?: boolean;
  /**
   * The member of the body that third parties write. If it alone cannot be read, it is dropped and the problem is
   * recorded.
   */
  readonly foreign?: string;
  /** Answered under any load: shows an operator the state of the service. */
  readonly unlimited?: boolean;
  handle(call: Call<Body, Query>): unknown;
}

/** Ties the types of `handle` to the schemas; afterwards the service treats all endpoints alike. */
export function endpoint<Body = undefined, Query = undefined>(definition: Endpoint<Body, Query>): Endpoint {
  return definition as Endpoint;
}
