import {createHmac} from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface ForgedToken {
  readonly secret: string;
  readonly header?: Claims;
  readonly digest?: string;
}

/** A token created by hand. Its signature is valid if `secret` is the server's. */
export function forge(claims: Claims, {secret, header = {alg: 'HS256', typ: 'JWT'}, digest = 'sha256'}: ForgedToken): string {
  const signed = `${encodePart(header)}.${encodePart(claims)}`;
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
}

/** The claims of a token with input, like the server's, valid for this many seconds from now. */
export function claimsFor(sessionId: string, seconds: number): Claims {
  return {aud: 'chaser-preview', sub: sessionId, exp: Date.now() / 1000 + seconds, jti: String(Math.random()), input: true};
}

export function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
