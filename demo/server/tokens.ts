import {randomBytes} from 'node:crypto';
import {NAVIGATIONS, type Navigation} from 'chaser-live-view/protocol';
import {errors, jwtVerify, SignJWT} from 'jose';
import {nowMs} from './clock.js';

const AUDIENCE = 'chaser-preview';
const ALGORITHM = 'HS256';
/** A token with a longer lifetime probably has its end in another unit than seconds. */
const MAX_TTL_MS = 366 * 24 * 60 * 60_000;

/** What a token allows. */
export interface Rights {
  readonly isInputEnabled: boolean;
  readonly navigation: Navigation;
}

/** The content of a valid preview token. */
export interface PreviewClaims extends Rights {
  readonly sessionId: string;
  readonly expiresAtMs: number;
  /** The token's own id. */
  readonly tokenId: string;
}

export type Verified =
  | {readonly kind: 'claims'; readonly claims: PreviewClaims}
  | {readonly kind: 'rejected'; readonly reason: 'token_expired' | 'token_invalid'};

/** Makes and verifies preview tokens. They are JWTs, so every server with the same secret accepts them, without a store. */
export class Tokens {
  readonly #key: Uint8Array;
  readonly #ttlMs: number;

  constructor(secret: string, ttlMs: number) {
    this.#key = new TextEncoder().encode(secret);
    this.#ttlMs = ttlMs;
  }

  async mint(sessionId: string, {isInputEnabled, navigation}: Rights): Promise<{readonly token: string; readonly expiresAt: Date}> {
    const expiresAt = new Date(nowMs() + this.#ttlMs);
    const token = await new SignJWT({input: isInputEnabled, nav: navigation})
      .setProtectedHeader({alg: ALGORITHM, typ: 'JWT'})
      .setAudience(AUDIENCE)
      .setSubject(sessionId)
      .setJti(randomBytes(9).toString('base64url'))
      .setIssuedAt(new Date(nowMs()))
      // With fractions, which RFC 7519 allows, so that the token is valid exactly until `expires_at`.
      .setExpirationTime(expiresAt.getTime() / 1000)
      .sign(this.#key);
    return {token, expiresAt};
  }

  /** Whether the token is ours, for this session, and not expired. */
  async verify(token: string, sessionId: string): Promise<Verified> {
    try {
      const {payload} = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM], audience: AUDIENCE, subject: sessionId, requiredClaims: ['exp', 'jti', 'input'], currentDate: new Date(nowMs()),
      });
      const expiresAtMs = (payload.exp ?? 0) * 1000;
      // The library compares whole seconds.
      if (expiresAtMs <= nowMs()) return {kind: 'rejected', reason: 'token_expired'};
      if (expiresAtMs > nowMs() + MAX_TTL_MS) return {kind: 'rejected', reason: 'token_invalid'};
      const isInputEnabled = payload['input'] === true;
      return {kind: 'claims', claims: {sessionId, isInputEnabled, navigation: readNavigation(payload['nav'], isInputEnabled), expiresAtMs, tokenId: payload.jti ?? ''}};
    } catch (error) {
      return {kind: 'rejected', reason: error instanceof errors.JWTExpired ? 'token_expired' : 'token_invalid'};
    }
  }
}

/** The navigation of a token that does not say. */
export function defaultNavigation(isInputEnabled: boolean): Navigation {
  return isInputEnabled ? 'history' : 'none';
}

/** A token without input never allows navigation, whatever it says. */
function readNavigation(value: unknown, isInputEnabled: boolean): Navigation {
  return (isInputEnabled && NAVIGATIONS.find((navigation) => navigation === value)) || defaultNavigation(isInputEnabled);
}
