import {randomBytes} from 'node:crypto';
import {NAVIGATIONS, type Navigation} from 'chaser-live-view/protocol';
import {errors, jwtVerify, SignJWT} from 'jose';
import {nowMs} from './clock.js';

const AUDIENCE = 'chaser-preview';
const ALGORITHM = 'HS256';
/** A token of a longer life has its end in another unit than seconds. */
const MAX_TTL_MS = 366 * 24 * 60 * 60_000;

/** What a token's holder may do. */
export interface Rights {
  readonly isInputEnabled: boolean;
  readonly navigation: Navigation;
}

/** What a preview token says, once it is believed. */
export interface PreviewClaims extends Rights {
  readonly sessionId: string;
  readonly expiresAtMs: number;
  /** The token's own id. */
  readonly tokenId: string;
}

export type Verified =
  | {readonly kind: 'claims'; readonly claims: PreviewClaims}
  | {readonly kind: 'rejected'; readonly reason: 'token_expired' | 'token_invalid'};

/** Makes and checks preview tokens: JWTs, so that every server with the same secret believes them, with no store. */
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
      // With its fraction, which RFC 7519 allows: the token lives exactly as long as `expires_at` says.
      .setExpirationTime(expiresAt.getTime() / 1000)
      .sign(this.#key);
    return {token, expiresAt};
  }

  /** Whether the token is ours, of this session, and still good. */
  async verify(token: string, sessionId: string): Promise<Verified> {
    try {
      const {payload} = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM], audience: AUDIENCE, subject: sessionId, requiredClaims: ['exp', 'jti', 'input'], currentDate: new Date(nowMs()),
      });
      const expiresAtMs = (payload.exp ?? 0) * 1000;
      // The library counts in whole seconds.
      if (expiresAtMs <= nowMs()) return {kind: 'rejected', reason: 'token_expired'};
      if (expiresAtMs > nowMs() + MAX_TTL_MS) return {kind: 'rejected', reason: 'token_invalid'};
      const isInputEnabled = payload['input'] === true;
      return {kind: 'claims', claims: {sessionId, isInputEnabled, navigation: readNavigation(payload['nav'], isInputEnabled), expiresAtMs, tokenId: payload.jti ?? ''}};
    } catch (error) {
      return {kind: 'rejected', reason: error instanceof errors.JWTExpired ? 'token_expired' : 'token_invalid'};
    }
  }
}

/** How far the holder of a token may navigate that says nothing of it. */
export function defaultNavigation(isInputEnabled: boolean): Navigation {
  return isInputEnabled ? 'history' : 'none';
}

/** Who may not click may not navigate, whatever the token says. */
function readNavigation(value: unknown, isInputEnabled: boolean): Navigation {
  return (isInputEnabled && NAVIGATIONS.find((navigation) => navigation === value)) || defaultNavigation(isInputEnabled);
}
