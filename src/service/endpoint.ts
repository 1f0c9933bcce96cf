/** One address of the service: what it takes, what it gives and who may ask. Routes and OpenAPI are both made of these. */
import type { z } from "zod";
import type { Principal } from "../identity/principal.js";
import type { Scope } from "../identity/scopes.js";

/** A request that was let in: authenticated, with a body and a query of the declared shapes. */
export interface Call<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** Of the `{id}` in the path; empty where there is none. */
  readonly id: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** Of a W3C `traceparent`. */
  readonly traceId: string | undefined;
  /** Why the member that others write is not in the body although it was sent. */
  readonly unreadable: string | undefined;
}

/** One method at one address. `handle` runs only for what fits the schemas and has a scope. */
export interface Endpoint<Body = unknown, Query = unknown> {
  readonly method: "GET" | "POST" | "DELETE";
  /** As OpenAPI writes it: `/sessions/{id}`. */
  readonly path: string;
  /** The operation's id in OpenAPI, after which generated clients name it: it does not change. */
  readonly name: string;
  readonly summary: string;
  /** Any one of them suffices; `public` needs no credential at all, an empty list any credential. */
  readonly scopes: readonly Scope[] | "public";
  readonly body?: z.ZodType<Body>;
  /** No body is then the same as `{}`. */
  readonly bodyOptional?: boolean;
  readonly query?: z.ZodType<Query>;
  /** Undefined where the answer is no JSON. */
  readonly answer?: z.ZodType;
  readonly contentType?: string;
  readonly status: 200 | 201 | 204;
  /** A problem then says `decision: "deny"`. */
  readonly decides?: boolean;
  readonly inexact?: boolean;
  /** The member of the body that others write: what cannot be read of it alone is left out, and said to be. */
  readonly foreign?: string;
  /** Answered whatever else there is to do: what tells an operator how the service is. */
  readonly unlimited?: boolean;
  handle(call: Call<Body, Query>): unknown;
}

/** Ties the type of what `handle` gets to the schemas; the service treats all endpoints alike afterwards. */
export function endpoint<Body = undefined, Query = undefined>(definition: Endpoint<Body, Query>): Endpoint {
  return definition as Endpoint;
}
