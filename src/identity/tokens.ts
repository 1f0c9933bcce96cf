/** Verifies JSON Web Tokens of configured issuers and caches the result for as long as it can be trusted. */
import { createHash } from "node:crypto";
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { identity } from "../model/common.js";
import type { Clock } from "../state/clock.js";
import type { KeySet } from "./key-sets.js";

/** Signature algorithms that may be configured. `none` and shared secrets are not among them, so no setting enables them. */
export const TOKEN_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** A trusted issuer and the requirements for its tokens. */
export interface TokenIssuer {
  /** The exact `iss`. */
  readonly issuer: string;
  /** At least one of them must be in `aud`. */
  readonly audience: readonly string[];
  readonly algorithms: readonly (typeof TOKEN_ALGORITHMS)[number][];
  readonly keys: KeySet;
  /** How far clocks may differ, in seconds. */
  readonly skew: number;
  /** What the header's `typ` must be, such as `at+jwt` (RFC 9068); undefined is one of `ACCESS_TOKEN_TYPES`, or none. */
  readonly type?: string | undefined;
  readonly claims: ClaimNames;
  /**
   * Qualifies the people of this issuer: its `ana` is `partner|ana`, so that she is never the `ana` of another issuer.
   * Undefined for the issuer whose people are identified by their subject alone.
   */
  readonly prefix?: string | undefined;
  /** Prefixes of the other issuers: a subject that begins with one of them would be mistaken for one of their people. */
  readonly reserved?: readonly string[];
  /** The only roles that this issuer may give; undefined is any. */
  readonly roles?: ReadonlySet<string> | undefined;
  /** The only tenants that its people may act in; undefined is any tenant. */
  readonly tenants?: ReadonlySet<string> | undefined;
}

/** The claims in which an issuer puts what no standard names. A list is a path: `["realm_access", "roles"]`. */
export interface ClaimNames {
  readonly roles: ClaimName;
  readonly groups: ClaimName;
  /** The only tenant the subject may act in; undefined is any tenant. */
  readonly tenant?: ClaimName | undefined;
  /** The claim for the acting agent in a token without `act`, such as `client_id`. */
  readonly agent?: ClaimName | undefined;
}
/** A claim by its name, dots and slashes included, or a path of names into nested claims. */
export type ClaimName = string | readonly string[];

/** A token whose signature, issuer, audience and times are valid. */
export interface VerifiedToken {
  readonly issuer: TokenIssuer;
  /** The subject, qualified by the issuer's prefix. */
  readonly subject: string;
  readonly claims: JWTPayload;
}

/** Why a token is refused. */
export interface TokenRefusal {
  /** `unavailable`: the issuer's keys are unreachable, so the token can be neither accepted nor rejected; the caller can retry. */
  readonly refused: "invalid" | "expired" | "audience" | "issuer" | "type" | "bound" | "unavailable";
  /** The check that failed, for the log: a claim's name, `signature`, `algorithm`, `key`, `format`, `size`. */
  readonly check: string;
}

/**
 * Values of the header's `typ` that an access token may have (RFC 7519 section 5.1, RFC 9068 section 2.1). Others name
 * tokens with another purpose, such as `logout+jwt` and `dpop+jwt`, which must not pass for one (RFC 8725 section
 * 3.11).
 */
export const ACCESS_TOKEN_TYPES: ReadonlySet<string> = new Set(["jwt", "at+jwt", "application/at+jwt"]);

const MAX_REMEMBERED = 10_000;
const MAX_TOKEN = 8_192;

/** Verifies tokens of any of some issuers. Never rejects. */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, TokenIssuer>;
  readonly #clock: Clock;
  readonly #verified = new LRUCache<string, { readonly token: VerifiedToken; readonly until: number }>({
    // With `max`, the cache would allocate memory for all entries at once.
    maxSize: MAX_REMEMBERED,
    sizeCalculation: () => 1,
  });

  /** Throws if two issuers have the same name. */
  constructor(issuers: readonly TokenIssuer[], clock: Clock) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
    this.#clock = clock;
    if (this.#issuers.size !== issuers.length) throw new Error("two issuers have the same name");
  }

  async verify(token: string): Promise<VerifiedToken | TokenRefusal> {
    if (token.length > MAX_TOKEN) return { refused: "invalid", check: "size" };
    const hash = createHash("sha256").update(token).digest("base64");
    return this.#remembered(hash) ?? (await this.#check(token, hash));
  }

  #remembered(hash: string): VerifiedToken | undefined {
    const known = this.#verified.get(hash);
    if (known === undefined) return undefined;
    if (this.#clock.now() < known.until) return known.token;
    this.#verified.delete(hash);
    return undefined;
  }

  async #check(token: string, hash: string): Promise<VerifiedToken | TokenRefusal> {
    const issuer = this.#issuerOf(token);
    if (issuer === undefined) return { refused: "issuer", check: "iss" };
    const now = this.#clock.now();
    let claims: JWTPayload;
    let type: string | undefined;
    try {
      const verified = await jwtVerify(token, issuer.keys.find, {
        algorithms: [...issuer.algorithms],
        issuer: issuer.issuer,
        audience: [...issuer.audience],
        clockTolerance: issuer.skew,
        currentDate: new Date(now),
        requiredClaims: ["exp", "sub"],
        ...(issuer.type === undefined ? {} : { typ: issuer.type }),
      });
      claims = verified.payload;
      type = verified.protectedHeader.typ;
    } catch (error) {
      return refusalFor(error);
    }
    if (issuer.type === undefined && type !== undefined && !ACCESS_TOKEN_TYPES.has(type.toLowerCase()))
      return { refused: "type", check: "typ" };
    // Nothing here proves that the bearer holds the key that the token is bound to (RFC 7800), so it is refused.
    if (claims.cnf !== undefined) return { refused: "bound", check: "cnf" };
    const subject = subjectOf(issuer, claims.sub);
    if (subject === undefined || claims.exp === undefined) return { refused: "invalid", check: "sub" };
    const verified: VerifiedToken = { issuer, subject, claims };
    this.#verified.set(hash, {
      token: verified,
      until: Math.min(claims.exp * 1000, now + issuer.keys.maxAge),
    });
    return verified;
  }

  #issuerOf(token: string): TokenIssuer | undefined {
    try {
      return this.#issuers.get(decodeJwt(token).iss ?? "");
    } catch {
      return undefined;
    }
  }
}

/**
 * Returns the qualified person id of a subject. It becomes part of cell keys and log lines, so it must satisfy the
 * rules for ids in a request body.
 */
function subjectOf({ prefix, reserved = [] }: TokenIssuer, sub: string | undefined): string | undefined {
  if (sub === undefined || reserved.some((other) => sub.startsWith(`${other}|`))) return undefined;
  const subject = identity.safeParse(sub).success && prefix !== undefined ? `${prefix}|${sub}` : sub;
  return identity.safeParse(subject).success ? subject : undefined;
}

/** Whether this is a refusal. */
export function isRefused(result: VerifiedToken | TokenRefusal): result is TokenRefusal {
  return "refused" in result;
}

function refusalFor(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return { refused: "expired", check: "exp" };
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim } = error;
    return { refused: claim === "aud" ? "audience" : claim === "typ" ? "type" : "invalid", check: claim };
  }
  const keysAreUnknown = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  // If a key set answers with an error, jose throws a plain JOSEError; all its subclasses are about the token.
  if (keysAreUnknown || !(error instanceof errors.JOSEError) || error.code === "ERR_JOSE_GENERIC")
    return { refused: "unavailable", check: "keys" };
  return { refused: "invalid", check: CHECKS[error.code] ?? "format" };
}

const CHECKS: Readonly<Record<string, string>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
  ERR_JWKS_NO_MATCHING_KEY: "key",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "key",
};
