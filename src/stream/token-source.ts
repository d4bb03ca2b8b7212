import type {PreviewToken} from '../protocol.js';
import {CLOCK_TRUST, ServerClock} from './server-clock.js';
import {TokenRequestError, provideToken, requestToken} from './token-request.js';
import type {MintAnswer} from './token-request.js';
import {checkPreviewUrl} from './url.js';

/** Why a token is asked for: the first one, one to take over before the last runs out, or one after it has run out. */
export interface TokenContext {
  readonly signal: AbortSignal;
  readonly reason: 'connect' | 'renew' | 'resume';
}

/** Mints a preview token in the page's own way. */
export type TokenProvider = (context: TokenContext) => Promise<PreviewToken>;

/** Where tokens come from, as the page set it. */
export interface TokenOptions {
  readonly src: string;
  readonly previewToken: PreviewToken | null;
  readonly tokenEndpoint: string;
  readonly tokenProvider: TokenProvider | null;
}

/** A token as the stream uses it. */
export interface Token {
  readonly url: string;
  /** By the server's clock, in milliseconds since the epoch; NaN where nobody has said. */
  readonly expiresAtMs: number;
  readonly isInputAllowed: boolean;
  /** When it came here, by the monotonic clock. */
  readonly takenAtMs: number;
}

/** What a change of the options is to the stream. */
export type TokenChange =
  /** Nothing is left to connect with. */
  | 'none'
  /** There may be another session to see. */
  | 'session'
  /** There is another token for the same session. */
  | 'token'
  /** Tokens can be minted now, and could not before. */
  | 'way'
  | 'nothing';

/** A mint call that takes longer is given up. */
const MINT_TIMEOUT_MS = 15_000;
/** The part of a token's life that is kept for its renewal, and its bounds. */
const RENEWAL_SHARE = 0.2;
const RENEWAL_MIN_MS = 5000;

/** Where tokens come from; and the one token that is kept until it is nearly out. */
export class TokenSource {
  readonly clock = new ServerClock();
  #options: TokenOptions = {src: '', previewToken: null, tokenEndpoint: '', tokenProvider: null};
  #token: Token | undefined;
  #hasRunOut = false;

  /** Whether a new token can be had without the page's help. */
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
    // A provider that is only another function is no reason to do anything: frameworks make one at each render.
    return this.canMint && !couldMint ? 'way' : 'nothing';
  }

  /** The page starts over after the end: with a new token where one can be minted, else with the one it gave. */
  renounce(): void {
    this.#token = undefined;
    this.#hasRunOut = this.canMint;
  }

  /** The server refused the token, or it has run out. */
  reject(): void {
    this.#token = undefined;
    this.#hasRunOut = true;
  }

  /**
   * The kept token, else the one that the page gave, else a new one.
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

  /** The token is in use from now on. */
  keep(token: Token): void {
    this.#token = token;
    this.#hasRunOut = false;
  }

  /** A new token, which is not kept yet. */
  async mint(reason: TokenContext['reason'], signal: AbortSignal): Promise<Token> {
    const answer = await withTimeout(signal, (signal) => this.#request({signal, reason}));
    const token = toToken(answer.token);
    this.clock.learn(answer.serverMs, CLOCK_TRUST.responseDate);
    this.clock.check(token.expiresAtMs);
    return token;
  }

  /** How long this token has to live from now; Infinity where nobody knows when it ends. */
  remainingMs(token: Token): number {
    return Number.isNaN(token.expiresAtMs) ? Infinity : this.clock.untilMs(token.expiresAtMs, token.takenAtMs);
  }

  /** How long from now the renewal of this token should begin: at four fifths of its life, or 5 s before its end. */
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
    throw new TokenRequestError('There is no token: set src or tokenEndpoint.', true);
  }
}

/** Whether two objects are the same token: a framework's template makes a new object at each render. */
export function isSameToken(one: PreviewToken | null | undefined, other: PreviewToken | null | undefined): boolean {
  return !one === !other && one?.url === other?.url && one?.input_enabled === other?.input_enabled;
}

/** Where a given token leads, without the token. */
function address({src, previewToken}: TokenOptions): string | undefined {
  return (previewToken ? String(previewToken.url) : src).split('?')[0];
}

function toToken({url, expires_at, input_enabled}: Omit<PreviewToken, 'fps'>): Token {
  return {
    url: checkPreviewUrl(url), expiresAtMs: Date.parse(expires_at), isInputAllowed: input_enabled !== false, takenAtMs: performance.now(),
  };
}

/** Runs a request that is aborted with `signal`, or when it takes too long; then it counts as failed, even if it hangs on. */
function withTimeout<Value>(signal: AbortSignal, request: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort);
  const timer = setTimeout(abort, MINT_TIMEOUT_MS);
  return new Promise<Value>((resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(new TokenRequestError('No token came in time.', false)));
    request(controller.signal).then(resolve, reject);
  }).finally(() => clearTimeout(timer));
}
