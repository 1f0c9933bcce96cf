/** The authenticated caller of the service. */
import type { Scope } from "./scopes.js";

/** A person who can approve. Roles are names as on the wire. */
export interface Person {
  readonly id: string;
  readonly roles: readonly string[];
  readonly acr?: string;
  /** The clients that the token names. A token that was issued to an agent cannot approve. */
  readonly clients?: readonly string[];
}

/** An authenticated caller. Its rights are in `scopes` only; its name grants nothing. */
export interface Principal {
  /** Unique over API keys and issuers: `key:gateway`, `token:https://idp.example|ana`. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only tenant it may name; undefined is any. */
  readonly tenant?: string;
  /** Undefined for a credential that names no person: it can never approve, regardless of its scopes. */
  readonly person?: Person;
}
