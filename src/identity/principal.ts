/** Who speaks to the service, as its credential says. */
import type { Scope } from "./scopes.js";

/** A person an approval can be given by. Roles are names as on the wire. */
export interface Person {
  readonly id: string;
  readonly roles: readonly string[];
  readonly acr?: string;
  /** The clients that the token names: a token that was issued to an agent approves nothing. */
  readonly clients?: readonly string[];
}

/** An authenticated caller. What it may do is in `scopes`; nothing follows from its name. */
export interface Principal {
  /** Unique over API keys and issuers: `key:gateway`, `token:https://idp.example|ana`. */
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only tenant it may name; undefined is any. */
  readonly tenant?: string;
  /** Undefined for a credential that names no person: it can never approve, whatever its scopes. */
  readonly person?: Person;
}
