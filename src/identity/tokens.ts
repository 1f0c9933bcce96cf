/** JSON Web Tokens of configured issuers: verified, and remembered as verified for as long as that can be trusted. */
import { createHash } from "node:crypto";
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import { id } from "../model/common.js";
import type { Clock } from "../state/clock.js";
import type { KeySet } from "./key-sets.js";

/** Signature algorithms that may be configured. `none` and shared secrets are not among them, so no setting lets them in. */
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

/** An issuer that is trusted, with all that its tokens have to satisfy. */
export interface TokenIssuer {
  /** The exact `iss`. */
  readonly issuer: string;
  /** At least one of them must be in `aud`. */
  readonly audience: readonly string[];
  readonly algorithms: readonly (typeof TOKEN_ALGORITHMS)[number][];
  readonly keys: KeySet;
  /** Seconds that clocks may differ by. */
  readonly skew: number;
  /** What the header's `typ` must be, such as `at+jwt` (RFC 9068); undefined is anything. */
  readonly type?: string | undefined;
  readonly claims: ClaimNames;
}

/** Where an issuer keeps what no standard names. A list is a path: `["realm_access", "roles"]`. */
export interface ClaimNames {
  readonly roles: ClaimName;
  readonly groups: ClaimName;
  /** The only tenant the subject may act in; undefined is any tenant. */
  readonly tenant?: ClaimName | undefined;
  /** Who acts in a token without `act`, such as `client_id`. */
  readonly agent?: ClaimName | undefined;
}
/** A claim by its name, dots and slashes included, or a path of names into nested claims. */
export type ClaimName = string | readonly string[];

/** A token whose signature, issuer, audience and times hold. */
export interface VerifiedToken {
  readonly issuer: TokenIssuer;
  readonly subject: string;
  readonly claims: JWTPayload;
}

/** `unavailable`: the issuer's keys are out of reach, so nothing is known of the token; it is to be tried again. */
export interface TokenRefusal {
  readonly refused: "invalid" | "expired" | "audience" | "issuer" | "unavailable";
}

/** Long enough to spare the signature check, short enough for a key that its issuer withdrew. */
const REMEMBERED_MS = 300_000;
const REMEMBERED_MAX = 10_000;
const TOKEN_MAX = 8_192;

/** Verifies tokens of any of some issuers. Never rejects. */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, TokenIssuer>;
  readonly #clock: Clock;
  readonly #verified = new Map<string, { readonly token: VerifiedToken; readonly until: number }>();

  /** Throws where two issuers have one name. */
  constructor(issuers: readonly TokenIssuer[], clock: Clock) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
    this.#clock = clock;
    if (this.#issuers.size !== issuers.length) throw new Error("two issuers have the same name");
  }

  async verify(token: string): Promise<VerifiedToken | TokenRefusal> {
    if (token.length > TOKEN_MAX) return { refused: "invalid" };
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
    if (issuer === undefined) return { refused: "issuer" };
    const now = this.#clock.now();
    let claims: JWTPayload;
    try {
      ({ payload: claims } = await jwtVerify(token, issuer.keys, {
        algorithms: [...issuer.algorithms],
        issuer: issuer.issuer,
        audience: [...issuer.audience],
        clockTolerance: issuer.skew,
        currentDate: new Date(now),
        requiredClaims: ["exp", "sub"],
        ...(issuer.type === undefined ? {} : { typ: issuer.type }),
      }));
    } catch (error) {
      return { refused: refusalFor(error) };
    }
    const { sub, exp } = claims;
    // A subject becomes a part of keys and of log lines, as an id in a body does.
    if (exp === undefined || !id.safeParse(sub).success || sub === undefined) return { refused: "invalid" };
    const verified: VerifiedToken = { issuer, subject: sub, claims };
    this.#remember(hash, verified, Math.min(exp * 1000, now + REMEMBERED_MS));
    return verified;
  }

  #issuerOf(token: string): TokenIssuer | undefined {
    try {
      return this.#issuers.get(decodeJwt(token).iss ?? "");
    } catch {
      return undefined;
    }
  }

  #remember(hash: string, token: VerifiedToken, until: number): void {
    if (this.#verified.size >= REMEMBERED_MAX) {
      // A Map keeps the order of insertion: the first key is the oldest.
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(hash, { token, until });
  }
}

/** Whether this is a refusal. */
export function isRefused(result: VerifiedToken | TokenRefusal): result is TokenRefusal {
  return "refused" in result;
}

function refusalFor(error: unknown): TokenRefusal["refused"] {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === "aud" ? "audience" : "invalid";
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return "unavailable";
  // jose says of a key set that answers with an error only that it is a JOSEError; everything else is about the token.
  if (error instanceof errors.JOSEError && error.code !== "ERR_JOSE_GENERIC") return "invalid";
  return "unavailable";
}
