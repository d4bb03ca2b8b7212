import type {PreviewToken} from '../protocol.js';
import {CLOCK_TRUST, ServerClock} from './server-clock.js';
import {TokenRequestError, provideToken, requestToken} from './token-request.js';
import type {MintAnswer} from './token-request.js';
import {checkPreviewUrl} from './url.js';

/** Passed to a token provider. `reason` says why: the first token (`connect`), a new one before the last expires (`renew`), or one after it has expired (`resume`). */
export interface TokenContext {
  readonly signal: AbortSignal;
  readonly reason: 'connect' | 'renew' | 'resume';
}

/** A function of the page that requests a preview token. */
export type TokenProvider = (context: TokenContext) => Promise<PreviewToken>;

/** The page's settings for tokens. */
export interface TokenOptions {
  readonly src: string;
  readonly previewToken: PreviewToken | null;
  readonly tokenEndpoint: string;
  readonly tokenProvider: TokenProvider | null;
}

/** A token as the stream uses it. */
export interface Token {
  readonly url: string;
  /** By the server's clock, in milliseconds since the epoch. NaN if unknown. */
  readonly expiresAtMs: number;
  readonly isInputAllowed: boolean;
  /** When the token arrived, by the monotonic clock. */
  readonly takenAtMs: number;
}

/** What a change of the options means for the stream. */
export type TokenChange =
  /** There is nothing to connect with any more. */
  | 'none'
  /** The session may be another one. */
  | 'session'
  /** Another token for the same session. */
  | 'token'
  /** Tokens can be requested now, and could not before. */
  | 'way'
  | 'nothing';

/** A token request that takes longer is given up. */
const MINT_TIMEOUT_MS = 15_000;
/** A token is renewed when this share of its lifetime is left, but at least this long before its end. */
const RENEWAL_SHARE = 0.2;
const RENEWAL_MIN_MS = 5000;

/** Requests tokens, and keeps the current one until it is about to expire. */
export class TokenSource {
  readonly clock = new ServerClock();
  #options: TokenOptions = {src: '', previewToken: null, tokenEndpoint: '', tokenProvider: null};
  #token: Token | undefined;
  #hasRunOut = false;

  /** Whether a new token can be requested without the page setting anything. */
  get canMint(): boolean {
    return this.#options.tokenProvider !== null || this.#options.tokenEndpoint !== '';
  }

  /** Takes the page's settings. */
  set({src, previewToken, tokenEndpoint, tokenProvider}: TokenOptions): TokenChange {
    const before = this.#options;
    const couldMint = this.canMint;
    this.#options = {src, previewToken, tokenEndpoint, tokenProvider};
    const isOther = src !== before.src || !isSameToken(previewToken, before.previewToken) || tokenEndpoint !== before.tokenEndpoint;
    if (isOther) {
      this.#token = undefined;
      this.#hasRunOut = false;
    }
    if (!src && !previewToken && !this.canMint) return 'none';
    if (isOther) return address(before) === address(this.#options) && tokenEndpoint === before.tokenEndpoint ? 'token' : 'session';
    // Another provider function changes nothing by itself: frameworks create one at each render.
    return this.canMint && !couldMint ? 'way' : 'nothing';
  }

  /** The page starts over after the end: with a new token if one can be requested, else with the one that the page set. */
  renounce(): void {
    this.#token = undefined;
    this.#hasRunOut = this.canMint;
  }

  /** Forgets a token that the server refused or that has expired. */
  reject(): void {
    this.#token = undefined;
    this.#hasRunOut = true;
  }

  /**
   * Returns the current token, or else the one that the page set, or else a new one.
   * @throws {LiveViewError}
   */
  async take(signal: AbortSignal): Promise<Token> {
    if (this.#token && !(this.canMint && this.renewalDelayMs(this.#token) <= 0)) return this.#token;
    if (!this.#token && !this.#hasRunOut) {
      const given = this.#given();
      if (given) return (this.#token = given);
    }
    const token = await this.mint(this.#hasRunOut ? 'resume' : this.#token ? 'renew' : 'connect', signal);
    if (!signal.aborted) this.keep(token);
    return token;
  }

  /** Makes the token the current one. */
  keep(token: Token): void {
    this.#token = token;
    this.#hasRunOut = false;
  }

  /** Requests a new token, without making it the current one. */
  async mint(reason: TokenContext['reason'], signal: AbortSignal): Promise<Token> {
    const answer = await withTimeout(signal, (signal) => this.#request({signal, reason}));
    const token = toToken(answer.token);
    this.clock.learn(answer.serverMs, CLOCK_TRUST.responseDate);
    this.clock.check(token.expiresAtMs);
    return token;
  }

  /** How long this token is still valid. Infinity if its end is unknown. */
  remainingMs(token: Token): number {
    return Number.isNaN(token.expiresAtMs) ? Infinity : this.clock.untilMs(token.expiresAtMs, token.takenAtMs);
  }

  /** How long from now to the renewal of this token, at four fifths of its lifetime or 5 s before its end. */
  renewalDelayMs(token: Token): number {
    const remainingMs = this.remainingMs(token);
    const lifeMs = remainingMs + performance.now() - token.takenAtMs;
    return remainingMs - Math.max(lifeMs * RENEWAL_SHARE, Math.min(RENEWAL_MIN_MS, lifeMs / 2));
  }

  #given(): Token | undefined {
    const {src, previewToken} = this.#options;
    if (previewToken) return toToken(previewToken);
    return src ? toToken({url: src, expires_at: '', input_enabled: true}) : undefined;
  }

  #request(context: TokenContext): Promise<MintAnswer> {
    const {tokenProvider, tokenEndpoint} = this.#options;
    if (tokenProvider) return provideToken(async () => tokenProvider(context));
    if (tokenEndpoint) return requestToken(tokenEndpoint, context.signal);
    throw new TokenRequestError('There is no token: set src or token-endpoint.', true);
  }
}

/** Whether two objects are the same token. A template may create a new object at each render. */
export function isSameToken(one: PreviewToken | null | undefined, other: PreviewToken | null | undefined): boolean {
  return !one === !other && one?.url === other?.url && one?.input_enabled === other?.input_enabled;
}

/** The address of a token, without the token itself. */
function address({src, previewToken}: TokenOptions): string | undefined {
  return (previewToken ? String(previewToken.url) : src).split('?')[0];
}

function toToken({url, expires_at, input_enabled}: Omit<PreviewToken, 'fps'>): Token {
  return {
    url: checkPreviewUrl(url), expiresAtMs: Date.parse(expires_at), isInputAllowed: input_enabled !== false, takenAtMs: performance.now(),
  };
}

/** Runs a request that is aborted with `signal`, or when it takes too long. It then counts as failed, even if it never settles. */
function withTimeout<Value>(signal: AbortSignal, request: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort);
  const timer = setTimeout(abort, MINT_TIMEOUT_MS);
  return new Promise<Value>((resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(new TokenRequestError('The token request timed out.', false)));
    request(controller.signal).then(resolve, reject);
  }).finally(() => clearTimeout(timer));
}
